package net.viaduct.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.function.Consumer;
import net.viaduct.wire.ip.Icmpv4;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6ExtensionHeaders;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.ip.TcpHeader;
import net.viaduct.wire.ip.UdpHeader;
import net.viaduct.wire.multicast.IgmpMessage;
import net.viaduct.wire.neighbour.ArpPacket;
import net.viaduct.wire.tunnel.VxlanHeader;

/**
 * Builds frames with the flyweights of this package, header by header from the outside in; lengths
 * and checksums are filled in at the end.
 */
final class FrameBuilder {
  static final long MAC_A = 0x0200_0000_000aL;
  static final long MAC_B = 0x0200_0000_000bL;
  static final int IP_A = 0x0a00_0001;
  static final int IP_B = 0x0a00_0002;
  static final IpAddress IP6_A = IpAddress.parse("fd00::a");
  static final IpAddress IP6_B = IpAddress.parse("fd00:0:0:7::b");

  private static final int CAPACITY_BYTES = 70_000;

  private final MemorySegment s = Arena.ofAuto().allocate(CAPACITY_BYTES);
  private long end = EthernetHeader.SIZE_BYTES;
  private long protocolAt = -1;
  private long networkAt = -1;
  private long transportAt = -1;
  private boolean ipv4;
  private int protocol = -1;
  private boolean fragment;
  private boolean unfinished;
  private boolean noChecksum;

  private FrameBuilder() {}

  static FrameBuilder ethernet() {
    return ethernet(MAC_B, MAC_A);
  }

  static FrameBuilder ethernet(long destination, long source) {
    FrameBuilder builder = new FrameBuilder();
    EthernetHeader.write(builder.s, 0, destination, source, 0);
    return builder;
  }

  /** Sets the EtherType, without anything behind it yet. */
  FrameBuilder etherType(int type) {
    NetworkOrder.u16(s, end - 2, type);
    return this;
  }

  FrameBuilder vlan(int tpid, int tci) {
    VlanTag.write(s, end - 2, tpid, tci);
    end += VlanTag.SIZE_BYTES;
    return this;
  }

  FrameBuilder ipv4() {
    return ipv4(IP_A, IP_B, new byte[0]);
  }

  FrameBuilder ipv4(int source, int destination, byte[] options) {
    etherType(EtherType.IPV4);
    int sizeBytes = Ipv4Header.MIN_SIZE_BYTES + options.length;
    networkAt = end;
    ipv4 = true;
    Ipv4Header.begin(s, end, sizeBytes, 0);
    Ipv4Header.timeToLive(s, end, 64);
    Ipv4Header.source(s, end, source);
    Ipv4Header.destination(s, end, destination);
    end += Ipv4Header.MIN_SIZE_BYTES;
    bytes(options);
    protocolAt = networkAt + 9;
    return this;
  }

  FrameBuilder ipv6() {
    return ipv6(IP6_A, IP6_B);
  }

  FrameBuilder ipv6(IpAddress source, IpAddress destination) {
    etherType(EtherType.IPV6);
    networkAt = end;
    ipv4 = false;
    Ipv6Header.begin(s, end, IpProtocol.NO_NEXT_HEADER, 0);
    Ipv6Header.hopLimit(s, end, 64);
    Ipv6Header.source(s, end, source.high(), source.low());
    Ipv6Header.destination(s, end, destination.high(), destination.low());
    protocolAt = end + 6;
    end += Ipv6Header.SIZE_BYTES;
    return this;
  }

  /** Changes fields of the IP header. */
  FrameBuilder ip(HeaderChange change) {
    change.apply(s, networkAt);
    return this;
  }

  /** Changes fields of the transport header. */
  FrameBuilder transport(HeaderChange change) {
    change.apply(s, transportAt);
    return this;
  }

  interface HeaderChange {
    void apply(MemorySegment s, long at);
  }

  FrameBuilder protocol(int value) {
    NetworkOrder.u8(s, protocolAt, value);
    protocol = value;
    return this;
  }

  /** An extension header with a body of 6, 14, 22 ... bytes. */
  FrameBuilder extension(int type, byte[] body) {
    NetworkOrder.u8(s, protocolAt, type);
    protocolAt = end;
    NetworkOrder.u8(s, end, IpProtocol.NO_NEXT_HEADER);
    NetworkOrder.u8(s, end + 1, (body.length + 2) / 8 - 1);
    end += 2;
    return bytes(body);
  }

  /** Hop-by-hop or destination options of 8 bytes, filled with a PadN. */
  FrameBuilder options(int type) {
    return extension(type, new byte[] {1, 4, 0, 0, 0, 0});
  }

  FrameBuilder fragment6(int identification, int offsetBytes, boolean more) {
    NetworkOrder.u8(s, protocolAt, IpProtocol.FRAGMENT);
    protocolAt = end;
    Ipv6ExtensionHeaders.writeFragment(s, end, IpProtocol.NO_NEXT_HEADER, offsetBytes, more);
    Ipv6ExtensionHeaders.fragmentIdentification(s, end, identification);
    end += Ipv6ExtensionHeaders.FRAGMENT_SIZE_BYTES;
    fragment = true;
    return this;
  }

  FrameBuilder fragment4(int identification, int offsetBytes, boolean more) {
    Ipv4Header.identification(s, networkAt, identification);
    Ipv4Header.fragment(s, networkAt, false, more, offsetBytes);
    fragment = true;
    return this;
  }

