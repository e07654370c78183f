package net.viaduct.host.shape;

import java.nio.file.Path;
import net.viaduct.host.config.DeviceName;
import net.viaduct.queueing.config.TreeConfig;

/**
 * All that a shaper is told. Immutable.
 *
 * @param in the device towards the machines
 * @param out the device towards the link
 * @param upload what comes in by {@code in} and leaves by {@code out}
 * @param download what comes in by {@code out} and leaves by {@code in}
 * @param countersFile where other processes read the counters
 */
public record ShapeConfig(
    String in, String out, Direction upload, Direction download, Path countersFile) {
  /**
   * The queues of one direction.
   *
   * @param rateBitsPerSecond of the link; 0 if it is as fast as the device
   */
  public record Direction(TreeConfig tree, long rateBitsPerSecond) {}

  /** Checks the names. */
  public ShapeConfig {
    DeviceName.require(in);
    DeviceName.require(out);
    if (in.equals(out)) {
      throw new IllegalArgumentException("'" + in + "' cannot be both sides");
    }
  }
}
