"""What scapy makes of packets: an oracle that shares no code with Viaduct.

  oracle.py build OUT.pcap   builds packets, writes them
  oracle.py read IN.pcap     prints each packet's fields: a line per packet, "key=value" separated by tabs

A field's key is the layer's name and the field's; "rebuilt" says whether scapy, asked to compute all checksums
itself, comes to the same bytes.
"""
import sys

from scapy.all import conf, raw, rdpcap, wrpcap
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption
from scapy.layers.inet6 import (
    ICMPv6DestUnreach, ICMPv6EchoReply, ICMPv6EchoRequest, ICMPv6MLDMultAddrRec, ICMPv6MLDone, ICMPv6MLQuery,
    ICMPv6MLQuery2, ICMPv6MLReport, ICMPv6MLReport2, ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6ND_RA, ICMPv6ND_RS,
    ICMPv6NDOptDstLLAddr, ICMPv6NDOptMTU, ICMPv6NDOptPrefixInfo, ICMPv6NDOptSrcLLAddr,
    ICMPv6PacketTooBig, ICMPv6TimeExceeded, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop,
    IPv6ExtHdrRouting, PadN, RouterAlert)
from scapy.layers.l2 import ARP, Dot1AD, Dot1Q, Ether, GRE
from scapy.layers.vxlan import VXLAN
from scapy.contrib.geneve import GENEVE, GeneveOptions
from scapy.contrib.igmp import IGMP
from scapy.contrib.igmpv3 import IGMPv3, IGMPv3gr, IGMPv3mq, IGMPv3mr
from scapy.packet import Padding, Raw
from scapy.layers.sctp import SCTP

conf.verb = 0
MAC = dict(src="02:00:00:00:00:0a", dst="02:00:00:00:00:0b")
FOUR = dict(src="10.0.0.1", dst="10.0.0.2")
SIX = dict(src="fd00::a", dst="fd00:0:0:7::b")


def igmp(group, message):
    return Ether(src=MAC["src"], dst="01:00:5e:01:01:01") / IP(
        src="10.0.0.1", dst=group, ttl=1, options=[IPOption(b"\x94\x04\x00\x00")]) / message


def link_local(message, hop_limit=255, target="ff02::1:ff00:7"):
    return Ether(src=MAC["src"], dst="33:33:ff:00:00:07") / IPv6(src="fe80::a", dst=target, hlim=hop_limit) / message


def mld(message):
    return Ether(src=MAC["src"], dst="33:33:00:00:00:16") / IPv6(src="fe80::a", dst="ff02::16", hlim=1) / \
        IPv6ExtHdrHopByHop(options=[RouterAlert()]) / message


def dhcp(sport, options, **fields):
    """A server's message if it comes from port 67, a client's else."""
    return Ether(**MAC) / IP(**FOUR) / UDP(sport=sport, dport=135 - sport) / BOOTP(
        op=2 if sport == 67 else 1, chaddr=bytes.fromhex("02000000000a"), xid=7, **fields) / DHCP(options=options)


