package net.viaduct.wire.recipe;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import net.viaduct.wire.Checksum;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.VlanTag;
import net.viaduct.wire.ip.Icmpv4;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.ip.TcpHeader;
import net.viaduct.wire.ip.UdpHeader;
import net.viaduct.wire.neighbour.ArpPacket;
import net.viaduct.wire.recipe.FrameRecipe.Content;
import net.viaduct.wire.recipe.FrameRecipe.Transport;

/**
 * Makes the bytes of a frame, as a machine would send it: whole, with right checksums. For frames
 * that somebody asks about, not for the data path. Stateless: safe from any thread.
 */
public final class FrameBuilder {
  /** Ethernet's smallest frame without its check sequence; shorter ones are padded by the card. */
  private static final int SMALLEST_BYTES = 60;

  private static final int WINDOW = 65_535;

  private FrameBuilder() {}

  /** The bytes, from the destination address on, padded to what Ethernet's smallest frame has. */
  public static byte[] build(FrameRecipe recipe) {
    int linkBytes = EthernetHeader.SIZE_BYTES + recipe.vlans().size() * VlanTag.SIZE_BYTES;
    byte[] body = body(recipe.content(), recipe.payloadBytes());
    byte[] frame = new byte[Math.max(SMALLEST_BYTES, linkBytes + body.length)];
    MemorySegment s = MemorySegment.ofArray(frame);
    EthernetHeader.destination(s, 0, recipe.destination());
    EthernetHeader.source(s, 0, recipe.source());
    int at = VlanTag.FIRST_TAG_OFFSET;
    for (int i = 0; i < recipe.vlans().size(); i++) {
      boolean innermost = i == recipe.vlans().size() - 1;
      int tpid = innermost ? EtherType.VLAN : EtherType.SERVICE_VLAN;
      VlanTag.write(s, at, tpid, VlanTag.tciOf(recipe.vlans().get(i), 0, false));
      at += VlanTag.SIZE_BYTES;
    }
    EthernetHeader.etherType(s, at - VlanTag.FIRST_TAG_OFFSET, etherType(recipe.content()));
    System.arraycopy(body, 0, frame, linkBytes, body.length);
    return frame;
  }

  private static int etherType(Content content) {
    return switch (content) {
      case Content.Plain plain -> plain.etherType();
      case Content.ArpRequest _ -> EtherType.ARP;
      case Content.Ip ip -> ip.destination().isIpv4() ? EtherType.IPV4 : EtherType.IPV6;
    };
  }

  private static byte[] body(Content content, int payloadBytes) {
    return switch (content) {
      case Content.Plain _ -> payload(payloadBytes);
      case Content.ArpRequest arp -> arp(arp);
      case Content.Ip ip -> ip(ip, payloadBytes);
    };
  }

