package net.viaduct.vtep.capture;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.runtime.NanoClock;
import net.viaduct.vtep.CommandRefused;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.TunnelTarget;
import net.viaduct.vtep.trace.Trail;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.NetworkOrder;
import org.jspecify.annotations.Nullable;

/**
 * Notes what comes, what becomes of it and what goes, for whoever captures. Owned by the data-path
 * thread.
 *
 * <p>Nobody captures, usually: the steps ask {@link #isOn} once for a batch, and where a frame is
 * dropped. Only the frames of the batch that is being worked at are known by their slots, until
 * {@link #done}.
 */
public final class Captures {
  /** No more than a batch holds. */
  private static final int MOST_TRACKED = 256;

  /** Of VXLAN, its extensions and NVGRE; Geneve's options come behind. */
  private static final int TUNNEL_HEADER_BYTES = 8;

  private static final int VNI_WORD_OFFSET = 4;
  private static final int GENEVE_PORT = 6081;
  private static final int GENEVE_OPTION_WORDS_MASK = 0x3f;

  private final NanoClock nanoClock;
  private final LongSupplier cycleNs;
  private final List<Endpoint> locals;
  private final Trail trail;
  private final FlowKey key = new FlowKey();
  private final @Nullable Frame[] frames = new Frame[MOST_TRACKED];
  private final @Nullable LocalPort[] origins = new LocalPort[MOST_TRACKED];
  private final long[] peerHigh = new long[MOST_TRACKED];
  private final long[] peerLow = new long[MOST_TRACKED];
  private final @Nullable CaptureEntry[] entries = new CaptureEntry[MOST_TRACKED];
  private int tracked;
  private int claimed;
  private long wanted;
  private long lost;
  private @Nullable Capture current;

  /**
   * Nobody captures.
   *
   * @param nanoClock tells whether a reader is still there
   * @param cycleNs the time of the duty cycle
   * @param locals the addresses of the underlay
   * @param trail while it is on, frames are traced, of which nothing comes
   */
  public Captures(NanoClock nanoClock, LongSupplier cycleNs, List<Endpoint> locals, Trail trail) {
    this.nanoClock = nanoClock;
    this.cycleNs = cycleNs;
    this.locals = List.copyOf(locals);
    this.trail = trail;
  }

  /** For parts that are used alone: nobody will ever capture. */
  public static Captures never() {
    return new Captures(() -> 0, () -> 0, List.of(), Trail.OFF);
  }

  /** Whether somebody captures, and frames are real: one that is traced is not shown. */
  public boolean isOn() {
    return current != null && !trail.isOn();
  }

  /**
   * Begins a capture; between two duty cycles.
   *
   * @throws CommandRefused if there is one already
   */
  public Capture begin(CaptureRequest request) {
    tidy();
    if (current != null) {
      throw new CommandRefused(
          "a capture is under way already; it ends when it is stopped, or "
              + Capture.LEASE_NS / 1_000_000_000L
              + " s after its reader has gone");
    }
    Capture begun = new Capture(request, nanoClock, locals, cycleNs.getAsLong());
    current = begun;
    return begun;
  }

  /** Lets go of a capture that was ended, or that nobody reads any more; now and then. */
  public void tidy() {
    Capture capture = current;
    if (capture != null && (capture.hasEnded() || capture.isDeserted())) {
      capture.end();
      current = null;
    }
  }

  /** Ends the capture that there is. */
  public void close() {
    Capture capture = current;
    if (capture != null) {
      capture.end();
    }
    current = null;
  }

  /** Frames came from a port. */
  public void received(LocalPort from, ReceiveBatch batch, int count) {
    for (int i = 0; i < count; i++) {
      received(from, batch.frame(i));
    }
  }

  /** A frame came from a port. */
  public void received(LocalPort from, Frame frame) {
    Capture capture = current;
    if (capture == null || tracked == MOST_TRACKED) {
      return;
    }
    CaptureEntry entry = null;
    if (capture.request().includes(from.name())
        && matches(capture, frame, frame.start(), frame.lengthBytes(), from.network().vni())) {
      entry = keep(capture, frame, frame.start(), frame.lengthBytes());
    }
    if (entry != null) {
      entry.port = from;
      entry.inbound = true;
      entry.superFrame = frame.offload().isSuperFrame();
    }
    track(frame, from, entry);
  }