def build():
    e = Ether(**MAC)
    v4, v6 = e / IP(**FOUR), e / IPv6(**SIX)
    inner = Ether(src="02:00:00:00:00:0c", dst="ff:ff:ff:ff:ff:ff") / ARP(psrc="10.1.0.1", pdst="10.1.0.2",
                                                                           hwsrc="02:00:00:00:00:0c")
    tcp_options = [("MSS", 1460), ("SAckOK", b""), ("Timestamp", (1, 2)), ("NOP", None), ("WScale", 7)]
    return [
        e / ARP(op=1, psrc="10.0.0.1", pdst="10.0.0.2", hwsrc=MAC["src"]),
        e / ARP(op=2, psrc="10.0.0.1", pdst="10.0.0.2", hwsrc=MAC["src"], hwdst=MAC["dst"]),
        e / Dot1Q(vlan=5, prio=3, id=1) / ARP(psrc="0.0.0.0", pdst="10.0.0.2", hwsrc=MAC["src"]),
        v4 / UDP(sport=1000, dport=2000) / Raw(b"odd"),
        v4 / UDP(sport=0, dport=65535),
        v4 / UDP(sport=1, dport=2, chksum=0) / Raw(b"none"),
        e / IP(tos=0xb9, id=0xbeef, flags="DF", ttl=1, **FOUR) / UDP() / Raw(bytes(1400)),
        e / IP(options=[IPOption(b"\x07\x07\x04\x00\x00\x00\x00\x00")], **FOUR) / TCP(sport=5, dport=6) / Raw(b"x"),
        v4 / TCP(sport=40000, dport=443, seq=0xfffffff0, ack=1, flags="SEC", window=1, options=tcp_options),
        v4 / TCP(sport=40000, dport=443, seq=7, ack=8, flags="FPAU", urgptr=9) / Raw(b"payload"),
        e / Dot1Q(vlan=4094) / IP(**FOUR) / UDP(sport=1000, dport=2000) / Raw(b"tagged"),
        e / Dot1AD(vlan=100) / Dot1Q(vlan=200, prio=7) / IPv6(**SIX) / TCP(sport=1, dport=2),
        e / IP(id=77, flags="MF", proto=17, **FOUR) / Raw(raw(UDP(sport=1, dport=2, len=3000, chksum=1)) + bytes(1472)),
        e / IP(id=77, frag=185, proto=17, **FOUR) / Raw(bytes(100)),
        v4 / ICMP(type=8, id=11, seq=12) / Raw(b"ping"),
        v4 / ICMP(type=0, id=11, seq=12) / Raw(b"pong!"),
        v4 / ICMP(type=3, code=4, nexthopmtu=1450) / IP(src="10.0.0.2", dst="10.0.0.1") / UDP(sport=1, dport=2),
        v4 / ICMP(type=11, code=0) / IP(src="10.0.0.2", dst="10.0.0.1") / UDP(sport=1, dport=2),
        v4 / SCTP(sport=9, dport=10, tag=1),
        igmp("224.0.0.1", IGMP(type=0x11, mrcode=0, gaddr="0.0.0.0")),
        igmp("224.0.0.1", IGMP(type=0x11, mrcode=100, gaddr="0.0.0.0")),
        igmp("239.1.1.1", IGMP(type=0x16, mrcode=0, gaddr="239.1.1.1")),
        igmp("224.0.0.2", IGMP(type=0x17, mrcode=0, gaddr="239.1.1.1")),
        igmp("224.0.0.1", IGMPv3(type=0x11, mrcode=0x8f) / IGMPv3mq(
            gaddr="239.1.1.1", s=1, qrv=2, qqic=125, numsrc=2, srcaddrs=["10.0.0.7", "10.0.0.8"])),
        igmp("224.0.0.22", IGMPv3(type=0x22, mrcode=0) / IGMPv3mr(numgrp=2, records=[
            IGMPv3gr(rtype=4, maddr="239.1.1.1", numsrc=0),
            IGMPv3gr(rtype=6, maddr="239.1.1.2", numsrc=2, srcaddrs=["10.0.0.7", "10.0.0.8"])])),
        v6 / UDP(sport=1000, dport=2000) / Raw(b"six"),
        e / IPv6(tc=0x2b, fl=0xabcde, hlim=3, **SIX) / TCP(sport=1, dport=2, flags="SA", options=tcp_options),
        v6 / IPv6ExtHdrHopByHop(options=[PadN(optdata=bytes(12))]) / IPv6ExtHdrDestOpt(
            options=[PadN(optdata=bytes(4))]) / UDP(sport=3, dport=4) / Raw(b"behind options"),
        v6 / IPv6ExtHdrRouting(type=2, segleft=0, addresses=["fd00::77"]) / TCP(sport=3, dport=4),
        v6 / IPv6ExtHdrFragment(id=0xabcd, m=1, offset=0, nh=17) / Raw(
            raw(UDP(sport=1, dport=2, len=3000, chksum=1)) + bytes(1400)),
        v6 / IPv6ExtHdrFragment(id=0xabcd, m=0, offset=176, nh=17) / Raw(bytes(96)),
        v6 / ICMPv6EchoRequest(id=1, seq=2, data=b"ping"),
        v6 / ICMPv6EchoReply(id=1, seq=2, data=b"pong!"),
        v6 / ICMPv6PacketTooBig(mtu=1280) / IPv6(src="fd00::b", dst="fd00::a") / UDP(sport=1, dport=2),
        v6 / ICMPv6DestUnreach(code=4) / IPv6(src="fd00::b", dst="fd00::a") / UDP(sport=1, dport=2),
        v6 / ICMPv6TimeExceeded(code=0) / IPv6(src="fd00::b", dst="fd00::a") / UDP(sport=1, dport=2),
        link_local(ICMPv6ND_RS() / ICMPv6NDOptSrcLLAddr(lladdr=MAC["src"]), target="ff02::2"),
        link_local(ICMPv6ND_RA(chlim=64, M=1, O=0, routerlifetime=1800, reachabletime=30000, retranstimer=1000) /
                   ICMPv6NDOptSrcLLAddr(lladdr=MAC["src"]) / ICMPv6NDOptMTU(mtu=1450) /
                   ICMPv6NDOptPrefixInfo(prefixlen=64, L=1, A=1, validlifetime=7200, preferredlifetime=3600,
                                         prefix="fd00::"), target="ff02::1"),
        link_local(ICMPv6ND_NS(tgt="fd00::7") / ICMPv6NDOptSrcLLAddr(lladdr=MAC["src"])),
        link_local(ICMPv6ND_NS(tgt="fd00::7"), target="fd00::7"),
        link_local(ICMPv6ND_NA(tgt="fd00::7", R=0, S=1, O=1) / ICMPv6NDOptDstLLAddr(lladdr=MAC["src"]),
                   target="fd00::a"),
        mld(ICMPv6MLQuery(mrd=10000, mladdr="::")),
        mld(ICMPv6MLReport(mladdr="ff15::1")),
        mld(ICMPv6MLDone(mladdr="ff15::1")),
        mld(ICMPv6MLQuery2(mrd=10000, mladdr="ff15::1", QRV=2, QQIC=125, sources=["fd00::7"], sources_number=1)),
        mld(ICMPv6MLReport2(records_number=2, records=[
            ICMPv6MLDMultAddrRec(rtype=4, dst="ff15::1"),
            ICMPv6MLDMultAddrRec(rtype=5, dst="ff15::2", sources=["fd00::7", "fd00::8"])])),
        v4 / UDP(sport=50000, dport=4789) / VXLAN(flags=8, vni=0xabcdef) / inner,
        v6 / UDP(sport=50000, dport=4789, chksum=0) / VXLAN(flags=8, vni=100) / Ether(**MAC) / Dot1Q(vlan=9) /
        IP(**FOUR) / TCP(sport=1, dport=2, flags="A") / Raw(bytes(1000)),
        e / Raw(bytes(46)),
        dhcp(68, [("message-type", "discover"), ("hostname", b"vm1"), "end"]),
        dhcp(67, ["pad", ("message-type", "ack"), ("lease_time", 3600), ("server_id", "10.0.0.1"), "end"],
             yiaddr="10.0.0.77"),
        dhcp(67, [("server_id", "10.0.0.1"), ("message-type", "ack"), "end"], ciaddr="10.0.0.78"),
        dhcp(68, [("message-type", "release"), "end"], ciaddr="10.0.0.77"),
    ]


