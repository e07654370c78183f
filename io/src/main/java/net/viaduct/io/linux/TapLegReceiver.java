package net.viaduct.io.linux;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import net.viaduct.io.Door;
import net.viaduct.io.Frame;
import net.viaduct.io.Offload;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.Transport;
import net.viaduct.wire.Checksum;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpPrefix;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.ip.UdpHeader;

/**
 * Receives packets of the underlay to one local address from a tap, as no socket has checked them
 * yet. Owned by the data-path thread, but for {@link #lost()}.
 */
final class TapLegReceiver {
  private static final int ROOM_BYTES = Frame.SLOT_BYTES - Frame.HEADROOM_BYTES;
  private static final int CHECKSUM_BYTES = 2;
  private static final int FIRST_OF_GROUPS = 224;
  private static final int LOOPBACK = 127;
  private static final int VALID_SUM = 0xffff;

  private final SystemCalls calls = new SystemCalls();
  private final AtomicLong lost = new AtomicLong();
  private final IpAddress local;
  private final boolean ipv4;
  private final IpPrefix[] zeroChecksumWith;
  private final int fd;
  private int[] ports = {};

  /** What the last packet said, until it is accepted. */
  private int packetEnd;

  private int transport;
  private int trafficClass;
  private long sourceHigh;
  private long sourceLow;

  /**
   * A receiver by the tap with this descriptor.
   *
   * @param zeroChecksumWith who may send over IPv6 without checksum
   */
  TapLegReceiver(int fd, IpAddress local, List<IpPrefix> zeroChecksumWith) {
    this.fd = fd;
    this.local = local;
    this.ipv4 = local.isIpv4();
    this.zeroChecksumWith = zeroChecksumWith.toArray(IpPrefix[]::new);
  }

  /** Takes what is sent to these. */
  void listen(Set<Door> doors) {
    ports =
        doors.stream()
            .filter(door -> door.transport() == Transport.UDP)
            .mapToInt(Door::port)
            .toArray();
  }

  /** Packets that came and were not what they said, or whose checksum was wrong. Any thread. */
  long lost() {
    return lost.get();
  }

  /** Fills slots, packed, from the first on. */
  int receive(ReceiveBatch batch) {
    int count = 0;
    for (Frame frame = batch.pack(0); frame != null; frame = batch.pack(count)) {
      long at = frame.start() - TunnelVirtioHeader.SIZE_BYTES;
      long address = frame.memory().address() + at;
      long bytes = calls.read(fd, address, ROOM_BYTES + TunnelVirtioHeader.SIZE_BYTES);
      if (bytes < 0) {
        break;
      }
      frame.lengthBytes(Math.max(0, (int) bytes - TunnelVirtioHeader.SIZE_BYTES));
      if (accept(frame, at)) {
        count++;
      } else {
        lost.incrementAndGet();
      }
    }
    return count;
  }

  /** Makes a packet the datagram that is in it. */
  boolean accept(Frame frame, long header) {
    MemorySegment s = frame.memory();
    if (!(ipv4 ? readIpv4(s, frame) : readIpv6(s, frame))) {
      return false;
    }
    long udp = frame.start() + transport;
    if (UdpHeader.check(s, udp, packetEnd - transport) != null) {
      return false;
    }
    int payload = transport + UdpHeader.SIZE_BYTES;
    int end = transport + UdpHeader.lengthBytes(s, udp);
    int port = UdpHeader.destinationPort(s, udp);
    int sourcePort = UdpHeader.sourcePort(s, udp);
    if (!isOpen(port) || !isWhole(frame, header, end) || !readOffload(frame, header, end)) {
      return false;
    }
    boolean checksummed = ipv4 || UdpHeader.checksum(s, udp) != 0 || mayHaveNone();
    if (!checksummed && zeroChecksumWith.length == 0) {
      return false; // as a socket refuses it that was not told otherwise
    }
    frame.lengthBytes(checksummed ? end : payload);
    frame.strip(payload);
    frame.source(sourceHigh, sourceLow, sourcePort);
    frame.arrived(trafficClass, port, checksummed);
    int segmentBytes = TunnelVirtioHeader.segmentBytes(s, header);
    if (TunnelVirtioHeader.type(s, header) == Offload.UDP && segmentBytes < frame.lengthBytes()) {
      frame.train(segmentBytes);
    }
    return true;
  }

