package net.viaduct.wire;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import net.viaduct.wire.dhcp.DhcpMessage;
import net.viaduct.wire.ip.Icmpv4;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.ip.TcpHeader;
import net.viaduct.wire.ip.UdpHeader;
import net.viaduct.wire.multicast.IgmpMessage;
import net.viaduct.wire.multicast.MldMessage;
import net.viaduct.wire.multicast.MulticastRecord;
import net.viaduct.wire.neighbour.ArpPacket;
import net.viaduct.wire.neighbour.NeighbourDiscovery;
import net.viaduct.wire.neighbour.NeighbourOption;

/** All fields of a frame as our flyweights read them, under the names that oracle.py uses. */
final class FrameFields {
  private final MemorySegment s;
  private final long at;
  private final int lengthBytes;
  private final String prefix;
  private final FlowKey key = new FlowKey();
  private final SortedMap<String, String> fields;

  private FrameFields(
      MemorySegment s, long at, int lengthBytes, String prefix, SortedMap<String, String> fields) {
    this.s = s;
    this.at = at;
    this.lengthBytes = lengthBytes;
    this.prefix = prefix;
    this.fields = fields;
  }

  static SortedMap<String, String> of(byte[] frame) {
    SortedMap<String, String> fields = new TreeMap<>();
    MemorySegment s = MemorySegment.ofArray(frame);
    new FrameFields(s, 0, frame.length, "", fields).readEthernet();
    return fields;
  }

  private void put(String name, Object value) {
    fields.put(prefix + name, value.toString());
  }

  private void putHex(String name, int value) {
    put(name, "0x" + Integer.toHexString(value));
  }

  private void putBit(String name, boolean value) {
    put(name, value ? 1 : 0);
  }

  private void readEthernet() {
    key.parse(s, at, lengthBytes);
    put("eth.dst", MacAddress.format(EthernetHeader.destination(s, at)));
    put("eth.src", MacAddress.format(EthernetHeader.source(s, at)));
    putHex("eth.type", key.etherType());
    for (int i = 0; i < key.vlanTags(); i++) {
      long tagAt = at + VlanTag.FIRST_TAG_OFFSET + i * VlanTag.SIZE_BYTES;
      putHex("vlan" + i + ".tpid", VlanTag.tpid(s, tagAt));
      put("vlan" + i + ".id", VlanTag.vlanId(s, tagAt));
      put("vlan" + i + ".prio", VlanTag.priority(s, tagAt));
      putBit("vlan" + i + ".dei", VlanTag.isDropEligible(s, tagAt));
    }
    long networkAt = at + key.networkOffset();
    if (key.etherType() == EtherType.ARP) {
      readArp(networkAt);
    } else if (key.isIpv4()) {
      readIpv4(networkAt);
    } else if (key.isIpv6()) {
      readIpv6(networkAt);
    }
    if (key.transportOffset() >= 0) {
      readTransport(at + key.transportOffset(), key.networkEnd() - key.transportOffset());
    }
  }