def without_checksums(packet):
    """The same bytes, checksums computed by scapy. A UDP checksum of 0 is left: it says that there is none."""
    copy = packet.copy()
    layer = copy
    while layer and not isinstance(layer, (Raw, Padding)):
        for name in ("chksum", "cksum"):
            if name in layer.fields and not (isinstance(layer, UDP) and layer.chksum == 0):
                del layer.fields[name]
        layer.raw_packet_cache = None
        layer = layer.payload
    return copy


def quoted_or_partial(packet):
    """Whether scapy cannot be asked for checksums: it would sum what a fragment or an error's quote lacks."""
    return (IP in packet and (packet[IP].flags.MF or packet[IP].frag)) or IPv6ExtHdrFragment in packet


def bit(value):
    return "1" if value else "0"


def ethernet(packet, prefix, out):
    e = packet[Ether]
    out[prefix + "eth.dst"], out[prefix + "eth.src"] = e.dst, e.src
    layer, kind, index = e.payload, e.type, 0
    while isinstance(layer, (Dot1Q, Dot1AD)):
        key = "%svlan%d." % (prefix, index)
        out[key + "tpid"], out[key + "id"], out[key + "prio"] = hex(kind), layer.vlan, layer.prio
        out[key + "dei"] = bit(layer.id if hasattr(layer, "id") else layer.dei)
        layer, kind, index = layer.payload, layer.type, index + 1
    out[prefix + "eth.type"] = hex(kind) if kind >= 0x600 else "0x0"
    if isinstance(layer, ARP):
        for name in ("op", "hwsrc", "psrc", "hwdst", "pdst"):
            out[prefix + "arp." + name] = getattr(layer, name)
    elif isinstance(layer, IP):
        ipv4(layer, prefix, out)
    elif isinstance(layer, IPv6):
        ipv6(layer, prefix, out)


