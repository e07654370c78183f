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
import org.jspecify.annotations.Nullable;

/**
 * The messages of datagrams from one socket. A run of datagrams of one size that go the same way is
 * one message, which the kernel cuts as late as it can (UDP_SEGMENT, udp(7)): the segments of a
 * super-frame are such a run, and so are small frames of one flow. Owned by the thread that sends.
 *
 * <p>Segments are copied, headers and payload, one behind the other: a run of them is one piece of
 * memory, of which the kernel takes its copy faster than of two pieces for each segment.
 */
final class DatagramMessages {
  private static final int MESSAGES = 128;
  private static final int DATAGRAMS = 512;

  /** Tunnel header, Ethernet with tags, IP with options, TCP with options; more is not cut. */
  private static final int MOST_HEADER_BYTES = 512;

  /** Some super-frames, and no more than stays in the processor's cache until it is sent. */
  private static final int SEGMENTS_BYTES = 4 * Frame.SLOT_BYTES;

  private static final int VECTORS_PER_MESSAGE = DATAGRAMS / MESSAGES;

  /** A message more than is built in a row, and its vector: for one datagram out of a run. */
  private static final int SPARE = MESSAGES;

  private static final int SPARE_VECTOR = DATAGRAMS;

  private static final int FLOW_LABEL_BITS = 20;
  private static final int GOLDEN_RATIO = 0x9e37_79b9; // 2^32 over it, odd: spreads all bits upward

  private final MessageArray messages;
  private final MemorySegment segments;
  private final TunnelLayers layers = new TunnelLayers();
  private final NestedSegmenter segmenter = new NestedSegmenter();

  /** By message: its first datagram; one more tells where the last message ends. */
  private final int[] firstDatagram = new int[MESSAGES + 1];

  /** By message: its first vector. */
  private final int[] firstVector = new int[MESSAGES];

  /** By datagram: its entry, its own payload, and where all of it is. */
  private final int[] entries = new int[DATAGRAMS];

  private final int[] payloadBytes = new int[DATAGRAMS];
  private final long[] addresses = new long[DATAGRAMS];
  private final int[] lengths = new int[DATAGRAMS];
  private int count;
  private int datagrams;
  private int vectors;
  private int segmentsEnd;
  private int nextSegment;

  /** The last vector: where it begins and ends. */
  private long vectorAt;

  private long vectorEnd;
  private boolean flowLabels = true;
  private boolean runs;
  private int mostInRun;

  /** Of the last message: what the next datagram must be like to become a part of it. */
  private int runDatagramBytes;

  private int runBytes;
  private int runTrafficClass;
  private int runLabel;
  private @Nullable Endpoint runDestination;

  DatagramMessages(Arena arena) {
    messages =
        new MessageArray(
            arena,
            MESSAGES + 1,
            VECTORS_PER_MESSAGE,
            SocketAddress.SIZE_BYTES,
            2 * ControlMessage.SIZE_BYTES);
    segments = arena.allocate(SEGMENTS_BYTES, 64);
  }

  /** How many messages there are. */
  int count() {
    return count;
  }

  /** The first datagram of a message; of {@link #count()}, where the last message ends. */
  int firstDatagram(int message) {
    return firstDatagram[message];
  }

  /** The entry of the batch that a datagram is of. */
  int entry(int datagram) {
    return entries[datagram];
  }

  /** Bytes that only this datagram carries: of a segment without the headers that all have. */
  int payloadBytes(int datagram) {
    return payloadBytes[datagram];
  }

  /** How many datagrams a message is. */
  int datagrams(int message) {
    return firstDatagram[message + 1] - firstDatagram[message];
  }

  /** The address of a message, and of all that follow. */
  long address(int message) {
    return messages.address(message);
  }

  /**
   * Forgets the messages; what is left of an entry that was begun can still be added.
   *
   * @param withRuns whether a message may be several datagrams
   */
  void clear(boolean withRuns) {
    count = 0;
    datagrams = 0;
    vectors = 0;
    segmentsEnd = 0;
    runs = withRuns;
    runDestination = null;
  }

