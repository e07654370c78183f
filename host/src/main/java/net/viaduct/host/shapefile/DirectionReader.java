package net.viaduct.host.shapefile;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.configfile.Section;
import net.viaduct.host.configfile.Value;
import net.viaduct.host.shape.ShapeConfig;
import net.viaduct.queueing.LinkOverhead;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.config.HtbClass;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.TreeConfig;

/** Reads the queues of one direction of a link. Owned by the thread that reads. */
final class DirectionReader {
  private static final String ALL = "all";
  private static final String LINK = "link";
  private static final IntRange ADDED = new IntRange("what a link adds", -64, 256);
  private static final IntRange LEAST = new IntRange("a least packet", 0, 256);

  /**
   * As long as a process may wait for its turn on a busy machine, the link must not stand still.
   */
  private static final long BURSTS_PER_SECOND = 250;

  private static final long BITS_PER_BYTE = 8;
  private static final long LEAST_BURST = 2L * QueueConfig.USUAL_FRAME_BYTES;
  private static final long MOST_BURST = 4L << 20;

  private final FieldWords words;
  private final Set<FlowField> keys;
  private final int depth;
  private final long seed;

  DirectionReader(FieldWords words, Set<FlowField> keys, int depth, long seed) {
    this.words = words;
    this.keys = keys;
    this.depth = depth;
    this.seed = seed;
  }

  /**
   * A direction that the file says something about.
   *
   * @param flag the rate that goes before the file's
   * @param usual the overhead if it does not tell it
   */
  Optional<ShapeConfig.Direction> read(Section direction, Optional<Long> flag, LinkOverhead usual) {
    Optional<Long> told = direction.get("rate").flatMap(value -> value.as(Amounts::bitsPerSecond));
    long rate = flag.or(() -> told).orElse(0L);
    long burst = QueueReader.bytes(direction, "burst", 0);
    LinkOverhead overhead = overhead(direction, usual);
    TreeDraft draft = new TreeDraft(words);
    Optional<Value> value = direction.get("queue");
    Optional<QueueConfig> queue;
    if (value.isPresent()) {
      queue = new ClassReader(draft).root(value.get(), ALL);
    } else {
      draft.only(ALL);
      queue = Optional.of(QueueConfig.FqCodel.DEFAULT);
    }
    direction.noMore();
    String rest = draft.rest(direction);
    return queue.flatMap(q ->
        QueueReader.told(
            direction,
            () ->
                new ShapeConfig.Direction(
                    new TreeConfig(
                        keys, depth, seed, overhead, root(q, rate, burst), draft.rules(), rest),
                    rate)));
  }

  /** A direction that the file says nothing about. */
  ShapeConfig.Direction usual(Optional<Long> flag, LinkOverhead overhead) {
    long rate = flag.orElse(0L);
    return new ShapeConfig.Direction(
        new TreeConfig(
            keys,
            depth,
            seed,
            overhead,
            root(QueueConfig.FqCodel.DEFAULT, rate, 0),
            List.of(),
            ALL),
        rate);
  }

  /** The rate of a link is a class of HTB around all others. */
  private static QueueConfig.Named root(QueueConfig queue, long rate, long toldBurst) {
    if (rate == 0) {
      return new QueueConfig.Named(ALL, queue);
    }
    long burst = toldBurst > 0 ? toldBurst : usualBurstBytes(rate);
    HtbClass link =
        switch (queue) {
          case QueueConfig.Htb htb ->
              new HtbClass(LINK, rate, rate, burst, 0, 0, htb.classes(), Optional.empty());
          case QueueConfig.Priority _ ->
              new HtbClass(LINK, rate, rate, burst, 0, 0, List.of(), Optional.of(queue));
          case QueueConfig.Fifo _, QueueConfig.Sfq _, QueueConfig.FqCodel _, QueueConfig.Share _ ->
              new HtbClass(ALL, rate, rate, burst, 0, 0, List.of(), Optional.of(queue));
        };
    return new QueueConfig.Named(ALL, new QueueConfig.Htb(List.of(link)));
  }

  /** What may go at once after a pause if nothing is said. */
  static long usualBurstBytes(long bitsPerSecond) {
    return Math.clamp(bitsPerSecond / BURSTS_PER_SECOND / BITS_PER_BYTE, LEAST_BURST, MOST_BURST);
  }

  /** What a section says is added to each packet. */
  static LinkOverhead overhead(Section place, LinkOverhead usual) {
    return place.get("overhead").flatMap(DirectionReader::overhead).orElse(usual);
  }

  private static Optional<LinkOverhead> overhead(Value value) {
    if (value.isSection()) {
      return value.section().flatMap(DirectionReader::overhead);
    }
    return value.as(word ->
        switch (word) {
          case "none" -> LinkOverhead.NONE;
          case "ethernet" -> LinkOverhead.ETHERNET;
          case "pppoe" -> LinkOverhead.PPPOE;
          case "pppoe-ptm" -> LinkOverhead.PPPOE_PTM;
          case "pppoe-atm" -> LinkOverhead.PPPOE_ATM;
          default ->
              throw new IllegalArgumentException(
                  "'"
                      + word
                      + "' is unknown; it is none, ethernet, pppoe, pppoe-ptm, pppoe-atm, or {"
                      + " bytes: 24, least: 84, cells: none }");
        });
  }

  private static Optional<LinkOverhead> overhead(Section section) {
    int bytes = section.get("bytes").flatMap(value -> value.integer(ADDED)).orElse(0);
    int least = section.get("least").flatMap(value -> value.integer(LEAST)).orElse(0);
    LinkOverhead.Cells cells =
        section
            .get("cells")
            .flatMap(value -> value.oneOf(LinkOverhead.Cells.class))
            .orElse(LinkOverhead.Cells.NONE);
    section.noMore();
    return QueueReader.told(section, () -> new LinkOverhead(bytes, least, cells));
  }
}