def ipv4(ip, prefix, out):
    for name in ("tos", "len", "id", "ttl", "proto", "src", "dst"):
        out[prefix + "ip." + name] = getattr(ip, name)
    out[prefix + "ip.size"], out[prefix + "ip.offset"] = ip.ihl * 4, ip.frag * 8
    out[prefix + "ip.df"], out[prefix + "ip.mf"] = bit(ip.flags.DF), bit(ip.flags.MF)
    out[prefix + "ip.sum"] = hex(ip.chksum)
    if not ip.flags.MF and not ip.frag:
        transport(ip.payload, prefix, out)


def ipv6(ip, prefix, out):
    for name in ("tc", "fl", "plen", "nh", "hlim", "src", "dst"):
        out[prefix + "ip6." + name] = getattr(ip, name)
    layer, following = ip.payload, ip.nh
    while isinstance(layer, (IPv6ExtHdrHopByHop, IPv6ExtHdrDestOpt, IPv6ExtHdrRouting, IPv6ExtHdrFragment)):
        if isinstance(layer, IPv6ExtHdrFragment):
            out[prefix + "ip6.fragment"] = "1"
            return
        layer, following = layer.payload, layer.nh
    out[prefix + "ip6.upper"] = following
    transport(layer, prefix, out)


def geneve_options(header):
    """All options: scapy 2.5 dissects the first and leaves the others as its payload."""
    options = list(header.options)
    while options and options[-1].payload:
        options.append(GeneveOptions(raw(options[-1].payload)))
    return options


