package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.Offload;
import net.viaduct.wire.SctpChecksum;
import net.viaduct.wire.UnfinishedChecksum;
import net.viaduct.wire.nested.NestedSegmenter;
import net.viaduct.wire.nested.TunnelLayers;

/**
 * Makes messages of datagrams: one of a plain frame, as many as it has segments of a super-frame.
 * Payloads are not copied; the headers of segments are written to memory of its own. Owned by the
 * thread that sends.
 */
final class DatagramMessages {
  /** More than the segments of any super-frame of 64 KB with 536 bytes each. */
  private static final int MESSAGES = 128;

  /** Tunnel header, Ethernet with tags, IP with options, TCP with options; more is not cut. */
  private static final int HEADERS_BYTES = 512;

  private static final int VECTORS = 2;
  private static final int FLOW_LABEL_BITS = 20;
  private static final int GOLDEN_RATIO = 0x9e37_79b9; // 2^32 over it, odd: spreads all bits upward

  private final MessageArray messages;
  private final MemorySegment headers;
  private final int[] entries = new int[MESSAGES];
  private final TunnelLayers layers = new TunnelLayers();
  private final NestedSegmenter segmenter = new NestedSegmenter();
  private int count;
  private int nextSegment;
  private boolean flowLabels = true;

  DatagramMessages(Arena arena) {
    messages =
        new MessageArray(
            arena, MESSAGES, VECTORS, SocketAddress.SIZE_BYTES, TrafficClassMessage.CONTROL_BYTES);
    headers = arena.allocate((long) MESSAGES * HEADERS_BYTES, 64);
  }

  /** How many messages there are. */
  int count() {
    return count;
  }

  /** The entry of the batch that a message is of. */
  int entry(int message) {
    return entries[message];
  }

  /** The address of a message, and of all that follow. */
  long address(int message) {
    return messages.address(message);
  }

  /** Forgets the messages; what is left of an entry that was begun can still be added. */
  void clear() {
    count = 0;
  }

  /** What adding an entry led to. */
  enum Added {
    /** All of it is in the messages. */
    WHOLE,
    /** There is no room for the rest: send, clear, and add the same entry again. */
    IN_PART,
    /** It is said to be a super-frame, but cannot be cut. */
    NOT_CUTTABLE
  }

  /** Adds an entry of a batch, or the rest of it. */
  Added add(DatagramBatch batch, int entry) {
    if (count == MESSAGES) {
      return Added.IN_PART;
    }
    Frame frame = batch.frame(entry);
    if (frame.offload().isSuperFrame()) {
      return addSegments(batch, entry, frame);
    }
    finishChecksum(frame);
    int header = batch.headerBytes(entry);
    long address = frame.memory().address() + frame.start() - header;
    messages.vector(count, 0, address, (long) header + frame.lengthBytes());
    messages.vectorCount(count, 1);
    addressTo(batch, entry);
    return Added.WHOLE;
  }

  /** For this entry and all that refer to the same frame: its bytes are right afterwards. */
  private void finishChecksum(Frame frame) {
    Offload offload = frame.offload();
    if (!offload.isChecksumPartial()) {
      return;
    }
    int start = offload.checksumStart();
    int offset = offload.checksumOffset();
    // among the protocols that leave a checksum unfinished, only SCTP has it there
    if (offset == SctpChecksum.CHECKSUM_OFFSET) {
      finishSctp(frame, start);
    } else {
      UnfinishedChecksum.finish(frame.memory(), frame.start(), frame.lengthBytes(), start, offset);
    }
    offload.checksumDone();
  }

  private void finishSctp(Frame frame, int start) {
    int end = frame.lengthBytes();
    if (layers.walk(frame.memory(), frame.start(), end, start)) {
      end = layers.innerOffset() + layers.innermost().networkEnd(); // without Ethernet's padding
    }
    SctpChecksum.finish(frame.memory(), frame.start(), end, start);
  }

  private Added addSegments(DatagramBatch batch, int entry, Frame frame) {
    int tunnel = batch.headerBytes(entry);
    if (nextSegment == 0 && !begin(frame, tunnel)) {
      return Added.NOT_CUTTABLE;
    }
    while (nextSegment < segmenter.segmentCount()) {
      if (count == MESSAGES) {
        return Added.IN_PART;
      }
      addSegment(frame, tunnel);
      addressTo(batch, entry);
      nextSegment++;
    }
    nextSegment = 0;
    return Added.WHOLE;
  }

  private boolean begin(Frame frame, int tunnel) {
    MemorySegment memory = frame.memory();
    int segmentBytes = frame.offload().segmentBytes();
    Offload offload = frame.offload();
    int start = offload.segmentationStart();
    return segmenter.begin(memory, frame.start(), frame.lengthBytes(), start, segmentBytes)
        && offload.suits(segmenter.layers().innermost())
        && tunnel + segmenter.headerBytes() <= HEADERS_BYTES;
  }

  private void addSegment(Frame frame, int tunnel) {
    long at = (long) count * HEADERS_BYTES;
    MemorySegment.copy(frame.memory(), frame.start() - tunnel, headers, at, tunnel);
    int payloadBytes = segmenter.writeHeader(nextSegment, headers, at + tunnel);
    long headerBytes = (long) tunnel + segmenter.headerBytes();
    messages.vector(count, 0, headers.address() + at, headerBytes);
    long payload = frame.start() + segmenter.payloadOffset(nextSegment);
    messages.vector(count, 1, frame.memory().address() + payload, payloadBytes);
    messages.vectorCount(count, VECTORS);
  }

  private void addressTo(DatagramBatch batch, int entry) {
    Endpoint destination = batch.destination(entry);
    int label = flowLabels ? flowLabel(batch.flowHash(entry)) : 0;
    long name = messages.name(count);
    int nameBytes =
        SocketAddress.write(
            messages.names(), name, destination.address(), destination.port(), label);
    messages.nameBytes(count, nameBytes);
    int trafficClass = batch.trafficClass(entry);
    if (trafficClass == 0) {
      messages.controlLengthBytes(count, 0); // as the socket has it
    } else {
      IpFamily family = IpFamily.of(destination.address());
      TrafficClassMessage.write(messages.controls(), messages.control(count), family, trafficClass);
      messages.controlLengthBytes(count, TrafficClassMessage.CONTROL_BYTES);
    }
    entries[count++] = entry;
  }

  /**
   * The flow label of an inner flow (RFC 6438 section 3): stable, of all 20 bits, and of other bits
   * of the hash than those that choose the source port. Never 0, which leaves it to the kernel.
   */
  static int flowLabel(int flowHash) {
    return Math.max(1, (flowHash * GOLDEN_RATIO) >>> (Integer.SIZE - FLOW_LABEL_BITS));
  }

  /** The kernel chooses flow labels from now on, also of the messages that are there already. */
  void withoutFlowLabels() {
    flowLabels = false;
    for (int i = 0; i < count; i++) {
      if (!SocketAddress.isIpv4(messages.names(), messages.name(i))) {
        SocketAddress.clearFlowLabel(messages.names(), messages.name(i));
      }
    }
  }

  /** Whether flow labels are those of the inner flows. */
  boolean hasFlowLabels() {
    return flowLabels;
  }
}