  /** Whether more frames can be followed before what is on its way is {@link #done}. */
  public boolean isFull() {
    return tracked == MOST_TRACKED;
  }

  /** Whether somebody wants to see each datagram of the underlay. */
  public boolean wantsDatagrams() {
    Capture capture = current;
    return capture != null && capture.request().underlay();
  }

  /** A datagram came from the underlay. */
  public void arrived(Frame frame) {
    Capture capture = current;
    if (capture == null || tracked == MOST_TRACKED) {
      return;
    }
    CaptureEntry entry = null;
    if (capture.request().underlay() && matchesDatagram(capture, frame)) {
      entry = keep(capture, frame, frame.start(), frame.lengthBytes());
    }
    if (entry != null) {
      entry.inbound = true;
      entry.peerHigh = frame.sourceHigh();
      entry.peerLow = frame.sourceLow();
      entry.peerPort = frame.sourcePort();
      entry.localPort = frame.localPort();
      entry.trafficClass = frame.trafficClass();
    }
    track(frame, null, entry);
  }

  private void track(Frame frame, @Nullable LocalPort from, @Nullable CaptureEntry entry) {
    frames[tracked] = frame;
    origins[tracked] = from;
    peerHigh[tracked] = frame.sourceHigh();
    peerLow[tracked] = frame.sourceLow();
    entries[tracked++] = entry;
  }

  /** A frame was dropped; only while it {@link #isOn}. */
  public void refused(Frame frame, DropReason reason) {
    CaptureEntry entry = entryOf(frame);
    if (entry != null) {
      entry.add(null, reason);
    }
  }

  /** A copy was dropped that a port was to get; only while it {@link #isOn}. */
  public void refused(Frame frame, DropReason reason, LocalPort place) {
    CaptureEntry entry = entryOf(frame);
    if (entry != null) {
      entry.add(place, reason);
    }
    Capture capture = current;
    if (capture != null && capture.request().includes(place.name())) {
      leaving(capture, place, frame, frame.lengthBytes(), reason);
    }
  }

  /** A copy has to wait in a queue; only while it {@link #isOn}. */
  public void waits(Frame frame) {
    CaptureEntry entry = entryOf(frame);
    if (entry != null) {
      entry.add(CaptureEntry.QUEUE, null);
    }
  }

  /**
   * A copy that had to wait is on its way again; only while it {@link #isOn}.
   *
   * @param from the port that it came from; null if it came from elsewhere
   */
  public void leavesQueue(Frame frame, @Nullable LocalPort from) {
    if (from != null && tracked < MOST_TRACKED) {
      track(frame, from, null);
    }
  }

  /** A copy that had to wait has nowhere to go any more; only while it {@link #isOn}. */
  public void refusedInQueue(Frame frame, int vni, @Nullable LocalPort from, DropReason reason) {
    Capture capture = current;
    if (capture == null
        || from == null
        || !capture.request().includes(from.name())
        || !matches(capture, frame, frame.start(), frame.lengthBytes(), vni)) {
      return;
    }
    CaptureEntry entry = keep(capture, frame, frame.start(), frame.lengthBytes());
    if (entry != null) {
      entry.port = from;
      entry.inbound = true;
      entry.superFrame = frame.offload().isSuperFrame();
      entry.add(null, reason);
    }
  }

  /** A port was given a copy, or it refused it; only while it {@link #isOn}. */
  public void delivered(LocalPort to, SendBatch batch, int index, @Nullable DropReason reason) {
    Capture capture = current;
    Frame frame = batch.frame(index);
    CaptureEntry entry = entryOf(frame);
    if (entry != null) {
      entry.add(to, reason);
    }
    if (capture != null && capture.request().includes(to.name())) {
      leaving(capture, to, frame, batch.lengthBytes(index), reason);
    }
  }

  private void leaving(
      Capture capture, LocalPort to, Frame frame, int bytes, @Nullable DropReason reason) {
    if (!matches(capture, frame, frame.start(), frame.lengthBytes(), to.network().vni())) {
      return;
    }
    CaptureEntry entry = keep(capture, frame, frame.start(), frame.lengthBytes());
    if (entry != null) {
      entry.port = to;
      entry.originalBytes = bytes;
      entry.superFrame = frame.offload().isSuperFrame();
      went(entry, frame, reason);
    }
  }