def tunnel(layer, prefix, out):
    if isinstance(layer, GENEVE):
        out[prefix + "geneve.o"], out[prefix + "geneve.c"] = bit(layer.oam), bit(layer.critical)
        out[prefix + "geneve.type"], out[prefix + "geneve.vni"] = layer.proto, layer.vni
        out[prefix + "geneve.options"] = " ".join(
            "%x/%x/%d" % (o.classid, o.type, 4 + o.length * 4) for o in geneve_options(layer))
    elif isinstance(layer, GRE):
        out[prefix + "nvgre.type"] = layer.proto
        out[prefix + "nvgre.vsid"], out[prefix + "nvgre.flow"] = layer.key >> 8, layer.key & 0xff
    elif layer.underlayer.dport == 4790:
        out[prefix + "gpe.next"], out[prefix + "gpe.vni"] = layer.NextProtocol, layer.vni
        out[prefix + "gpe.o"] = bit(int(layer.flags) & 1)
    else:
        flags = int(layer.flags)
        out[prefix + "vxlan.vni"], out[prefix + "vxlan.i"] = layer.vni, bit(flags & 8)
        out[prefix + "vxlan.g"] = bit(flags & 0x80)
        if flags & 0x80:
            out[prefix + "vxlan.group"] = layer.gpid
            out[prefix + "vxlan.d"], out[prefix + "vxlan.a"] = bit(int(layer.gpflags) & 0x40), bit(int(layer.gpflags) & 8)
    ethernet(layer.payload, prefix + "inner.", out)


def transport(layer, prefix, out):
    if isinstance(layer, UDP):
        for name in ("sport", "dport", "len"):
            out[prefix + "udp." + name] = getattr(layer, name)
        out[prefix + "udp.sum"] = hex(layer.chksum)
        if BOOTP in layer:
            dhcp_fields(layer[BOOTP], prefix, out)
        if isinstance(layer.payload, (VXLAN, GENEVE)):
            tunnel(layer.payload, prefix, out)
    elif isinstance(layer, GRE):
        tunnel(layer, prefix, out)
    elif isinstance(layer, TCP):
        for name in ("sport", "dport", "seq", "ack", "window", "urgptr"):
            out[prefix + "tcp." + name] = getattr(layer, name)
        out[prefix + "tcp.size"], out[prefix + "tcp.flags"] = layer.dataofs * 4, hex(int(layer.flags) & 0xff)
        out[prefix + "tcp.sum"] = hex(layer.chksum)
    elif isinstance(layer, SCTP):
        out[prefix + "sctp.sport"], out[prefix + "sctp.dport"] = layer.sport, layer.dport
    elif isinstance(layer, ICMP):
        out[prefix + "icmp.type"], out[prefix + "icmp.code"] = layer.type, layer.code
        out[prefix + "icmp.sum"] = hex(layer.chksum)
        if layer.type in (0, 8):
            out[prefix + "icmp.id"], out[prefix + "icmp.seq"] = layer.id, layer.seq
        elif layer.type == 3:
            out[prefix + "icmp.mtu"] = layer.nexthopmtu
    elif isinstance(layer, (IGMP, IGMPv3)):
        igmp_fields(layer, prefix, out)
    elif type(layer).__name__.startswith("ICMPv6"):
        icmpv6(layer, prefix, out)


def dhcp_fields(bootp, prefix, out):
    options = dict(option for option in bootp[DHCP].options if isinstance(option, tuple))
    out[prefix + "dhcp.op"], out[prefix + "dhcp.ciaddr"], out[prefix + "dhcp.yiaddr"] = bootp.op, bootp.ciaddr, bootp.yiaddr
    out[prefix + "dhcp.chaddr"] = ":".join("%02x" % octet for octet in bootp.chaddr[:6])
    out[prefix + "dhcp.type"], out[prefix + "dhcp.lease"] = options["message-type"], options.get("lease_time", -1)


def igmp_fields(layer, prefix, out):
    out[prefix + "igmp.type"], out[prefix + "igmp.sum"] = hex(layer.type), hex(layer.chksum)
    if not isinstance(layer, IGMPv3):
        out[prefix + "igmp.group"], out[prefix + "igmp.code"] = layer.gaddr, layer.mrcode
    elif layer.type == 0x11:
        query = layer[IGMPv3mq]
        out[prefix + "igmp.code"], out[prefix + "igmp.group"] = layer.mrcode, query.gaddr
        out[prefix + "igmp.s"], out[prefix + "igmp.qrv"] = bit(query.s), query.qrv
        out[prefix + "igmp.qqic"], out[prefix + "igmp.sources"] = query.qqic, ",".join(query.srcaddrs)
    else:
        out[prefix + "igmp.records"] = ";".join(
            "%d:%s:%s" % (r.rtype, r.maddr, ",".join(r.srcaddrs)) for r in layer[IGMPv3mr].records)