  /** A message may be no more than so many datagrams; to be told before any is added. */
  void mostInRun(int value) {
    mostInRun = value;
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
    Frame frame = batch.frame(entry);
    if (frame.offload().isSuperFrame()) {
      return addSegments(batch, entry, frame);
    }
    int bytes = batch.headerBytes(entry) + frame.lengthBytes();
    if (!hasRoom(batch, entry, bytes)) {
      return Added.IN_PART;
    }
    finishChecksum(frame);
    long at = frame.memory().address() + frame.start() - batch.headerBytes(entry);
    payloadBytes[datagrams] = frame.lengthBytes();
    append(batch, entry, at, bytes);
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
    int headerBytes = tunnel + segmenter.headerBytes();
    while (nextSegment < segmenter.segmentCount()) {
      int bytes = headerBytes + segmenter.payloadBytes(nextSegment);
      if (!hasRoom(batch, entry, bytes)) {
        return Added.IN_PART;
      }
      MemorySegment.copy(frame.memory(), frame.start() - tunnel, segments, segmentsEnd, tunnel);
      payloadBytes[datagrams] = segmenter.write(nextSegment, segments, segmentsEnd + (long) tunnel);
      append(batch, entry, segments.address() + segmentsEnd, bytes);
      segmentsEnd += bytes;
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
        && tunnel + segmenter.headerBytes() <= MOST_HEADER_BYTES;
  }

  private boolean hasRoom(DatagramBatch batch, int entry, int bytes) {
    return datagrams < DATAGRAMS
        && segmentsEnd + bytes <= SEGMENTS_BYTES
        && (count < MESSAGES || continuesRun(batch, entry, bytes));
  }

  /** Whether a datagram may be a part of the last message: only its last may be shorter. */
  private boolean continuesRun(DatagramBatch batch, int entry, int bytes) {
    return runs
        && runDestination != null
        && bytes <= runDatagramBytes
        && runBytes + bytes <= UdpOffload.MOST_BYTES
        && datagrams(count - 1) < mostInRun
        && runTrafficClass == batch.trafficClass(entry)
        && runDestination.equals(batch.destination(entry))
        && runLabel == label(batch, entry);
  }

  private void append(DatagramBatch batch, int entry, long at, int bytes) {
    boolean continues = continuesRun(batch, entry, bytes);
    if (continues) {
      runBytes += bytes;
      if (datagrams(count - 1) == 1) {
        tellDatagramBytes(count - 1);
      }
    } else {
      beginMessage(batch, entry, bytes);
    }
    if (bytes < runDatagramBytes) {
      runDestination = null;
    }
    entries[datagrams] = entry;
    addresses[datagrams] = at;
    lengths[datagrams] = bytes;
    firstDatagram[count] = ++datagrams;
    if (!continues || at != vectorEnd) {
      vectorAt = at;
      vectors++;
      int first = firstVector[count - 1];
      messages.vectors(count - 1, first, vectors - first);
    }
    vectorEnd = at + bytes;
    messages.vectorAt(vectors - 1, vectorAt, vectorEnd - vectorAt);
  }

  private void beginMessage(DatagramBatch batch, int entry, int bytes) {
    Endpoint destination = batch.destination(entry);
    runDestination = destination;
    runDatagramBytes = bytes;
    runBytes = bytes;
    runTrafficClass = batch.trafficClass(entry);
    runLabel = label(batch, entry);
    address(count, destination, runLabel, runTrafficClass);
    firstVector[count] = vectors;
    firstDatagram[count++] = datagrams;
  }

  private void address(int message, Endpoint destination, int label, int trafficClass) {
    int nameBytes =
        SocketAddress.write(
            messages.names(),
            messages.name(message),
            destination.address(),
            destination.port(),
            label);
    messages.nameBytes(message, nameBytes);
    if (trafficClass == 0) {
      messages.controlLengthBytes(message, 0); // as the socket has it
    } else {
      IpFamily family = IpFamily.of(destination.address());
      int type = family.options().trafficClass();
      ControlMessage.writeInt(
          messages.controls(), messages.control(message), family.level(), type, trafficClass);
      messages.controlLengthBytes(message, ControlMessage.SIZE_BYTES);
    }
  }

  private void tellDatagramBytes(int message) {
    long before = messages.controlLengthBytes(message);
    ControlMessage.writeShort(
        messages.controls(),
        messages.control(message) + before,
        UdpOffload.SOL_UDP,
        UdpOffload.UDP_SEGMENT,
        runDatagramBytes);
    messages.controlLengthBytes(message, before + ControlMessage.SIZE_BYTES);
  }

  /** Makes one datagram of a run a message of its own, at the address that is returned. */
  long single(DatagramBatch batch, int datagram) {
    int entry = entries[datagram];
    address(SPARE, batch.destination(entry), label(batch, entry), batch.trafficClass(entry));
    messages.vectorAt(SPARE_VECTOR, addresses[datagram], lengths[datagram]);
    messages.vectors(SPARE, SPARE_VECTOR, 1);
    return messages.address(SPARE);
  }

  private int label(DatagramBatch batch, int entry) {
    return flowLabels && !batch.destination(entry).address().isIpv4()
        ? flowLabel(batch.flowHash(entry))
        : 0;
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
    runLabel = 0;
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
