package net.viaduct.queueing;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A frame that waits, without its bytes: those stay where its owner keeps them. Mutable and reused
 * for ever. Owned by the thread that owns the queues; it is in one queue at a time, or in none.
 *
 * <p>A super-frame is one packet: it is classified, queued and sent as a whole, but counts as the
 * packets and bytes that it will be on the link.
 */
public final class Packet {
  /** How many disciplines on a way through a tree may share by something. */
  public static final int MOST_SHARES = 4;

  /** Instead of a DSCP: it is the one in the packet's IP header. */
  public static final int NO_SERVICE_CLASS = -1;

  /** Instead of the offset of an IP header. */
  public static final int NO_IP = -1;

  private final int slot;
  private final long[] shares = new long[MOST_SHARES];
  private MemorySegment memory = MemorySegment.NULL;
  private long start;
  private int lengthBytes;
  private int segments = 1;
  private int segmentBytes;
  private int headerBytes;
  private int input;
  private int mark;
  private int network;
  private int portGroup;
  private int serviceClass = NO_SERVICE_CLASS;
  private int addedBytes;
  private long flow;
  private int leaf;
  private int ipOffset = NO_IP;
  private int linkBytes;
  private long enqueuedNs;
  private long order;
  @Nullable Packet next;

  /**
   * A packet.
   *
   * @param slot by which its owner knows where the bytes are; never looked at here
   */
  public Packet(int slot) {
    this.slot = slot;
  }

  /** By which its owner knows where the bytes are. */
  public int slot() {
    return slot;
  }

  /**
   * Says which frame this is now: one packet on the link, which came from nowhere, without mark.
   *
   * @param frameStart where its first byte is in the memory
   */
  public void frame(MemorySegment frameMemory, long frameStart, int frameLengthBytes) {
    memory = frameMemory;
    start = frameStart;
    lengthBytes = frameLengthBytes;
    segments = 1;
    segmentBytes = 0;
    headerBytes = 0;
    input = 0;
    mark = 0;
    belongs(0, 0);
    serviceClass = NO_SERVICE_CLASS;
    addedBytes = 0;
    linkBytes = frameLengthBytes;
    ipOffset = NO_IP;
  }

  /**
   * Says that the frame is a super-frame.
   *
   * @param bytesOfHeaders that each segment has in front of its payload
   * @param bytesOfPayload of each segment but the last, at least 1
   */
  public void superFrame(int bytesOfHeaders, int bytesOfPayload) {
    headerBytes = bytesOfHeaders;
    segmentBytes = bytesOfPayload;
    int payload = lengthBytes - bytesOfHeaders;
    segments = payload <= bytesOfPayload ? 1 : (payload - 1) / bytesOfPayload + 1;
  }

  /** Says what cannot be read from the bytes: where it came in, and what somebody put on it. */
  public void origin(int inputIndex, int markValue) {
    input = inputIndex;
    mark = markValue;
  }

  /**
   * Says to whom it belongs at a tunnel end point.
   *
   * @param networkNumber its VNI; 0 for none
   * @param groupNumber of its port's group; 0 for none
   */
  public void belongs(int networkNumber, int groupNumber) {
    network = networkNumber;
    portGroup = groupNumber;
  }

  /** Says by which DSCP it is to be served, whatever its IP header says; 0 to 63. */
  public void serviceClass(int dscp) {
    serviceClass = dscp;
  }

  /** Says what is put in front of it, of each of its segments, when it leaves: a tunnel. */
  public void addedBytes(int bytes) {
    addedBytes = bytes;
  }

  /** Its bytes are elsewhere from now on; they are the same. */
  public void moved(MemorySegment toMemory, long toStart) {
    memory = toMemory;
    start = toStart;
  }

  /** Holds the frame's bytes; shared with others. */
  public MemorySegment memory() {
    return memory;
  }

  /** Where the frame's first byte is in {@link #memory()}. */
  public long start() {
    return start;
  }

  /** The frame's length, also of a super-frame. */
  public int lengthBytes() {
    return lengthBytes;
  }

  /** How many packets it will be on the link. */
  public int segments() {
    return segments;
  }

  /** Bytes of headers of each segment; 0 if this is no super-frame. */
  public int headerBytes() {
    return headerBytes;
  }

  /** Bytes of payload of each segment but the last; 0 if this is no super-frame. */
  public int segmentBytes() {
    return segmentBytes;
  }

  /** The number of the port that it came in by. */
  public int input() {
    return input;
  }

  /** What somebody put on it. */
  public int mark() {
    return mark;
  }

  /** The VNI of its network; 0 for none. */
  public int network() {
    return network;
  }

  /** The number of its port's group; 0 for none. */
  public int portGroup() {
    return portGroup;
  }

  /** By which DSCP it is to be served, or {@link #NO_SERVICE_CLASS}. */
  public int serviceClass() {
    return serviceClass;
  }

  /** What is put in front of each of its segments when it leaves. */
  public int addedBytes() {
    return addedBytes;
  }

  /** Which flow it belongs to: equal for all packets of a flow, and hardly ever for others. */
  public long flow() {
    return flow;
  }

  /** Sets which flow it belongs to. */
  public void flow(long value) {
    flow = value;
  }

  /** The number of the leaf of the tree that it is for. */
  public int leaf() {
    return leaf;
  }

  /** Sets the number of the leaf that it is for. */
  public void leaf(int value) {
    leaf = value;
  }

  /** Whom it belongs to, for one of the disciplines that share between such. */
  public long share(int index) {
    return shares[index];
  }

  /** Sets whom it belongs to, for one of the disciplines that share between such. */
  public void share(int index, long value) {
    shares[index] = value;
  }

  /** Where the IP header is that may be marked, counted from the first byte, or {@link #NO_IP}. */
  public int ipOffset() {
    return ipOffset;
  }

  /** Sets where the IP header is that may be marked. */
  public void ipOffset(int value) {
    ipOffset = value;
  }

  /** How many bytes it takes on the link, with all overhead of all its segments. */
  public int linkBytes() {
    return linkBytes;
  }

  /** Sets how many bytes it takes on the link. */
  public void linkBytes(int value) {
    linkBytes = value;
  }

  /** When it began to wait, by the owner's clock. */
  public long enqueuedNs() {
    return enqueuedNs;
  }

  /** Its place in the order of all packets that came. */
  public long order() {
    return order;
  }

  /** It begins to wait. */
  public void arrived(long nowNs, long place) {
    enqueuedNs = nowNs;
    order = place;
  }
}
