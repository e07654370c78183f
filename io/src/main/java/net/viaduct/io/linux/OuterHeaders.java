package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.viaduct.io.Endpoint;
import net.viaduct.wire.Checksum;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.ip.UdpHeader;

/**
 * The headers of a packet of the underlay that the kernel does not write, from Ethernet to UDP,
 * with the tap's own in front. Owned by the data-path thread.
 */
final class OuterHeaders {
  private static final int IP_AT = TunnelVirtioHeader.SIZE_BYTES + EthernetHeader.SIZE_BYTES;
  private static final int ROOM_BYTES = 128;

  private final MemorySegment memory;
  private final IpAddress local;
  private final boolean ipv4;
  private final int hops;
  private long ownMac;

  /**
   * Headers without content.
   *
   * @param local what packets are sent from
   * @param hops that they may go
   */
  OuterHeaders(IpAddress local, int hops, Arena arena) {
    this.memory = arena.allocate(ROOM_BYTES, 64);
    this.local = local;
    this.ipv4 = local.isIpv4();
    this.hops = hops;
  }

  /** Where they are, with the tap's header first. */
  MemorySegment memory() {
    return memory;
  }

  /** The MAC address that frames are sent from. */
  void ownMac(long mac) {
    ownMac = mac;
  }

  /** Bytes of the IP and UDP header. */
  int packetBytes() {
    return (ipv4 ? Ipv4Header.MIN_SIZE_BYTES : Ipv6Header.SIZE_BYTES) + UdpHeader.SIZE_BYTES;
  }

  /** Bytes of all headers, without the tap's own. */
  int frameBytes() {
    return EthernetHeader.SIZE_BYTES + packetBytes();
  }

  /** Where the UDP header begins in the frame. */
  int transportOffset() {
    return frameBytes() - UdpHeader.SIZE_BYTES;
  }

  /**
   * Writes all but the tap's header, with 0 for the UDP checksum.
   *
   * @param mac of the next hop
   * @param label of the flow, over IPv6
   * @param payloadBytes behind the UDP header
   */
  void write(long mac, Endpoint to, int sourcePort, int trafficClass, int label, int payloadBytes) {
    int type = ipv4 ? EtherType.IPV4 : EtherType.IPV6;
    EthernetHeader.write(memory, TunnelVirtioHeader.SIZE_BYTES, mac, ownMac, type);
    int udpBytes = UdpHeader.SIZE_BYTES + payloadBytes;
    if (ipv4) {
      writeIpv4(to.address(), trafficClass, udpBytes);
    } else {
      writeIpv6(to.address(), trafficClass, label, udpBytes);
    }
    UdpHeader.write(memory, udpAt(), sourcePort, to.port(), udpBytes);
  }

  private void writeIpv4(IpAddress to, int trafficClass, int udpBytes) {
    int size = Ipv4Header.MIN_SIZE_BYTES;
    Ipv4Header.begin(memory, IP_AT, size, size + udpBytes);
    Ipv4Header.trafficClass(memory, IP_AT, trafficClass);
    Ipv4Header.fragment(memory, IP_AT, true, false, 0);
    Ipv4Header.timeToLive(memory, IP_AT, hops);
    Ipv4Header.protocol(memory, IP_AT, IpProtocol.UDP);
    Ipv4Header.source(memory, IP_AT, local.ipv4Bits());
    Ipv4Header.destination(memory, IP_AT, to.ipv4Bits());
    Ipv4Header.checksum(memory, IP_AT, Checksum.ofRange(memory, IP_AT, size));
  }

  private void writeIpv6(IpAddress to, int trafficClass, int label, int udpBytes) {
    Ipv6Header.begin(memory, IP_AT, IpProtocol.UDP, udpBytes);
    Ipv6Header.trafficClass(memory, IP_AT, trafficClass);
    Ipv6Header.flowLabel(memory, IP_AT, label);
    Ipv6Header.hopLimit(memory, IP_AT, hops);
    Ipv6Header.source(memory, IP_AT, local.high(), local.low());
    Ipv6Header.destination(memory, IP_AT, to.high(), to.low());
  }

  private long udpAt() {
    return (long) TunnelVirtioHeader.SIZE_BYTES + transportOffset();
  }

  private int pseudoSum() {
    int udpBytes = UdpHeader.lengthBytes(memory, udpAt());
    return ipv4
        ? Checksum.pseudoIpv4(memory, IP_AT, IpProtocol.UDP, udpBytes)
        : Checksum.pseudoIpv6(memory, IP_AT, IpProtocol.UDP, udpBytes);
  }

  /** The UDP checksum is left to the kernel or the device. */
  void leaveChecksum() {
    UdpHeader.checksum(memory, udpAt(), pseudoSum());
  }
}
