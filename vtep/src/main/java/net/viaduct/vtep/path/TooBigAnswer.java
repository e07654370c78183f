package net.viaduct.vtep.path;

import net.viaduct.io.Frame;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.forward.Originator;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.ip.PacketTooBig;

/**
 * Tells the sender of a frame that did not fit what would have fitted (R7). So many answers a
 * second for each port, as routers do (RFC 1812 section 4.3.2.8). Owned by the thread that works at
 * the frames.
 */
public final class TooBigAnswer {
  private static final long WINDOW_NS = 100_000_000L;
  private static final int MOST_IN_WINDOW = 20;

  /** A power of two; ports that share a place share its answers. */
  private static final int PLACES = 1024;

  private final Originator originator;
  private final CycleClock clock;
  private final long[] windows = new long[PLACES];
  private final int[] answers = new int[PLACES];

  /** Answers by this originator. */
  public TooBigAnswer(Originator originator, CycleClock clock) {
    this.originator = originator;
    this.clock = clock;
  }

  /**
   * Answers a frame from a port, unless there must be no answer or there were too many.
   *
   * @param key parsed from this very frame
   * @param largestFrameBytes what would have fitted, with its Ethernet header and tags
   */
  public void answer(LocalPort from, Frame frame, FlowKey key, int largestFrameBytes) {
    if (!from.network().config().settings().path().answering() || !mayAnswer(from.index())) {
      return;
    }
    int mtuBytes = largestFrameBytes - key.networkOffset();
    Frame answer = originator.next(Direction.EGRESS);
    int lengthBytes =
        PacketTooBig.make(
            frame.memory(), frame.start(), key, mtuBytes, answer.memory(), answer.start());
    if (lengthBytes > 0) {
      answer.lengthBytes(lengthBytes);
      originator.toPort(Direction.EGRESS, from, answer);
    }
  }

  private boolean mayAnswer(int port) {
    int place = port & (PLACES - 1);
    long window = clock.nowNs() / WINDOW_NS;
    if (windows[place] != window) {
      windows[place] = window;
      answers[place] = 0;
    }
    return answers[place]++ < MOST_IN_WINDOW;
  }
}
