package net.viaduct.vtep.path;

import net.viaduct.io.Frame;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.forward.FloodScope;
import net.viaduct.vtep.forward.Originator;
import net.viaduct.vtep.output.TunnelOutput;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.trace.Trail;
import net.viaduct.wire.FlowKey;

/**
 * What is done to frames because paths are narrow: the MSS of TCP is clamped before they go into a
 * tunnel or after they came out of one, and who sent one that did not fit is answered. Owned by the
 * thread that works at the frames.
 */
public final class PathStep {
  /** Every path carries this with all headers: RFC 8200 section 5, less the largest overhead. */
  private static final int SMALL_FRAME_BYTES = 1100;

  private final TunnelOutput tunnels;
  private final TooBigAnswer answers;
  private final SentRecord sent = new SentRecord();
  private final CycleClock clock;
  private final Trail trail;

  /** The step in front of these tunnels. */
  public PathStep(TunnelOutput tunnels, Originator originator, CycleClock clock, Trail trail) {
    this.tunnels = tunnels;
    this.answers = new TooBigAnswer(originator, clock);
    this.clock = clock;
    this.trail = trail;
  }

  /** What was sent, by which ICMP is judged. */
  public SentRecord sent() {
    return sent;
  }

  /**
   * A frame will go to a remote.
   *
   * @param key parsed from this very frame
   */
  public void beforeTunnel(Network network, Remote to, Frame frame, FlowKey key) {
    SegmentClamp.clamp(network, to, frame, key, trail);
    if (frame.lengthBytes() > SMALL_FRAME_BYTES && !trail.isOn()) {
      to.largeSent();
      sent.sent(
          to.index(), frame.memory(), frame.start(), key, frame.lengthBytes(), clock.seconds());
    }
  }

  /** A frame will be flooded; its copies share its bytes, so the narrowest path decides. */
  public void beforeFlood(Network network, FloodScope scope, Frame frame, FlowKey key) {
    for (int i = 0; i < scope.targetCount(); i++) {
      SegmentClamp.clamp(network, scope.target(i), frame, key, trail);
      if (frame.lengthBytes() > SMALL_FRAME_BYTES
          && scope.target(i) instanceof Remote remote
          && !trail.isOn()) {
        remote.largeSent();
      }
    }
  }

  /**
   * A frame, or all copies of it, were offered to tunnels.
   *
   * @param key parsed from this very frame
   */
  public void afterTunnel(LocalPort from, Frame frame, FlowKey key) {
    int largestFrameBytes = tunnels.takeLargestRefused();
    if (largestFrameBytes >= 0) {
      answers.answer(from, frame, key, largestFrameBytes);
    }
  }

  /** A frame came from a remote; what is left to be done to it is known. */
  public void afterTunnel(Network network, Remote from, Frame frame, FlowKey key) {
    SegmentClamp.clamp(network, from, frame, key, trail);
  }
}