def mld_records(report):
    """All records: scapy 2.5 dissects the first and leaves the others as its payload."""
    records = list(report.records)
    while len(records) < report.records_number:
        rest = raw(records[-1].payload)
        records.append(ICMPv6MLDMultAddrRec(rest))
    return records


def icmpv6(layer, prefix, out):
    out[prefix + "icmp6.type"], out[prefix + "icmp6.code"] = layer.type, getattr(layer, "code", 0)
    out[prefix + "icmp6.sum"] = hex(layer.cksum)
    if isinstance(layer, (ICMPv6EchoRequest, ICMPv6EchoReply)):
        out[prefix + "icmp6.id"], out[prefix + "icmp6.seq"] = layer.id, layer.seq
    elif isinstance(layer, ICMPv6PacketTooBig):
        out[prefix + "icmp6.mtu"] = layer.mtu
    elif isinstance(layer, ICMPv6ND_RA):
        out[prefix + "nd.hlim"], out[prefix + "nd.lifetime"] = layer.chlim, layer.routerlifetime
        out[prefix + "nd.m"], out[prefix + "nd.o"] = bit(layer.M), bit(layer.O)
        out[prefix + "nd.reachable"], out[prefix + "nd.retrans"] = layer.reachabletime, layer.retranstimer
    elif isinstance(layer, (ICMPv6ND_NS, ICMPv6ND_NA)):
        out[prefix + "nd.target"] = layer.tgt
        if isinstance(layer, ICMPv6ND_NA):
            out[prefix + "nd.flags"] = "%d%d%d" % (layer.R, layer.S, layer.O)
    elif isinstance(layer, ICMPv6MLQuery2):
        out[prefix + "mld.group"], out[prefix + "mld.delay"] = layer.mladdr, layer.mrd
        out[prefix + "mld.qrv"], out[prefix + "mld.qqic"] = layer.QRV, layer.QQIC
        out[prefix + "mld.s"], out[prefix + "mld.sources"] = bit(layer.S), ",".join(layer.sources)
    elif isinstance(layer, (ICMPv6MLQuery, ICMPv6MLReport, ICMPv6MLDone)):
        out[prefix + "mld.group"], out[prefix + "mld.delay"] = layer.mladdr, layer.mrd
    elif isinstance(layer, ICMPv6MLReport2):
        out[prefix + "mld.records"] = ";".join(
            "%d:%s:%s" % (r.rtype, r.dst, ",".join(r.sources)) for r in mld_records(layer))
    if isinstance(layer, (ICMPv6ND_RS, ICMPv6ND_RA, ICMPv6ND_NS, ICMPv6ND_NA)):
        options, option = [], layer.payload
        while option and hasattr(option, "len") and hasattr(option, "type"):
            text = "%d/%d" % (option.type, option.len * 8)
            if option.type in (1, 2):
                text += "=" + option.lladdr
            elif option.type == 5:
                text += "=%d" % option.mtu
            elif option.type == 3:
                text += "=%s/%d:%d%d:%d:%d" % (option.prefix, option.prefixlen, option.L, option.A,
                                               option.validlifetime, option.preferredlifetime)
            options.append(text)
            option = option.payload
        out[prefix + "nd.options"] = " ".join(options)


def read(path):
    for packet in rdpcap(path):
        out = {}
        ethernet(packet, "", out)
        if not quoted_or_partial(packet):
            out["rebuilt"] = "yes" if raw(without_checksums(packet)) == raw(packet) else "no"
        print("\t".join("%s=%s" % item for item in sorted(out.items())))


if sys.argv[1] == "build":
    wrpcap(sys.argv[2], [Ether(raw(p)) for p in build()])
else:
    read(sys.argv[2])
