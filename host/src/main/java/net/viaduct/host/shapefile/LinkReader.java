package net.viaduct.host.shapefile;

import java.util.Optional;
import net.viaduct.host.configfile.Section;
import net.viaduct.queueing.LinkOverhead;
import net.viaduct.vtep.queue.QueueSettings;
import net.viaduct.vtep.queue.RateSettings;

/**
 * Reads queues and rates of a tunnel end point, in the words of a shaper's file. Owned by the
 * thread that reads.
 */
public final class LinkReader {
  private static final String RATE = "what goes there in a second, such as 950M";

  private final FieldWords words;
  private final LinkOverhead overhead;

  /**
   * A reader.
   *
   * @param overhead of each packet if nothing is said
   */
  public LinkReader(FieldWords words, LinkOverhead overhead) {
    this.words = words;
    this.overhead = overhead;
  }

  /** A queue with a rate: without one nothing would wait here. */
  public Optional<QueueSettings> readQueue(Section section) {
    boolean said = section.need("rate", RATE).isPresent();
    return new FlowReader(words)
        .read(section)
        .read(section, Optional.empty(), overhead)
        .filter(_ -> said)
        .map(direction -> new QueueSettings(direction.tree(), direction.rateBitsPerSecond()));
  }

  /** A rate without a queue. */
  public Optional<RateSettings> readRate(Section section) {
    Optional<Long> rate =
        section.need("rate", RATE).flatMap(value -> value.as(Amounts::bitsPerSecond));
    long burst = QueueReader.bytes(section, "burst", 0);
    LinkOverhead counted = DirectionReader.overhead(section, overhead);
    section.noMore();
    return rate.flatMap(bits ->
        QueueReader.told(
            section,
            () ->
                new RateSettings(
                    bits, burst > 0 ? burst : DirectionReader.usualBurstBytes(bits), counted)));
  }
}
