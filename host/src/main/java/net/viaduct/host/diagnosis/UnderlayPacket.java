package net.viaduct.host.diagnosis;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.ip.UdpHeader;

/**
 * A tunnel packet as it was captured on the underlay, taken apart as the kernel does it for a
 * socket. Its checksums are taken to be right: a device may leave them unfinished.
 *
 * @param source who sent it
 * @param destination whom it is for
 * @param door by which it comes in
 * @param trafficClass of its IP header, 0 to 255
 * @param payload tunnel header and frame
 */
public record UnderlayPacket(
    Endpoint source, IpAddress destination, Door door, int trafficClass, MemorySegment payload) {
  /**
   * Takes a packet apart.
   *
   * @param packet from its IP header on, perhaps with Ethernet's padding behind it
   * @throws IllegalArgumentException with a sentence if it carries no whole datagram
   */
  public static UnderlayPacket parse(byte[] packet) {
    MemorySegment s = MemorySegment.ofArray(packet);
    if (packet.length >= 1 && Ipv4Header.version(s, 0) == 4) {
      if (Ipv4Header.check(s, 0, packet.length) != null) {
        throw damaged();
      }
      if (Ipv4Header.isFragment(s, 0)) {
        throw new IllegalArgumentException(
            "it is a fragment: the kernel puts the datagram together before anybody sees it");
      }
      IpAddress source = IpAddress.ofIpv4(Ipv4Header.source(s, 0));
      IpAddress destination = IpAddress.ofIpv4(Ipv4Header.destination(s, 0));
      return of(
          s.asSlice(0, Ipv4Header.totalLengthBytes(s, 0)),
          Ipv4Header.sizeBytes(s, 0),
          Ipv4Header.protocol(s, 0),
          new Ends(source, destination, Ipv4Header.trafficClass(s, 0)));
    }
    if (packet.length < 1
        || Ipv6Header.version(s, 0) != 6
        || Ipv6Header.check(s, 0, packet.length) != null) {
      throw damaged();
    }
    IpAddress source = new IpAddress(Ipv6Header.sourceHigh(s, 0), Ipv6Header.sourceLow(s, 0));
    IpAddress destination =
        new IpAddress(Ipv6Header.destinationHigh(s, 0), Ipv6Header.destinationLow(s, 0));
    return of(
        s.asSlice(0, Ipv6Header.SIZE_BYTES + Ipv6Header.payloadLengthBytes(s, 0)),
        Ipv6Header.SIZE_BYTES,
        Ipv6Header.nextHeader(s, 0),
        new Ends(source, destination, Ipv6Header.trafficClass(s, 0)));
  }

  private record Ends(IpAddress source, IpAddress destination, int trafficClass) {}

  private static UnderlayPacket of(MemorySegment s, int at, int protocol, Ends ends) {
    long left = s.byteSize() - at;
    if (protocol == IpProtocol.GRE) {
      return new UnderlayPacket(
          Endpoint.gre(ends.source()),
          ends.destination(),
          Door.GRE,
          ends.trafficClass(),
          s.asSlice(at));
    }
    if (protocol != IpProtocol.UDP || UdpHeader.check(s, at, (int) left) != null) {
      throw new IllegalArgumentException("it is no tunnel packet: neither whole UDP nor GRE");
    }
    return new UnderlayPacket(
        new Endpoint(ends.source(), UdpHeader.sourcePort(s, at)),
        ends.destination(),
        Door.udp(UdpHeader.destinationPort(s, at)),
        ends.trafficClass(),
        s.asSlice(at + UdpHeader.SIZE_BYTES, UdpHeader.lengthBytes(s, at) - UdpHeader.SIZE_BYTES));
  }

  private static IllegalArgumentException damaged() {
    return new IllegalArgumentException("it is no whole IPv4 or IPv6 packet");
  }
}
