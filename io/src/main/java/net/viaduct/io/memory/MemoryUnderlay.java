package net.viaduct.io.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.IoFailure;
import net.viaduct.io.Offload;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendResult;
import net.viaduct.io.Underlay;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.SctpChecksum;
import net.viaduct.wire.Segmenter;
import net.viaduct.wire.UnfinishedChecksum;
import org.jspecify.annotations.Nullable;

/**
 * The twin of an underlay, a host's UDP port in a {@link MemoryNetwork}. It cuts super-frames and
 * finishes checksums as the real one does. Any thread may call any method; a lock keeps it whole.
 */
public final class MemoryUnderlay implements Underlay, MemorySource {
  /** Ethernet's. */
  public static final int DEFAULT_MTU_BYTES = 1500;

  private static final int DEFAULT_QUEUE_DATAGRAMS = 4096;
  private static final int MOST_GROUPS = 20;
  private static final int IPV4_AND_UDP_BYTES = 28;
  private static final int IPV6_AND_UDP_BYTES = 48;
  private static final int FIRST_SOURCE_PORT = 49_152;
  private static final int SOURCE_PORT_BITS = 14;

  private final MemoryNetwork network;
  private final Endpoint local;
  private final ArrayDeque<MemoryDatagram> arrived = new ArrayDeque<>();
  private final FlowKey flow = new FlowKey();
  private final Segmenter segmenter = new Segmenter();
  private int queueDatagrams = DEFAULT_QUEUE_DATAGRAMS;
  private int mtuBytes = DEFAULT_MTU_BYTES;
  private int groups;
  private @Nullable SendResult refusal;
  private long lost;

  MemoryUnderlay(MemoryNetwork network, Endpoint local) {
    this.network = network;
    this.local = local;
  }

  /** A datagram arrives, as if the network had carried it here. */
  public synchronized void arrive(MemoryDatagram datagram) {
    if (arrived.size() >= queueDatagrams) {
      lost++;
    } else {
      arrived.add(datagram);
    }
  }

  /** Takes a datagram, instead of {@link #receive}; null if there is none. */
  public synchronized @Nullable MemoryDatagram take() {
    return arrived.poll();
  }

  /** Sends a payload as it is, from this host. */
  public void send(int sourcePort, Endpoint destination, byte[] payload) {
    network.carry(
        new MemoryDatagram(new Endpoint(local.address(), sourcePort), destination, payload));
  }

  /** How many datagrams wait at most. */
  public synchronized void queueDatagrams(int value) {
    queueDatagrams = value;
  }

  /** Sets the MTU. */
  public synchronized void mtuBytes(int value) {
    mtuBytes = value;
  }

  /** Everything that is sent gets this result from now on; null for the true one. */
  public synchronized void refuse(@Nullable SendResult result) {
    refusal = result;
  }

  @Override
  public Endpoint local() {
    return local;
  }

  @Override
  public synchronized int mtuBytes() {
    return mtuBytes;
  }

  @Override
  public synchronized boolean isReady() {
    return !arrived.isEmpty();
  }

  @Override
  public synchronized int receive(ReceiveBatch batch) {
    int count = 0;
    while (count < batch.capacity() && !arrived.isEmpty()) {
      MemoryDatagram datagram = arrived.remove();
      Frame frame = batch.frame(count++);
      MemoryFrame.of(datagram.payload()).copyTo(frame);
      IpAddress source = datagram.source().address();
      frame.source(source.high(), source.low(), datagram.source().port());
    }
    return count;
  }

  @Override
  public void send(DatagramBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      SendResult refused = refusal();
      if (refused != null) {
        batch.result(i, refused, 0);
      } else {
        send(batch, i);
      }
    }
  }

  private synchronized @Nullable SendResult refusal() {
    return refusal;
  }

  private void send(DatagramBatch batch, int i) {
    byte[] header = new byte[batch.headerBytes(i)];
    Frame frame = batch.frame(i);
    copy(frame, -header.length, header, 0, header.length);
    byte[][] inner = frame.offload().isSuperFrame() ? cut(frame) : new byte[][] {whole(frame)};
    if (inner.length == 0) {
      batch.result(i, SendResult.FAILED, 0);
      return;
    }
    Endpoint destination = batch.destination(i);
    int overhead =
        header.length + (local.address().isIpv4() ? IPV4_AND_UDP_BYTES : IPV6_AND_UDP_BYTES);
    int sourcePort = FIRST_SOURCE_PORT + (batch.flowHash(i) >>> (32 - SOURCE_PORT_BITS));
    int sent = 0;
    for (byte[] each : inner) {
      if (overhead + each.length <= mtuBytes()) {
        byte[] payload = new byte[header.length + each.length];
        System.arraycopy(header, 0, payload, 0, header.length);
        System.arraycopy(each, 0, payload, header.length, each.length);
        send(sourcePort, destination, payload);
        sent++;
      }
    }
    batch.result(i, sent == inner.length ? SendResult.SENT : SendResult.TOO_BIG, sent);
  }

  private byte[][] cut(Frame frame) {
    flow.parse(frame.memory(), frame.start(), frame.lengthBytes());
    int segmentBytes = frame.offload().segmentBytes();
    if (!segmenter.begin(frame.memory(), frame.start(), frame.lengthBytes(), flow, segmentBytes)
        || !frame.offload().cutsOutermost(flow)) {
      return new byte[0][];
    }
    byte[][] segments = new byte[segmenter.segmentCount()][];
    int headers = segmenter.headerBytes();
    for (int i = 0; i < segments.length; i++) {
      segments[i] = new byte[headers + segmenter.payloadBytes(i)];
      segmenter.writeHeader(i, MemorySegment.ofArray(segments[i]), 0);
      copy(frame, segmenter.payloadOffset(i), segments[i], headers, segments[i].length - headers);
    }
    return segments;
  }

  private byte[] whole(Frame frame) {
    byte[] bytes = new byte[frame.lengthBytes()];
    copy(frame, 0, bytes, 0, bytes.length);
    Offload offload = frame.offload();
    if (offload.isChecksumPartial()) {
      MemorySegment s = MemorySegment.ofArray(bytes);
      int start = offload.checksumStart();
      flow.parse(s, 0, bytes.length);
      if (offload.checksumOffset() == SctpChecksum.CHECKSUM_OFFSET
          && flow.ipProtocol() == IpProtocol.SCTP) {
        SctpChecksum.finish(s, 0, flow.networkEnd(), start);
      } else {
        UnfinishedChecksum.finish(s, 0, bytes.length, start, offload.checksumOffset());
      }
    }
    return bytes;
  }

  private static void copy(Frame frame, int from, byte[] to, int at, int length) {
    MemorySegment.copy(frame.memory(), ValueLayout.JAVA_BYTE, frame.start() + from, to, at, length);
  }

  @Override
  public synchronized void join(IpAddress group) {
    if (groups == MOST_GROUPS) {
      throw new IoFailure("join " + group, "ENOBUFS", "a socket joins " + MOST_GROUPS + " groups");
    }
    groups++;
    network.join(this, group);
  }

  @Override
  public synchronized void leave(IpAddress group) {
    groups--;
    network.leave(this, group);
  }

  @Override
  public synchronized long lostInKernel() {
    return lost;
  }

  @Override
  public void close() {
    network.close(this);
  }
}
