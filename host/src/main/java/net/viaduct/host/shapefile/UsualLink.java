package net.viaduct.host.shapefile;

import java.util.Optional;
import net.viaduct.host.shape.ShapeConfig;
import net.viaduct.queueing.LinkOverhead;
import net.viaduct.vtep.queue.QueueSettings;
import net.viaduct.vtep.queue.RateSettings;

/**
 * What a file says that has a rate and nothing else, and adds nothing to a packet: for those who
 * say it without a file. Stateless.
 */
public final class UsualLink {
  private UsualLink() {}

  /**
   * A rate without a queue.
   *
   * @throws IllegalArgumentException if it is out of range
   */
  public static RateSettings rate(long bitsPerSecond) {
    long burst = DirectionReader.usualBurstBytes(bitsPerSecond);
    return new RateSettings(bitsPerSecond, burst, LinkOverhead.NONE);
  }

  /**
   * A queue with a rate.
   *
   * @throws IllegalArgumentException if it is out of range
   */
  public static QueueSettings queue(long bitsPerSecond) {
    ShapeConfig.Direction direction =
        FlowReader.usual(FieldWords.PACKETS).usual(Optional.of(bitsPerSecond), LinkOverhead.NONE);
    return new QueueSettings(direction.tree(), direction.rateBitsPerSecond());
  }
}
