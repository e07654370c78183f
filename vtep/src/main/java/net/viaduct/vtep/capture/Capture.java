package net.viaduct.vtep.capture;

import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Transport;
import net.viaduct.runtime.NanoClock;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A capture that is under way. The data-path thread fills it; any thread may read it, one at a
 * time. It ends by itself when nobody has read it for {@link #LEASE_NS}.
 */
public final class Capture {
  /** For how long a capture goes on that nobody reads. */
  public static final long LEASE_NS = 15_000_000_000L;

  /** How many frames wait to be read, at most. */
  public static final int MOST_FRAMES = 8192;

  /** How many bytes wait to be read, at most. */
  public static final int MOST_WAITING_BYTES = 8 << 20;

  /** The UDP source port of what is sent is the kernel's affair; this one is like those. */
  private static final int FIRST_SOURCE_PORT = 49_152;

  private static final int SOURCE_PORT_BITS = 14;

  private final CaptureRequest request;
  private final CaptureRing ring = new CaptureRing(MOST_FRAMES, MOST_WAITING_BYTES);
  private final NanoClock clock;
  private final List<Endpoint> locals;
  private final long startNs;
  private final long startedNs;
  private volatile long readNs;
  private volatile boolean ended;
  private volatile long captured;
  private volatile long lost;

  /**
   * A capture without frames.
   *
   * @param locals the addresses of the underlay
   * @param startNs the cycle clock's time
   */
  Capture(CaptureRequest request, NanoClock clock, List<Endpoint> locals, long startNs) {
    this.request = request;
    this.clock = clock;
    this.locals = List.copyOf(locals);
    this.startNs = startNs;
    this.startedNs = clock.nanoTime();
    this.readNs = startedNs;
  }

  /** When it began, by the clock that the VTEP was given. */
  public long startedNs() {
    return startedNs;
  }

  /** What is captured. */
  public CaptureRequest request() {
    return request;
  }

  /** Frames that were to be kept. */
  public long captured() {
    return captured;
  }

  /** Those of them that were not, for want of room. */
  public long lost() {
    return lost;
  }

  /** Whether nothing more is captured. */
  public boolean hasEnded() {
    return ended;
  }

  /** Ends it; what waits can still be read. */
  public void end() {
    ended = true;
  }

  /** The frames that wait, in order, so many at most, and so many bytes or little more. */
  public synchronized List<CapturedFrame> read(int mostFrames, int mostBytes) {
    readNs = clock.nanoTime();
    List<CapturedFrame> frames = new ArrayList<>();
    int bytes = 0;
    for (CaptureEntry entry = ring.peek();
        entry != null && frames.size() < mostFrames && bytes < mostBytes;
        entry = ring.peek()) {
      if (entry.wanted) {
        CapturedFrame frame = frame(entry);
        frames.add(frame);
        bytes += frame.bytes().length;
      }
      ring.release(entry);
    }
    return frames;
  }

  /** Whether nobody reads it any more. */
  boolean isDeserted() {
    return clock.nanoTime() - readNs > LEASE_NS;
  }

  CaptureRing ring() {
    return ring;
  }

  /** Owner. */
  void count(long more, long moreLost) {
    long before = captured;
    captured = before + more;
    long lostBefore = lost;
    lost = lostBefore + moreLost;
  }

  private CapturedFrame frame(CaptureEntry entry) {
    byte[] bytes = ring.bytes(entry);
    LocalPort port = entry.port;
    int original = entry.originalBytes;
    String where = "";
    if (port == null) {
      OuterHeader.Ends ends = ends(entry);
      bytes = OuterHeader.before(bytes, original, ends);
      original += OuterHeader.headerBytes(ends);
    } else {
      where = port.name();
    }
    String comment = entry.verdict() + (entry.superFrame ? "; super-frame, cut later" : "");
    return new CapturedFrame(
        where, entry.inbound, entry.timeNs - startNs, original, comment, bytes);
  }

  private OuterHeader.Ends ends(CaptureEntry entry) {
    Endpoint to = entry.to;
    if (to == null) {
      IpAddress peer = new IpAddress(entry.peerHigh, entry.peerLow);
      return new OuterHeader.Ends(
          peer, local(peer), entry.peerPort, entry.localPort, entry.trafficClass);
    }
    boolean gre = to.transport() == Transport.GRE;
    int sourcePort = FIRST_SOURCE_PORT + (entry.flowHash >>> (Integer.SIZE - SOURCE_PORT_BITS));
    return new OuterHeader.Ends(
        local(to.address()), to.address(), sourcePort, gre ? 0 : to.port(), entry.trafficClass);
  }

  private IpAddress local(@Nullable IpAddress peer) {
    for (Endpoint local : locals) {
      if (peer == null || local.address().isIpv4() == peer.isIpv4()) {
        return local.address();
      }
    }
    return IpAddress.parse(peer != null && peer.isIpv4() ? "0.0.0.0" : "::");
  }
}