  FrameBuilder udp(int sourcePort, int destinationPort) {
    protocol(IpProtocol.UDP);
    transportAt = end;
    UdpHeader.write(s, end, sourcePort, destinationPort, 0);
    end += UdpHeader.SIZE_BYTES;
    return this;
  }

  FrameBuilder tcp(int sourcePort, int destinationPort, int flags) {
    return tcp(sourcePort, destinationPort, flags, new byte[0]);
  }

  FrameBuilder tcp(int sourcePort, int destinationPort, int flags, byte[] options) {
    protocol(IpProtocol.TCP);
    transportAt = end;
    TcpHeader.begin(s, end, TcpHeader.MIN_SIZE_BYTES + options.length, flags);
    TcpHeader.ports(s, end, sourcePort, destinationPort);
    TcpHeader.sequence(s, end, 0xffff_f000);
    TcpHeader.acknowledgment(s, end, (flags & TcpHeader.ACK) == 0 ? 0 : 0x1234_5678);
    TcpHeader.window(s, end, 0xfaf0);
    end += TcpHeader.MIN_SIZE_BYTES;
    return bytes(options);
  }

  /** A message of a protocol without ports: ICMP, ICMPv6, IGMP. */
  FrameBuilder message(int messageProtocol, int sizeBytes, HeaderChange writer) {
    protocol(messageProtocol);
    transportAt = end;
    writer.apply(s, end);
    end += sizeBytes;
    return this;
  }

  FrameBuilder arp(int operation, long senderMac, int senderIp, int targetIp) {
    etherType(EtherType.ARP);
    ArpPacket.begin(s, end, operation);
    ArpPacket.sender(s, end, senderMac, senderIp);
    ArpPacket.target(s, end, 0, targetIp);
    end += ArpPacket.SIZE_BYTES;
    return this;
  }

  FrameBuilder vxlan(int vni, byte[] innerFrame) {
    VxlanHeader.write(s, end, vni);
    end += VxlanHeader.SIZE_BYTES;
    return bytes(innerFrame);
  }

  FrameBuilder bytes(byte... values) {
    MemorySegment.copy(values, 0, s, ValueLayout.JAVA_BYTE, end, values.length);
    end += values.length;
    return this;
  }

  FrameBuilder bytes(int... values) {
    for (int value : values) {
      NetworkOrder.u8(s, end++, value);
    }
    return this;
  }

  FrameBuilder payload(int sizeBytes) {
    byte[] values = new byte[sizeBytes];
    new Random(sizeBytes).nextBytes(values);
    return bytes(values);
  }

  /** Leaves the transport checksum as Linux leaves it to a device. */
  FrameBuilder unfinished() {
    unfinished = true;
    return this;
  }

  /** Leaves a UDP checksum 0. */
  FrameBuilder withoutChecksum() {
    noChecksum = true;
    return this;
  }

  /** The frame, in a segment of exactly its size. */
  MemorySegment build() {
    if (networkAt >= 0) {
      int ipBytes = (int) (end - networkAt);
      if (ipv4) {
        Ipv4Header.totalLengthBytes(s, networkAt, Math.min(ipBytes, 0xffff));
        Ipv4Header.writeChecksum(s, networkAt);
      } else {
        Ipv6Header.payloadLengthBytes(
            s, networkAt, Math.min(ipBytes - Ipv6Header.SIZE_BYTES, 0xffff));
      }
      if (transportAt >= 0) {
        finishTransport((int) (end - transportAt));
      }
    }
    return s.asSlice(0, end);
  }

  private void finishTransport(int transportBytes) {
    switch (protocol) {
      case IpProtocol.TCP -> finish(transportBytes, TcpHeader.CHECKSUM_OFFSET);
      case IpProtocol.UDP -> {
        UdpHeader.lengthBytes(s, transportAt, Math.min(transportBytes, 0xffff));
        if (!noChecksum) {
          finish(transportBytes, UdpHeader.CHECKSUM_OFFSET);
        }
      }
      case IpProtocol.ICMPV4 -> Icmpv4.writeChecksum(s, transportAt, transportBytes);
      case IpProtocol.ICMPV6 -> Icmpv6.writeChecksum(s, networkAt, transportAt, transportBytes);
      case IpProtocol.IGMP -> IgmpMessage.writeChecksum(s, transportAt, transportBytes);
      default -> {}
    }
  }

  private void finish(int transportBytes, int checksumOffset) {
    if (fragment) {
      return;
    }
    int pseudoSum =
        ipv4
            ? Checksum.pseudoIpv4(s, networkAt, protocol, transportBytes)
            : Checksum.pseudoIpv6(s, networkAt, protocol, transportBytes);
    NetworkOrder.u16(s, transportAt + checksumOffset, pseudoSum);
    if (!unfinished) {
      UnfinishedChecksum.finish(s, 0, (int) end, (int) transportAt, checksumOffset);
    }
  }

  byte[] toBytes() {
    return build().toArray(ValueLayout.JAVA_BYTE);
  }

  /** A whole frame of this size that something else writes. */
  static FrameBuilder whole(int sizeBytes, HeaderChange writer) {
    FrameBuilder builder = new FrameBuilder();
    writer.apply(builder.s, 0);
    builder.end = sizeBytes;
    return builder;
  }

  /** Lets the test do what the chain has no word for. */
  FrameBuilder with(Consumer<FrameBuilder> step) {
    step.accept(this);
    return this;
  }
}
