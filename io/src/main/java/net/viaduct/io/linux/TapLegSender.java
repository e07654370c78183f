package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.Offload;
import net.viaduct.io.Transport;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.UnfinishedChecksum;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.ip.TcpHeader;
import net.viaduct.wire.ip.UdpHeader;
import org.jspecify.annotations.Nullable;

/**
 * Sends datagrams from one local address by a tap: super-frames uncut, and runs of datagrams of one
 * size as one packet that the kernel cuts as late as it can. Owned by the data-path thread.
 */
final class TapLegSender {
  private static final int VECTOR_BYTES = 16;
  private static final int MOST_IN_RUN = 64;
  private static final int MOST_PACKET_BYTES = 0xffff;

  private final SystemCalls calls = new SystemCalls();
  private final OuterHeaders headers;
  private final NextHops nextHops;
  private final MemorySegment header;
  private final MemorySegment vectors;
  private final boolean ipv4;
  private final int fd;
  private @Nullable DeviceMtu mtu;
  private int sourcePort;
  private boolean checksums;

  /** The datagrams that leave together. */
  private final int[] run = new int[MOST_IN_RUN];

  private int runSize;
  private int runDatagramBytes;
  private int runBytes;
  private long runMac;
  private int runTrafficClass;
  private int runFlowHash;
  private @Nullable Endpoint runDestination;

  /** Who is told what became of entries. */
  interface Outcome {
    /** So many datagrams of an entry left. */
    void sent(DatagramBatch batch, int entry, int count);

    /** An entry did not leave, for a negative errno. */
    void refused(DatagramBatch batch, int entry, int errno);
  }

  /** A sender by the tap with this descriptor. */
  TapLegSender(int fd, OuterHeaders headers, NextHops nextHops, boolean ipv4, Arena arena) {
    this.fd = fd;
    this.headers = headers;
    this.header = headers.memory();
    this.nextHops = nextHops;
    this.ipv4 = ipv4;
    this.vectors = arena.allocate((long) (1 + MOST_IN_RUN) * VECTOR_BYTES, 8);
    vector(0, header.address(), TunnelVirtioHeader.SIZE_BYTES + headers.frameBytes());
  }

  /** The device that the tap leads to has this MTU; null if it leads nowhere. */
  void mtu(@Nullable DeviceMtu value) {
    mtu = value;
  }

  /**
   * Begins with entries that leave from one port.
   *
   * @param withChecksum whether they have a UDP checksum
   */
  void begin(int port, boolean withChecksum) {
    sourcePort = port;
    checksums = withChecksum;
  }

  /** Whether an entry can go this way now; what this refuses goes by a socket. */
  boolean takes(DatagramBatch batch, int entry) {
    Endpoint to = batch.destination(entry);
    if (mtu == null || to.transport() != Transport.UDP) {
      return false;
    }
    Frame frame = batch.frame(entry);
    int bytes = headers.packetBytes() + batch.headerBytes(entry) + frame.lengthBytes();
    return bytes <= MOST_PACKET_BYTES
        && (frame.offload().isNothing() || isTellable(frame))
        && nextHops.macOf(to.address()) != NextHops.UNKNOWN;
  }

  /**
   * Whether the tap can be told what is left to be done: of TCP or UDP directly in an Ethernet
   * frame without tags.
   */
  private static boolean isTellable(Frame frame) {
    Offload offload = frame.offload();
    MemorySegment s = frame.memory();
    if (!offload.isSuperFrame()) {
      int offset = offload.checksumOffset();
      return offset == TcpHeader.CHECKSUM_OFFSET || offset == UdpHeader.CHECKSUM_OFFSET;
    }
    if (frame.lengthBytes() < EthernetHeader.SIZE_BYTES + Ipv6Header.SIZE_BYTES) {
      return false; // shorter than any super-frame
    }
    long ip = frame.start() + EthernetHeader.SIZE_BYTES;
    int start = offload.segmentationStart() - EthernetHeader.SIZE_BYTES;
    boolean udp = offload.segmentation() == Offload.UDP;
    int protocol = udp ? IpProtocol.UDP : IpProtocol.TCP;
    boolean overIpv4 =
        EthernetHeader.etherType(s, frame.start()) == EtherType.IPV4
            && start == Ipv4Header.sizeBytes(s, ip)
            && Ipv4Header.protocol(s, ip) == protocol;
    boolean overIpv6 =
        EthernetHeader.etherType(s, frame.start()) == EtherType.IPV6
            && start == Ipv6Header.SIZE_BYTES
            && Ipv6Header.nextHeader(s, ip) == protocol;
    return switch (offload.segmentation() & ~Offload.ECN_FLAG) {
      case Offload.TCP_IPV4 -> overIpv4;
      case Offload.TCP_IPV6 -> overIpv6;
      case Offload.UDP -> overIpv4 || overIpv6;
      default -> false;
    };
  }

  /** Sends an entry, or lets it wait for others of its run. */
  void add(DatagramBatch batch, int entry, Outcome outcome) {
    Frame frame = batch.frame(entry);
    if (frame.offload().isSuperFrame()) {
      flush(batch, outcome);
      sendSuperFrame(batch, entry, outcome);
      return;
    }
    int bytes = batch.headerBytes(entry) + frame.lengthBytes();
    if (isTooBig(headers.packetBytes() + bytes)) {
      outcome.refused(batch, entry, -ErrorNumber.EMSGSIZE);
      return;
    }
    finishChecksum(frame);
    if (!joins(batch, entry, bytes)) {
      flush(batch, outcome);
      beginRun(batch, entry, bytes);
    }
    append(batch, entry, bytes);
    if (!checksums || bytes < runDatagramBytes || runSize == MOST_IN_RUN) {
      flush(batch, outcome); // nothing can follow
    }
  }

