package net.viaduct.vtep.capture;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.ip.UdpHeader;

/**
 * The IP and UDP header of a datagram, which the kernel keeps to itself, made again from what it
 * tells. UDP's checksum is zero, as the true one is not known. Stateless: safe from any thread.
 */
final class OuterHeader {
  private static final int LARGEST_PACKET_BYTES = 65_535;
  private static final int USUAL_HOPS = 64;

  private OuterHeader() {}

  /**
   * What stands at both ends.
   *
   * @param sourcePort of UDP; 0 with GRE
   * @param destinationPort of UDP; 0 for GRE
   */
  record Ends(
      IpAddress source,
      IpAddress destination,
      int sourcePort,
      int destinationPort,
      int trafficClass) {
    boolean isGre() {
      return destinationPort == 0;
    }
  }

  /**
   * The packet.
   *
   * @param payload the kept bytes of the datagram
   * @param payloadBytes how many it has
   */
  static byte[] before(byte[] payload, int payloadBytes, Ends ends) {
    boolean ipv4 = ends.destination().isIpv4();
    int ipBytes = ipv4 ? Ipv4Header.MIN_SIZE_BYTES : Ipv6Header.SIZE_BYTES;
    int headers = headerBytes(ends);
    byte[] packet = new byte[headers + payload.length];
    MemorySegment s = MemorySegment.ofArray(packet);
    int protocol = ends.isGre() ? IpProtocol.GRE : IpProtocol.UDP;
    int total = Math.min(LARGEST_PACKET_BYTES, headers + payloadBytes);
    if (ipv4) {
      Ipv4Header.begin(s, 0, ipBytes, total);
      Ipv4Header.trafficClass(s, 0, ends.trafficClass());
      Ipv4Header.fragment(s, 0, true, false, 0);
      Ipv4Header.timeToLive(s, 0, USUAL_HOPS);
      Ipv4Header.protocol(s, 0, protocol);
      Ipv4Header.source(s, 0, ends.source().ipv4Bits());
      Ipv4Header.destination(s, 0, ends.destination().ipv4Bits());
      Ipv4Header.writeChecksum(s, 0);
    } else {
      Ipv6Header.begin(s, 0, protocol, Math.min(LARGEST_PACKET_BYTES, total - ipBytes));
      Ipv6Header.trafficClass(s, 0, ends.trafficClass());
      Ipv6Header.hopLimit(s, 0, USUAL_HOPS);
      Ipv6Header.source(s, 0, ends.source().high(), ends.source().low());
      Ipv6Header.destination(s, 0, ends.destination().high(), ends.destination().low());
    }
    if (!ends.isGre()) {
      UdpHeader.write(s, ipBytes, ends.sourcePort(), ends.destinationPort(), total - ipBytes);
    }
    System.arraycopy(payload, 0, packet, headers, payload.length);
    return packet;
  }

  /** Bytes in front of the payload. */
  static int headerBytes(Ends ends) {
    return (ends.destination().isIpv4() ? Ipv4Header.MIN_SIZE_BYTES : Ipv6Header.SIZE_BYTES)
        + (ends.isGre() ? 0 : UdpHeader.SIZE_BYTES);
  }
}