  private boolean readIpv4(MemorySegment s, Frame frame) {
    long ip = frame.start() + EthernetHeader.SIZE_BYTES;
    int available = frame.lengthBytes() - EthernetHeader.SIZE_BYTES;
    if (available < Ipv4Header.MIN_SIZE_BYTES
        || EthernetHeader.etherType(s, frame.start()) != EtherType.IPV4
        || Ipv4Header.check(s, ip, available) != null
        || Ipv4Header.sizeBytes(s, ip) != Ipv4Header.MIN_SIZE_BYTES
        || Ipv4Header.isFragment(s, ip)
        || Ipv4Header.protocol(s, ip) != IpProtocol.UDP
        || !Ipv4Header.hasValidChecksum(s, ip)
        || Ipv4Header.destination(s, ip) != local.ipv4Bits()) {
      return false;
    }
    int source = Ipv4Header.source(s, ip);
    int network = source >>> 24;
    if (network == 0 || network == LOOPBACK || network >= FIRST_OF_GROUPS) {
      return false; // nobody's address (RFC 1122 section 3.2.1.3)
    }
    sourceHigh = 0;
    sourceLow = IpAddress.ipv4Low(source);
    trafficClass = Ipv4Header.trafficClass(s, ip);
    transport = EthernetHeader.SIZE_BYTES + Ipv4Header.MIN_SIZE_BYTES;
    packetEnd = EthernetHeader.SIZE_BYTES + Ipv4Header.totalLengthBytes(s, ip);
    return true;
  }

  private boolean readIpv6(MemorySegment s, Frame frame) {
    long ip = frame.start() + EthernetHeader.SIZE_BYTES;
    int available = frame.lengthBytes() - EthernetHeader.SIZE_BYTES;
    if (available < Ipv6Header.SIZE_BYTES
        || EthernetHeader.etherType(s, frame.start()) != EtherType.IPV6
        || Ipv6Header.check(s, ip, available) != null
        || Ipv6Header.nextHeader(s, ip) != IpProtocol.UDP
        || Ipv6Header.destinationHigh(s, ip) != local.high()
        || Ipv6Header.destinationLow(s, ip) != local.low()) {
      return false;
    }
    sourceHigh = Ipv6Header.sourceHigh(s, ip);
    sourceLow = Ipv6Header.sourceLow(s, ip);
    boolean nobody = sourceHigh == 0 && (sourceLow == 0 || sourceLow == 1);
    if (nobody || sourceHigh >>> 56 == 0xff) {
      return false; // unspecified, loopback, a group (RFC 4291 section 2)
    }
    trafficClass = Ipv6Header.trafficClass(s, ip);
    transport = EthernetHeader.SIZE_BYTES + Ipv6Header.SIZE_BYTES;
    packetEnd = transport + Ipv6Header.payloadLengthBytes(s, ip);
    return true;
  }

  private boolean isOpen(int port) {
    for (int each : ports) {
      if (each == port) {
        return true;
      }
    }
    return false;
  }

  private boolean mayHaveNone() {
    for (IpPrefix prefix : zeroChecksumWith) {
      if (prefix.contains(sourceHigh, sourceLow)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether the UDP checksum is right: somebody has verified it, or will finish it, or it is
   * absent, or it is right indeed.
   */
  private boolean isWhole(Frame frame, long header, int end) {
    MemorySegment s = frame.memory();
    int trusted = TunnelVirtioHeader.NEEDS_CHECKSUM | TunnelVirtioHeader.DATA_VALID;
    if ((TunnelVirtioHeader.flags(s, header) & trusted) != 0) {
      return true;
    }
    long udp = frame.start() + transport;
    if (UdpHeader.checksum(s, udp) == 0) {
      return true;
    }
    long ip = frame.start() + EthernetHeader.SIZE_BYTES;
    int bytes = end - transport;
    int pseudo =
        ipv4
            ? Checksum.pseudoIpv4(s, ip, IpProtocol.UDP, bytes)
            : Checksum.pseudoIpv6(s, ip, IpProtocol.UDP, bytes);
    return Checksum.fold((long) pseudo + Checksum.sum(s, udp, bytes)) == VALID_SUM;
  }

  /** Says in the frame's offload what is left to be done to the inner frame. */
  private boolean readOffload(Frame frame, long header, int end) {
    MemorySegment s = frame.memory();
    int type = TunnelVirtioHeader.type(s, header);
    int segmentBytes = TunnelVirtioHeader.segmentBytes(s, header);
    boolean inTunnel = (type & TunnelVirtioHeader.TUNNEL) != 0;
    if (type != Offload.NONE && segmentBytes == 0) {
      return false;
    }
    if (!inTunnel && type != Offload.NONE && type != Offload.UDP) {
      return false;
    }
    int start = TunnelVirtioHeader.checksumStart(s, header);
    boolean partial =
        (TunnelVirtioHeader.flags(s, header) & TunnelVirtioHeader.NEEDS_CHECKSUM) != 0;
    if (inTunnel || (partial && start != transport)) {
      int offset = TunnelVirtioHeader.checksumOffset(s, header);
      int innerLeast = transport + UdpHeader.SIZE_BYTES + EthernetHeader.SIZE_BYTES;
      if (!partial || start < innerLeast || start + offset + CHECKSUM_BYTES > end) {
        return false;
      }
      frame.offload().checksumPartial(start, offset);
    }
    if (inTunnel) {
      frame.offload().segmentation(type & ~TunnelVirtioHeader.TUNNEL, segmentBytes);
    }
    return true;
  }
}
