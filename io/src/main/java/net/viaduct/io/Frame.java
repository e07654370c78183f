package net.viaduct.io;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * An Ethernet frame, or a datagram, in a slot of off-heap memory, with headroom in front of it.
 * Owned by the thread that owns its batch; reused for ever.
 *
 * <p>A frame may be a super-frame: several segments of one flow that the kernel handed over as one
 * (up to 64 KB), with a checksum that is not finished. What is still to be done to it is told by
 * its {@link Offload}, in the terms of {@code struct virtio_net_hdr} (linux/virtio_net.h).
 */
public final class Frame {
  /** Bytes in front of every received frame, for headers that are written in front in place. */
  public static final int HEADROOM_BYTES = 128;

  /** Bytes of a slot: headroom, the largest datagram or super-frame, and a VLAN tag or two. */
  public static final int SLOT_BYTES = 66_048;

  /** The class of a frame of which nothing is said. */
  public static final int NO_CLASS = -1;

  /** The group of a frame that belongs to none. */
  public static final int NO_GROUP = -1;

  private MemorySegment memory;
  private long slot;
  private final Offload offload = new Offload();
  private long start;
  private int lengthBytes;
  private long sourceHigh;
  private long sourceLow;
  private int sourcePort;
  private int trafficClass;
  private int localPort;
  private boolean checksummed;
  private boolean fragmented;
  private int datagramBytes;
  private int group = NO_GROUP;
  private boolean policyApplied;
  private int serviceClass = NO_CLASS;
  private int innerTrafficClass = NO_CLASS;

  /**
   * A frame in a slot.
   *
   * @param memory holds the slots of a whole batch
   * @param slot where the slot of {@link #SLOT_BYTES} begins in it
   */
  public Frame(MemorySegment memory, long slot) {
    this.memory = memory;
    this.slot = slot;
    reset();
  }

  /** Makes the frame empty, behind its headroom, with nothing left to be done. */
  public void reset() {
    start = slot + HEADROOM_BYTES;
    lengthBytes = 0;
    offload.clear();
    sourceHigh = 0;
    sourceLow = 0;
    sourcePort = 0;
    arrived(0, 0, true);
    fragmented = false;
    datagramBytes = 0;
    group(NO_GROUP, false);
    serviceClass = NO_CLASS;
    innerTrafficClass = NO_CLASS;
  }

  /** Makes the frame empty, in a slot that begins elsewhere in the same memory. */
  void place(long at) {
    slot = at;
    reset();
  }

  /** The memory that all offsets of this frame refer to; shared by the frames of a batch. */
  public MemorySegment memory() {
    return memory;
  }

  /** Where the first byte is in {@link #memory()}. */
  public long start() {
    return start;
  }

  /** How many bytes there are from {@link #start()} on. */
  public int lengthBytes() {
    return lengthBytes;
  }

  /** Sets how many bytes there are. */
  public void lengthBytes(int value) {
    if (value < 0 || start + value > slot + SLOT_BYTES) {
      throw new IndexOutOfBoundsException("a frame of " + value + " bytes leaves its slot");
    }
    lengthBytes = value;
  }

  /**
   * Takes bytes off the front.
   *
   * @throws IndexOutOfBoundsException if the frame is shorter
   */
  public void strip(int bytes) {
    if (bytes < 0 || bytes > lengthBytes) {
      throw new IndexOutOfBoundsException("cannot strip " + bytes + " of " + lengthBytes);
    }
    start += bytes;
    lengthBytes -= bytes;
    offload.shift(-bytes);
  }

  /**
   * Puts room in front; the caller writes it.
   *
   * @throws IndexOutOfBoundsException if the headroom is used up
   */
  public void prepend(int bytes) {
    if (bytes < 0 || start - bytes < slot) {
      throw new IndexOutOfBoundsException("no headroom for " + bytes + " bytes");
    }
    start -= bytes;
    lengthBytes += bytes;
    offload.shift(bytes);
  }

  /** What the kernel left to be done, or is to be left to do. */
  public Offload offload() {
    return offload;
  }

  /** Remembers who sent the datagram; upper half of the address. */
  public void source(long high, long low, int port) {
    sourceHigh = high;
    sourceLow = low;
    sourcePort = port;
  }

  /** Upper half of the sender's address, as {@link net.viaduct.wire.IpAddress#high()}. */
  public long sourceHigh() {
    return sourceHigh;
  }

  /** Lower half of the sender's address, as {@link net.viaduct.wire.IpAddress#low()}. */
  public long sourceLow() {
    return sourceLow;
  }

  /** The sender's UDP port. */
  public int sourcePort() {
    return sourcePort;
  }