  private static void require(Object malformation) {
    if (malformation != null) {
      throw new AssertionError(malformation);
    }
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  private void readArp(long arpAt) {
    require(ArpPacket.check(s, arpAt, lengthBytes - key.networkOffset()));
    put("arp.op", ArpPacket.operation(s, arpAt));
    put("arp.hwsrc", MacAddress.format(ArpPacket.senderMac(s, arpAt)));
    put("arp.psrc", IpAddress.formatIpv4(ArpPacket.senderIp(s, arpAt)));
    put("arp.hwdst", MacAddress.format(ArpPacket.targetMac(s, arpAt)));
    put("arp.pdst", IpAddress.formatIpv4(ArpPacket.targetIp(s, arpAt)));
  }

  private void readIpv4(long ipAt) {
    require(Ipv4Header.check(s, ipAt, lengthBytes - key.networkOffset()));
    require(Ipv4Header.hasValidChecksum(s, ipAt), "IPv4 checksum");
    put("ip.size", Ipv4Header.sizeBytes(s, ipAt));
    put("ip.tos", Ipv4Header.trafficClass(s, ipAt));
    put("ip.len", Ipv4Header.totalLengthBytes(s, ipAt));
    put("ip.id", Ipv4Header.identification(s, ipAt));
    putBit("ip.df", Ipv4Header.dontFragment(s, ipAt));
    putBit("ip.mf", Ipv4Header.moreFragments(s, ipAt));
    put("ip.offset", Ipv4Header.fragmentOffsetBytes(s, ipAt));
    put("ip.ttl", Ipv4Header.timeToLive(s, ipAt));
    put("ip.proto", Ipv4Header.protocol(s, ipAt));
    putHex("ip.sum", Ipv4Header.checksum(s, ipAt));
    put("ip.src", IpAddress.formatIpv4(Ipv4Header.source(s, ipAt)));
    put("ip.dst", IpAddress.formatIpv4(Ipv4Header.destination(s, ipAt)));
  }

  private void readIpv6(long ipAt) {
    require(Ipv6Header.check(s, ipAt, lengthBytes - key.networkOffset()));
    put("ip6.tc", Ipv6Header.trafficClass(s, ipAt));
    put("ip6.fl", Ipv6Header.flowLabel(s, ipAt));
    put("ip6.plen", Ipv6Header.payloadLengthBytes(s, ipAt));
    put("ip6.nh", Ipv6Header.nextHeader(s, ipAt));
    put("ip6.hlim", Ipv6Header.hopLimit(s, ipAt));
    put("ip6.src", address(Ipv6Header.sourceHigh(s, ipAt), Ipv6Header.sourceLow(s, ipAt)));
    put(
        "ip6.dst",
        address(Ipv6Header.destinationHigh(s, ipAt), Ipv6Header.destinationLow(s, ipAt)));
    if (key.isFragment()) {
      put("ip6.fragment", 1);
    } else {
      put("ip6.upper", key.ipProtocol());
    }
  }

  private static String address(long high, long low) {
    return new IpAddress(high, low).toString();
  }

  private void readTransport(long transportAt, int transportBytes) {
    switch (key.ipProtocol()) {
      case IpProtocol.UDP -> readUdp(transportAt, transportBytes);
      case IpProtocol.TCP -> readTcp(transportAt, transportBytes);
      case IpProtocol.SCTP -> {
        put("sctp.sport", key.sourcePort());
        put("sctp.dport", key.destinationPort());
      }
      case IpProtocol.GRE ->
          readTunnel(
              TunnelFields.ofGre(s, transportAt, transportBytes), transportAt, transportBytes);
      case IpProtocol.ICMPV4 -> readIcmpv4(transportAt, transportBytes);
      case IpProtocol.ICMPV6 -> readIcmpv6(transportAt, transportBytes);
      case IpProtocol.IGMP -> readIgmp(transportAt, transportBytes);
      default -> {}
    }
  }

  private void requireTransportChecksum(long transportAt, int transportBytes) {
    long ipAt = at + key.networkOffset();
    int pseudo =
        key.isIpv4()
            ? Checksum.pseudoIpv4(s, ipAt, key.ipProtocol(), transportBytes)
            : Checksum.pseudoIpv6(s, ipAt, key.ipProtocol(), transportBytes);
    int sum = Checksum.fold((long) pseudo + Checksum.sum(s, transportAt, transportBytes));
    require(sum == 0xffff, "transport checksum");
  }

  private void readUdp(long udpAt, int udpBytes) {
    require(UdpHeader.check(s, udpAt, udpBytes));
    if (UdpHeader.checksum(s, udpAt) != 0) {
      requireTransportChecksum(udpAt, udpBytes);
    }
    put("udp.sport", UdpHeader.sourcePort(s, udpAt));
    put("udp.dport", UdpHeader.destinationPort(s, udpAt));
    put("udp.len", UdpHeader.lengthBytes(s, udpAt));
    putHex("udp.sum", UdpHeader.checksum(s, udpAt));
    require(key.sourcePort() == UdpHeader.sourcePort(s, udpAt), "the flow's source port");
    if (key.sourcePort() == DhcpMessage.SERVER_PORT
        || key.destinationPort() == DhcpMessage.SERVER_PORT) {
      readDhcp(udpAt + UdpHeader.SIZE_BYTES, udpBytes - UdpHeader.SIZE_BYTES);
    }
    long payloadAt = udpAt + UdpHeader.SIZE_BYTES;
    int payloadBytes = udpBytes - UdpHeader.SIZE_BYTES;
    readTunnel(
        TunnelFields.ofPort(key.destinationPort(), s, payloadAt, payloadBytes),
        payloadAt,
        payloadBytes);
  }

  private void readTunnel(TunnelFields tunnel, long tunnelAt, int tunnelBytes) {
    tunnel.fields().forEach(this::put);
    if (tunnel.sizeBytes() > 0) {
      int innerBytes = tunnelBytes - tunnel.sizeBytes();
      new FrameFields(s, tunnelAt + tunnel.sizeBytes(), innerBytes, prefix + "inner.", fields)
          .readEthernet();
    }
  }

  private void readDhcp(long dhcpAt, int dhcpBytes) {
    require(DhcpMessage.check(s, dhcpAt, dhcpBytes));
    put("dhcp.op", DhcpMessage.operation(s, dhcpAt));
    put("dhcp.ciaddr", IpAddress.formatIpv4(DhcpMessage.clientAddress(s, dhcpAt)));
    put("dhcp.yiaddr", IpAddress.formatIpv4(DhcpMessage.yourAddress(s, dhcpAt)));
    put("dhcp.chaddr", MacAddress.format(DhcpMessage.clientMac(s, dhcpAt)));
    put("dhcp.type", DhcpMessage.messageType(s, dhcpAt, dhcpBytes));
    put("dhcp.lease", DhcpMessage.leaseSeconds(s, dhcpAt, dhcpBytes));
  }

  private void readTcp(long tcpAt, int tcpBytes) {
    require(TcpHeader.check(s, tcpAt, tcpBytes));
    requireTransportChecksum(tcpAt, tcpBytes);
    put("tcp.sport", TcpHeader.sourcePort(s, tcpAt));
    put("tcp.dport", TcpHeader.destinationPort(s, tcpAt));
    put("tcp.seq", Integer.toUnsignedLong(TcpHeader.sequence(s, tcpAt)));
    put("tcp.ack", Integer.toUnsignedLong(TcpHeader.acknowledgment(s, tcpAt)));
    put("tcp.size", TcpHeader.sizeBytes(s, tcpAt));
    putHex("tcp.flags", TcpHeader.flags(s, tcpAt));
    put("tcp.window", TcpHeader.window(s, tcpAt));
    put("tcp.urgptr", TcpHeader.urgentPointer(s, tcpAt));
    putHex("tcp.sum", TcpHeader.checksum(s, tcpAt));
  }

  private void readIcmpv4(long icmpAt, int icmpBytes) {
    require(Icmpv4.check(icmpBytes));
    require(Icmpv4.hasValidChecksum(s, icmpAt, icmpBytes), "ICMP checksum");
    int type = Icmpv4.type(s, icmpAt);
    put("icmp.type", type);
    put("icmp.code", Icmpv4.code(s, icmpAt));
    putHex("icmp.sum", Icmpv4.checksum(s, icmpAt));
    if (type == Icmpv4.ECHO_REQUEST || type == Icmpv4.ECHO_REPLY) {
      put("icmp.id", Icmpv4.identifier(s, icmpAt));
      put("icmp.seq", Icmpv4.sequence(s, icmpAt));
    } else {
      require(Icmpv4.isError(s, icmpAt), "an error");
      int quotedBytes = icmpBytes - Icmpv4.HEADER_SIZE_BYTES;
      require(Ipv4Header.checkHeader(s, icmpAt + Icmpv4.HEADER_SIZE_BYTES, quotedBytes));
      if (type == Icmpv4.DESTINATION_UNREACHABLE) {
        put("icmp.mtu", Icmpv4.nextHopMtuBytes(s, icmpAt));
      }
    }
  }

  private void readIcmpv6(long icmpAt, int icmpBytes) {
    long ipAt = at + key.networkOffset();
    require(Icmpv6.check(icmpBytes));
    require(Icmpv6.hasValidChecksum(s, ipAt, icmpAt, icmpBytes), "ICMPv6 checksum");
    int type = Icmpv6.type(s, icmpAt);
    put("icmp6.type", type);
    put("icmp6.code", Icmpv6.code(s, icmpAt));
    putHex("icmp6.sum", Icmpv6.checksum(s, icmpAt));
    if (type == Icmpv6.ECHO_REQUEST || type == Icmpv6.ECHO_REPLY) {
      put("icmp6.id", Icmpv6.identifier(s, icmpAt));
      put("icmp6.seq", Icmpv6.sequence(s, icmpAt));
    } else if (Icmpv6.isError(s, icmpAt)) {
      int quotedBytes = icmpBytes - Icmpv6.HEADER_SIZE_BYTES;
      require(Ipv6Header.checkHeader(s, icmpAt + Icmpv6.HEADER_SIZE_BYTES, quotedBytes));
      if (type == Icmpv6.PACKET_TOO_BIG) {
        put("icmp6.mtu", Icmpv6.mtuBytes(s, icmpAt));
      }
    } else if (NeighbourDiscovery.isType(type)) {
      require(NeighbourDiscovery.check(s, ipAt, icmpAt, icmpBytes));
      readNeighbourDiscovery(type, icmpAt, icmpBytes);
    } else if (MldMessage.isType(type)) {
      require(MldMessage.check(s, icmpAt, icmpBytes));
      readMld(type, icmpAt, icmpBytes);
    }
  }

  private void readNeighbourDiscovery(int type, long ndAt, int ndBytes) {
    switch (type) {
      case NeighbourDiscovery.ROUTER_ADVERTISEMENT -> {
        put("nd.hlim", NeighbourDiscovery.advertisedHopLimit(s, ndAt));
        put("nd.lifetime", NeighbourDiscovery.routerLifetimeSeconds(s, ndAt));
        putBit("nd.m", (NeighbourDiscovery.routerFlags(s, ndAt) & 0x80) != 0);
        putBit("nd.o", (NeighbourDiscovery.routerFlags(s, ndAt) & 0x40) != 0);
        put("nd.reachable", NeighbourDiscovery.reachableTimeMs(s, ndAt));
        put("nd.retrans", NeighbourDiscovery.retransmitTimerMs(s, ndAt));
      }
      case NeighbourDiscovery.NEIGHBOUR_SOLICITATION -> putTarget(ndAt);
      case NeighbourDiscovery.NEIGHBOUR_ADVERTISEMENT -> {
        putTarget(ndAt);
        int flags = NeighbourDiscovery.flags(s, ndAt);
        put("nd.flags", Integer.toBinaryString(8 | flags >> 5).substring(1));
      }
      default -> {}
    }
    List<String> options = new ArrayList<>();
    long end = ndAt + ndBytes;
    for (long o = ndAt + NeighbourDiscovery.sizeBytes(type);
        o < end;
        o += NeighbourOption.sizeBytes(s, o)) {
      options.add(option(o));
    }
    put("nd.options", String.join(" ", options));
  }

  private void putTarget(long ndAt) {
    put(
        "nd.target",
        address(NeighbourDiscovery.targetHigh(s, ndAt), NeighbourDiscovery.targetLow(s, ndAt)));
  }

  private String option(long o) {
    int type = NeighbourOption.type(s, o);
    String text = type + "/" + NeighbourOption.sizeBytes(s, o);
    return switch (type) {
      case NeighbourOption.SOURCE_LINK_LAYER_ADDRESS, NeighbourOption.TARGET_LINK_LAYER_ADDRESS ->
          text + "=" + MacAddress.format(NeighbourOption.mac(s, o));
      case NeighbourOption.MTU -> text + "=" + NeighbourOption.mtuBytes(s, o);
      case NeighbourOption.PREFIX_INFORMATION ->
          "%s=%s/%d:%d%d:%d:%d"
              .formatted(
                  text,
                  address(NeighbourOption.prefixHigh(s, o), NeighbourOption.prefixLow(s, o)),
                  NeighbourOption.prefixLengthBits(s, o),
                  NeighbourOption.prefixFlags(s, o) >> 7,
                  NeighbourOption.prefixFlags(s, o) >> 6 & 1,
                  NeighbourOption.validLifetimeSeconds(s, o),
                  NeighbourOption.preferredLifetimeSeconds(s, o));
      default -> text;
    };
  }

  private void readMld(int type, long mldAt, int mldBytes) {
    if (type == MldMessage.V2_REPORT) {
      List<String> records = new ArrayList<>();
      long r = mldAt + MldMessage.FIRST_RECORD_OFFSET;
      for (int i = 0; i < MldMessage.records(s, mldAt); i++) {
        records.add(
            MulticastRecord.type(s, r)
                + ":"
                + address(MldMessage.recordGroupHigh(s, r), MldMessage.recordGroupLow(s, r))
                + ":"
                + sources(r + MldMessage.RECORD_SIZE_BYTES, MulticastRecord.sources(s, r)));
        r += MldMessage.recordSizeBytes(s, r);
      }
      put("mld.records", String.join(";", records));
      return;
    }
    int version = MldMessage.queryVersion(mldBytes);
    put("mld.group", address(MldMessage.groupHigh(s, mldAt), MldMessage.groupLow(s, mldAt)));
    put("mld.delay", MldMessage.maxResponseDelayMs(s, mldAt, version));
    if (type == MldMessage.QUERY && version == 2) {
      putBit("mld.s", MldMessage.suppressesRouters(s, mldAt));
      put("mld.qrv", MldMessage.robustness(s, mldAt));
      put("mld.qqic", MldMessage.queryIntervalSeconds(s, mldAt));
      long sourcesAt = mldAt + MldMessage.V2_QUERY_SIZE_BYTES;
      put("mld.sources", sources(sourcesAt, MldMessage.querySources(s, mldAt)));
    }
  }

  private String sources(long sourcesAt, int count) {
    List<String> sources = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long sourceAt = sourcesAt + i * 16L;
      sources.add(address(NetworkOrder.i64(s, sourceAt), NetworkOrder.i64(s, sourceAt + 8)));
    }
    return String.join(",", sources);
  }