  /** Something that is easily recognised in a capture. */
  private static byte[] payload(int bytes) {
    byte[] payload = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      payload[i] = (byte) ('a' + i % 26);
    }
    return payload;
  }

  private static byte[] arp(Content.ArpRequest request) {
    byte[] packet = new byte[ArpPacket.SIZE_BYTES];
    MemorySegment s = MemorySegment.ofArray(packet);
    ArpPacket.begin(s, 0, ArpPacket.REQUEST);
    ArpPacket.sender(s, 0, request.senderMac(), request.senderIp());
    ArpPacket.target(s, 0, 0, request.targetIp());
    return packet;
  }

  private static byte[] ip(Content.Ip ip, int payloadBytes) {
    boolean ipv4 = ip.destination().isIpv4();
    int ipBytes = ipv4 ? Ipv4Header.MIN_SIZE_BYTES : Ipv6Header.SIZE_BYTES;
    int transportBytes = transportBytes(ip.transport());
    byte[] packet = new byte[ipBytes + transportBytes + payloadBytes];
    MemorySegment s = MemorySegment.ofArray(packet);
    int protocol = protocol(ip.transport(), ipv4);
    if (ipv4) {
      writeIpv4(s, ip, protocol, packet.length);
    } else {
      writeIpv6(s, ip, protocol, packet.length - ipBytes);
    }
    System.arraycopy(payload(payloadBytes), 0, packet, ipBytes + transportBytes, payloadBytes);
    writeTransport(s, ipBytes, packet.length - ipBytes, ip.transport(), ipv4);
    return packet;
  }

  private static void writeIpv4(MemorySegment s, Content.Ip ip, int protocol, int totalBytes) {
    Ipv4Header.begin(s, 0, Ipv4Header.MIN_SIZE_BYTES, totalBytes);
    Ipv4Header.fragment(s, 0, true, false, 0);
    Ipv4Header.timeToLive(s, 0, ip.hops());
    Ipv4Header.trafficClass(s, 0, ip.trafficClass());
    Ipv4Header.protocol(s, 0, protocol);
    Ipv4Header.source(s, 0, ip.source().ipv4Bits());
    Ipv4Header.destination(s, 0, ip.destination().ipv4Bits());
    Ipv4Header.writeChecksum(s, 0);
  }

  private static void writeIpv6(MemorySegment s, Content.Ip ip, int protocol, int payloadBytes) {
    IpAddress from = ip.source();
    IpAddress to = ip.destination();
    Ipv6Header.begin(s, 0, protocol, payloadBytes);
    Ipv6Header.hopLimit(s, 0, ip.hops());
    Ipv6Header.trafficClass(s, 0, ip.trafficClass());
    Ipv6Header.source(s, 0, from.high(), from.low());
    Ipv6Header.destination(s, 0, to.high(), to.low());
  }

  private static int transportBytes(Transport transport) {
    return switch (transport) {
      case Transport.Tcp _ -> TcpHeader.MIN_SIZE_BYTES;
      case Transport.Udp _ -> UdpHeader.SIZE_BYTES;
      case Transport.Echo _ -> Icmpv4.HEADER_SIZE_BYTES;
    };
  }

  private static int protocol(Transport transport, boolean ipv4) {
    return switch (transport) {
      case Transport.Tcp _ -> IpProtocol.TCP;
      case Transport.Udp _ -> IpProtocol.UDP;
      case Transport.Echo _ -> ipv4 ? IpProtocol.ICMPV4 : IpProtocol.ICMPV6;
    };
  }

  private static void writeTransport(
      MemorySegment s, int at, int bytes, Transport transport, boolean ipv4) {
    switch (transport) {
      case Transport.Tcp tcp -> {
        TcpHeader.begin(s, at, TcpHeader.MIN_SIZE_BYTES, TcpHeader.SYN);
        TcpHeader.ports(s, at, tcp.sourcePort(), tcp.destinationPort());
        TcpHeader.window(s, at, WINDOW);
        TcpHeader.checksum(s, at, checksum(s, at, bytes, IpProtocol.TCP, ipv4));
      }
      case Transport.Udp udp -> {
        UdpHeader.write(s, at, udp.sourcePort(), udp.destinationPort(), bytes);
        int sum = checksum(s, at, bytes, IpProtocol.UDP, ipv4);
        UdpHeader.checksum(s, at, sum == 0 ? 0xffff : sum); // 0 says that there is none, RFC 768
      }
      case Transport.Echo _ -> {
        if (ipv4) {
          Icmpv4.beginEcho(s, at, Icmpv4.ECHO_REQUEST, 1, 1);
          Icmpv4.writeChecksum(s, at, bytes);
        } else {
          Icmpv6.beginEcho(s, at, Icmpv6.ECHO_REQUEST, 1, 1);
          Icmpv6.writeChecksum(s, 0, at, bytes);
        }
      }
    }
  }

  private static int checksum(MemorySegment s, int at, int bytes, int protocol, boolean ipv4) {
    long pseudo =
        ipv4
            ? Checksum.pseudoIpv4(s, 0, protocol, bytes)
            : Checksum.pseudoIpv6(s, 0, protocol, bytes);
    return Checksum.finish(pseudo + Checksum.sum(s, at, bytes));
  }

  /**
   * The bytes of a text of hexadecimal digits, blanks and colons aside.
   *
   * @throws IllegalArgumentException if it is no such text, or shorter than an Ethernet header
   */
  public static byte[] parseHex(String text) {
    String digits = text.replaceAll("[\\s:]", "");
    if (!digits.matches("([0-9a-fA-F]{2}){14,}")) {
      throw new IllegalArgumentException(
          "these are not the hexadecimal digits of a frame, 14 bytes at least");
    }
    return HexFormat.of().parseHex(digits);
  }
}