  /** The underlay was given a copy, or it refused it; only while it {@link #isOn}. */
  public void sent(
      TunnelTarget to, int vni, DatagramBatch batch, int index, @Nullable DropReason reason) {
    Capture capture = current;
    Frame frame = batch.frame(index);
    CaptureEntry tracking = entryOf(frame);
    if (tracking != null) {
      tracking.add(to, reason);
    }
    if (capture == null
        || !capture.request().underlay()
        || !matches(capture, frame, frame.start(), frame.lengthBytes(), vni)) {
      return;
    }
    int header = batch.headerBytes(index);
    CaptureEntry entry = keep(capture, frame, frame.start() - header, frame.lengthBytes() + header);
    if (entry != null) {
      entry.to = batch.destination(index);
      entry.flowHash = batch.flowHash(index);
      entry.trafficClass = batch.trafficClass(index);
      entry.superFrame = frame.offload().isSuperFrame();
      went(entry, frame, reason);
    }
  }

  private void went(CaptureEntry entry, Frame frame, @Nullable DropReason reason) {
    entry.inbound = false;
    int at = indexOf(frame);
    entry.own = at < 0;
    if (at >= 0) {
      entry.origin = origins[at];
      entry.peerHigh = peerHigh[at];
      entry.peerLow = peerLow[at];
    }
    if (reason != null) {
      entry.add(null, reason);
    }
  }

  /** Something became of all frames that were received: the capture's reader may see them. */
  public void done() {
    Capture capture = current;
    if (capture != null) {
      if (capture.request().filter().looksAtVerdicts()) {
        wanted -= capture.ring().judge(claimed, capture.request().filter());
      }
      capture.ring().publish();
      capture.count(wanted, lost);
    }
    Arrays.fill(frames, 0, tracked, null);
    Arrays.fill(origins, 0, tracked, null);
    Arrays.fill(entries, 0, tracked, null);
    tracked = 0;
    claimed = 0;
    wanted = 0;
    lost = 0;
  }

  private int indexOf(Frame frame) {
    for (int i = 0; i < tracked; i++) {
      if (frames[i] == frame) {
        return i;
      }
    }
    return -1;
  }

  private @Nullable CaptureEntry entryOf(Frame frame) {
    int at = indexOf(frame);
    return at < 0 ? null : entries[at];
  }

  private @Nullable CaptureEntry keep(Capture capture, Frame frame, long at, int bytes) {
    int kept = Math.min(bytes, capture.request().mostBytes());
    CaptureEntry entry = capture.ring().claim(kept);
    wanted++;
    if (entry == null) {
      lost++;
      return null;
    }
    claimed++;
    capture.ring().copy(entry, frame.memory(), at);
    entry.timeNs = cycleNs.getAsLong();
    entry.originalBytes = bytes;
    return entry;
  }

  private boolean matchesDatagram(Capture capture, Frame frame) {
    MemorySegment s = frame.memory();
    long at = frame.start();
    if (frame.lengthBytes() < TUNNEL_HEADER_BYTES) {
      CaptureFilter filter = capture.request().filter();
      return !filter.looksInside() && filter.vni().isEmpty();
    }
    int header = TUNNEL_HEADER_BYTES;
    if (frame.localPort() == GENEVE_PORT) {
      header += (NetworkOrder.u8(s, at) & GENEVE_OPTION_WORDS_MASK) * Integer.BYTES;
    }
    int vni = NetworkOrder.i32(s, at + VNI_WORD_OFFSET) >>> Byte.SIZE;
    return matches(capture, frame, at + header, frame.lengthBytes() - header, vni);
  }

  private boolean matches(Capture capture, Frame frame, long at, int bytes, int vni) {
    CaptureFilter filter = capture.request().filter();
    if (filter.vni().isPresent() && filter.vni().getAsInt() != vni) {
      return false;
    }
    if (!filter.looksInside()) {
      return true;
    }
    if (bytes < EthernetHeader.SIZE_BYTES) {
      return false;
    }
    key.parse(frame.memory(), at, bytes);
    return filter.matches(
        EthernetHeader.destination(frame.memory(), at),
        EthernetHeader.source(frame.memory(), at),
        key);
  }
}