  private void readIgmp(long igmpAt, int igmpBytes) {
    require(IgmpMessage.check(s, igmpAt, igmpBytes));
    require(IgmpMessage.hasValidChecksum(s, igmpAt, igmpBytes), "IGMP checksum");
    int type = IgmpMessage.type(s, igmpAt);
    putHex("igmp.type", type);
    putHex("igmp.sum", NetworkOrder.u16(s, igmpAt + 2));
    if (type == IgmpMessage.V3_REPORT) {
      List<String> records = new ArrayList<>();
      long r = igmpAt + IgmpMessage.FIRST_RECORD_OFFSET;
      for (int i = 0; i < IgmpMessage.records(s, igmpAt); i++) {
        List<String> sources = new ArrayList<>();
        for (int j = 0; j < MulticastRecord.sources(s, r); j++) {
          sources.add(IpAddress.formatIpv4(IgmpMessage.recordSource(s, r, j)));
        }
        String group = IpAddress.formatIpv4(IgmpMessage.recordGroup(s, r));
        records.add(MulticastRecord.type(s, r) + ":" + group + ":" + String.join(",", sources));
        r += IgmpMessage.recordSizeBytes(s, r);
      }
      put("igmp.records", String.join(";", records));
      return;
    }
    put("igmp.code", NetworkOrder.u8(s, igmpAt + 1));
    put("igmp.group", IpAddress.formatIpv4(IgmpMessage.group(s, igmpAt)));
    if (type == IgmpMessage.QUERY && IgmpMessage.queryVersion(s, igmpAt, igmpBytes) == 3) {
      putBit("igmp.s", IgmpMessage.suppressesRouters(s, igmpAt));
      put("igmp.qrv", IgmpMessage.robustness(s, igmpAt));
      put("igmp.qqic", IgmpMessage.queryIntervalSeconds(s, igmpAt));
      List<String> sources = new ArrayList<>();
      for (int j = 0; j < IgmpMessage.querySources(s, igmpAt); j++) {
        sources.add(IpAddress.formatIpv4(IgmpMessage.querySource(s, igmpAt, j)));
      }
      put("igmp.sources", String.join(",", sources));
    }
  }
}