  /**
   * Remembers how the datagram came.
   *
   * @param outerTrafficClass the TOS byte or traffic class of its IP header: DSCP and ECN, 0 to 255
   * @param port the local UDP port; 0 if it came by GRE
   * @param withChecksum as {@link #isChecksummed()}
   */
  public void arrived(int outerTrafficClass, int port, boolean withChecksum) {
    trafficClass = outerTrafficClass;
    localPort = port;
    checksummed = withChecksum;
  }

  /** The TOS byte or traffic class of the IP header that the datagram came with. */
  public int trafficClass() {
    return trafficClass;
  }

  /** The local UDP port that the datagram came to; 0 if it came by GRE. */
  public int localPort() {
    return localPort;
  }

  /**
   * Whether the datagram had a UDP checksum, or was allowed to have none; if not, it is empty: what
   * was in it cannot be trusted (RFC 6936 section 5).
   */
  public boolean isChecksummed() {
    return checksummed;
  }

  /** Says that the datagram came in fragments, to who does not want such. */
  public void fragmented(boolean value) {
    fragmented = value;
  }

  /** Whether the datagram came in fragments, though none are wanted. */
  public boolean isFragmented() {
    return fragmented;
  }

  /**
   * Says that this is a train: several datagrams of one sender that came in the same way, one
   * behind the other.
   *
   * @param bytesOfEach but the last, which may be shorter; 0 if it is a single datagram
   */
  public void train(int bytesOfEach) {
    datagramBytes = bytesOfEach;
  }

  /** The size of each datagram of a train but the last; 0 if this is no train. */
  public int datagramBytes() {
    return datagramBytes;
  }

  /**
   * Makes this a view of a part of another frame's bytes, without headroom, that came as the other
   * did. Nothing is copied: it is right as long as those bytes are.
   *
   * @param at where the part begins, counted from the other's first byte
   */
  public void view(Frame whole, int at, int bytes) {
    memory = whole.memory;
    slot = whole.start + at;
    reset();
    start = slot;
    lengthBytes(bytes);
    source(whole.sourceHigh, whole.sourceLow, whole.sourcePort);
    arrived(whole.trafficClass, whole.localPort, whole.checksummed);
  }

  /** Whether the datagram came from the same sender in the same way as another one. */
  public boolean cameAs(Frame other) {
    return sourceLow == other.sourceLow
        && sourceHigh == other.sourceHigh
        && sourcePort == other.sourcePort
        && trafficClass == other.trafficClass
        && localPort == other.localPort
        && checksummed == other.checksummed
        && fragmented == other.fragmented;
  }

  /** The datagrams of a train one by one, or this one. For twins and tests, not the path. */
  public void forEachDatagram(Consumer<Frame> consumer) {
    if (datagramBytes == 0) {
      consumer.accept(this);
      return;
    }
    for (int at = 0; at < lengthBytes; at += datagramBytes) {
      Frame part = new Frame(memory, slot);
      part.view(this, at, Math.min(datagramBytes, lengthBytes - at));
      consumer.accept(part);
    }
  }

  /**
   * Says to which group of a policy the sender belongs.
   *
   * @param id 0 to 65,535, or {@link #NO_GROUP}
   * @param applied whether somebody has applied the policy already
   */
  public void group(int id, boolean applied) {
    group = id;
    policyApplied = applied;
  }

  /** To which group of a policy the sender belongs, or {@link #NO_GROUP}. */
  public int group() {
    return group;
  }

  /** Whether the policy of the group was applied already and is not to be applied again. */
  public boolean isPolicyApplied() {
    return policyApplied;
  }

  /** Says by which DSCP the frame is to be served from now on, 0 to 63. */
  public void serviceClass(int dscp) {
    serviceClass = dscp;
  }

  /**
   * By which DSCP the frame is to be served, 0 to 63; bits of ECN have no part in it. {@link
   * #NO_CLASS} if it is the one in its own IP header.
   */
  public int serviceClass() {
    return serviceClass;
  }

  /**
   * Remembers the traffic class that was in the frame's IP header when it came out of a tunnel,
   * whatever is there now.
   */
  public void innerTrafficClass(int arrived) {
    innerTrafficClass = arrived;
  }

  /**
   * The traffic class that was in the frame's IP header when it came out of a tunnel; {@link
   * #NO_CLASS} if it is no IP packet, or did not.
   */
  public int innerTrafficClass() {
    return innerTrafficClass;
  }

  /** Makes this frame the same as another one, bytes and all: it has to wait, or is a twin. */
  public void copyFrom(Frame other) {
    reset();
    lengthBytes(other.lengthBytes);
    MemorySegment.copy(other.memory, other.start, memory, start, other.lengthBytes);
    offload.copyFrom(other.offload);
    source(other.sourceHigh, other.sourceLow, other.sourcePort);
    arrived(other.trafficClass, other.localPort, other.checksummed);
    fragmented = other.fragmented;
    datagramBytes = other.datagramBytes;
    group(other.group, other.policyApplied);
    serviceClass = other.serviceClass;
    innerTrafficClass = other.innerTrafficClass;
  }
}