  private boolean isTooBig(int packetBytes) {
    DeviceMtu limit = mtu;
    return limit != null && packetBytes > limit.bytes() && packetBytes > limit.askedBytes();
  }

  /** For this entry and all that refer to the same frame: its bytes are right afterwards. */
  private static void finishChecksum(Frame frame) {
    Offload offload = frame.offload();
    if (offload.isChecksumPartial()) {
      int start = offload.checksumStart();
      int offset = offload.checksumOffset();
      UnfinishedChecksum.finish(frame.memory(), frame.start(), frame.lengthBytes(), start, offset);
      offload.checksumDone();
    }
  }

  private boolean joins(DatagramBatch batch, int entry, int bytes) {
    return runSize > 0
        && bytes <= runDatagramBytes
        && headers.packetBytes() + runBytes + bytes <= MOST_PACKET_BYTES
        && batch.trafficClass(entry) == runTrafficClass
        && (ipv4 || batch.flowHash(entry) == runFlowHash)
        && batch.destination(entry).equals(runDestination);
  }

  private void beginRun(DatagramBatch batch, int entry, int bytes) {
    Endpoint to = batch.destination(entry);
    runDestination = to;
    runMac = nextHops.macOf(to.address());
    runTrafficClass = batch.trafficClass(entry);
    runFlowHash = batch.flowHash(entry);
    runDatagramBytes = bytes;
  }

  private void append(DatagramBatch batch, int entry, int bytes) {
    Frame frame = batch.frame(entry);
    run[runSize++] = entry;
    runBytes += bytes;
    long at = frame.memory().address() + frame.start() - batch.headerBytes(entry);
    vector(runSize, at, bytes);
  }

  /** Sends what waits. */
  void flush(DatagramBatch batch, Outcome outcome) {
    Endpoint to = runDestination;
    if (runSize == 0 || to == null) {
      return;
    }
    writeHeaders(runMac, to, runTrafficClass, runFlowHash, runBytes);
    if (checksums) {
      headers.leaveChecksum();
      int start = headers.transportOffset();
      TunnelVirtioHeader.checksum(header, 0, start, UdpHeader.CHECKSUM_OFFSET);
    }
    if (runSize > 1) {
      int headerBytes = headers.frameBytes();
      TunnelVirtioHeader.segmentation(header, 0, Offload.UDP, headerBytes, runDatagramBytes);
    }
    long result = calls.writev(fd, vectors.address(), 1 + runSize);
    for (int i = 0; i < runSize; i++) {
      tell(batch, run[i], 1, result, outcome);
    }
    runSize = 0;
    runBytes = 0;
  }

  private void writeHeaders(long mac, Endpoint to, int trafficClass, int flowHash, int bytes) {
    TunnelVirtioHeader.clear(header, 0);
    int label = ipv4 ? 0 : DatagramMessages.flowLabel(flowHash);
    headers.write(mac, to, sourcePort, trafficClass, label, bytes);
  }

  private static void tell(
      DatagramBatch batch, int entry, int datagrams, long result, Outcome outcome) {
    if (result < 0) {
      outcome.refused(batch, entry, (int) result);
    } else {
      outcome.sent(batch, entry, datagrams);
    }
  }

  private void sendSuperFrame(DatagramBatch batch, int entry, Outcome outcome) {
    Frame frame = batch.frame(entry);
    Offload offload = frame.offload();
    int tunnelBytes = batch.headerBytes(entry);
    int innerHeaders = innerHeaderBytes(frame);
    int payload = frame.lengthBytes() - innerHeaders;
    int largest = Math.min(offload.segmentBytes(), payload);
    if (payload < 0 || isTooBig(headers.packetBytes() + tunnelBytes + innerHeaders + largest)) {
      outcome.refused(batch, entry, -ErrorNumber.EMSGSIZE);
      return;
    }
    Endpoint to = batch.destination(entry);
    int bytes = tunnelBytes + frame.lengthBytes();
    long mac = nextHops.macOf(to.address());
    writeHeaders(mac, to, batch.trafficClass(entry), batch.flowHash(entry), bytes);
    if (checksums) {
      headers.leaveChecksum();
    }
    int inner = headers.frameBytes() + tunnelBytes;
    int type = offload.segmentation();
    type |= ipv4 ? TunnelVirtioHeader.TUNNEL_IPV4 : TunnelVirtioHeader.TUNNEL_IPV6;
    int start = inner + offload.checksumStart();
    int network = inner + EthernetHeader.SIZE_BYTES;
    TunnelVirtioHeader.checksum(header, 0, start, offload.checksumOffset());
    TunnelVirtioHeader.segmentation(header, 0, type, inner + innerHeaders, offload.segmentBytes());
    TunnelVirtioHeader.tunnel(header, 0, checksums, headers.transportOffset(), network);
    vector(1, frame.memory().address() + frame.start() - tunnelBytes, bytes);
    long result = calls.writev(fd, vectors.address(), 2);
    int segments = Math.max(1, (payload - 1) / offload.segmentBytes() + 1);
    tell(batch, entry, segments, result, outcome);
  }

  private static int innerHeaderBytes(Frame frame) {
    int start = frame.offload().checksumStart();
    return frame.offload().segmentation() == Offload.UDP
        ? start + UdpHeader.SIZE_BYTES
        : start + TcpHeader.sizeBytes(frame.memory(), frame.start() + start);
  }

  private void vector(int index, long address, long bytes) {
    vectors.set(JAVA_LONG, (long) index * VECTOR_BYTES, address);
    vectors.set(JAVA_LONG, (long) index * VECTOR_BYTES + 8, bytes);
  }
}
