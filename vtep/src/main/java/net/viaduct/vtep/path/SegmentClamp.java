package net.viaduct.vtep.path;

import net.viaduct.io.Frame;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.TunnelTarget;
import net.viaduct.vtep.trace.Trail;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.ip.MssClamp;

/**
 * Lowers the MSS that the two ends of a TCP connection offer each other through a tunnel to what
 * its path carries. Stateless: safe from any thread.
 */
public final class SegmentClamp {
  private SegmentClamp() {}

  /**
   * Clamps a frame that goes to a remote or came from it.
   *
   * @param key parsed from this very frame
   */
  public static void clamp(
      Network network, TunnelTarget other, Frame frame, FlowKey key, Trail trail) {
    if (key.ipProtocol() != IpProtocol.TCP || !network.config().settings().path().clamping()) {
      return;
    }
    int largestFrameBytes = PathFit.largestFrameBytes(network, other);
    if (largestFrameBytes == PathFit.UNLIMITED) {
      return;
    }
    boolean changed =
        MssClamp.clamp(
            frame.memory(),
            frame.start(),
            key,
            largestFrameBytes - key.networkOffset(),
            frame.offload().isChecksumPartial());
    if (changed && trail.isOn()) {
      trail.note("clamp MSS", "to what fits the path to " + other.endpoint());
    }
  }
}
