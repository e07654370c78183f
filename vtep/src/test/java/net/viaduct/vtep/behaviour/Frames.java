package net.viaduct.vtep.behaviour;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.Checksum;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.MacAddress;
import net.viaduct.wire.VlanTag;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.TcpHeader;
import net.viaduct.wire.ip.UdpHeader;
import net.viaduct.wire.tunnel.LifeMessage;
import net.viaduct.wire.tunnel.VxlanHeader;

/** Frames and datagrams for tests. Stateless. */
public final class Frames {
  /** IEEE 802's local experimental EtherType 1: nobody sends it by itself. */
  public static final int EXPERIMENTAL = 0x88b5;

  /** Where the payload of a TCP frame begins. */
  public static final int TCP_HEADERS_BYTES = 54;

  /** Where the transport header of an IPv4 frame begins. */
  public static final int TRANSPORT_OFFSET = 34;

  private Frames() {}

  /** A station's address, another one for each number. */
  public static long mac(int number) {
    return 0x0200_0000_0000L | number;
  }

  /** A frame of the experimental EtherType whose payload is told by a number. */
  public static byte[] frame(long destination, long source, int payloadBytes, int number) {
    byte[] frame = new byte[EthernetHeader.SIZE_BYTES + payloadBytes];
    EthernetHeader.write(MemorySegment.ofArray(frame), 0, destination, source, EXPERIMENTAL);
    for (int i = 0; i < payloadBytes; i++) {
      frame[EthernetHeader.SIZE_BYTES + i] = (byte) (number * 31 + i * 7 + (i >> 8));
    }
    return frame;
  }

  /** A small frame of the experimental EtherType. */
  public static byte[] frame(long destination, long source) {
    return frame(destination, source, 46, (int) (destination ^ source));
  }

  /** A small frame for everybody. */
  public static byte[] broadcast(long source) {
    return frame(MacAddress.BROADCAST, source);
  }

  /** The same with a VLAN tag. */
  public static byte[] tagged(byte[] frame, int vlanId) {
    return withTag(frame, VlanTag.tciOf(vlanId, 0, false));
  }

  /** The same with a VLAN tag of this TCI: priority, drop eligibility and VLAN id. */
  public static byte[] withTag(byte[] frame, int tci) {
    byte[] tagged = new byte[frame.length + VlanTag.SIZE_BYTES];
    System.arraycopy(frame, 0, tagged, VlanTag.SIZE_BYTES, frame.length);
    VlanTag.insert(MemorySegment.ofArray(tagged), VlanTag.SIZE_BYTES, EtherType.VLAN, tci);
    return tagged;
  }

  /** An IPv4 TCP frame; with a finished checksum. */
  public static byte[] tcp(long destination, long source, int sourcePort, int payloadBytes) {
    byte[] frame =
        ipv4(destination, source, IpProtocol.TCP, TcpHeader.MIN_SIZE_BYTES, payloadBytes);
    MemorySegment s = MemorySegment.ofArray(frame);
    TcpHeader.begin(s, TRANSPORT_OFFSET, TcpHeader.MIN_SIZE_BYTES, TcpHeader.ACK);
    TcpHeader.ports(s, TRANSPORT_OFFSET, sourcePort, 80);
    TcpHeader.sequence(s, TRANSPORT_OFFSET, 1000);
    int sum = pseudoSum(s, IpProtocol.TCP, frame.length);
    TcpHeader.checksum(s, TRANSPORT_OFFSET, sum);
    TcpHeader.checksum(
        s,
        TRANSPORT_OFFSET,
        Checksum.ofRange(s, TRANSPORT_OFFSET, frame.length - TRANSPORT_OFFSET));
    return frame;
  }

  /** An IPv4 UDP frame; with a finished checksum. */
  public static byte[] udp(long destination, long source, int sourcePort, int payloadBytes) {
    byte[] frame = ipv4(destination, source, IpProtocol.UDP, UdpHeader.SIZE_BYTES, payloadBytes);
    MemorySegment s = MemorySegment.ofArray(frame);
    UdpHeader.write(s, TRANSPORT_OFFSET, sourcePort, 9, frame.length - TRANSPORT_OFFSET);
    UdpHeader.checksum(s, TRANSPORT_OFFSET, pseudoSum(s, IpProtocol.UDP, frame.length));
    UdpHeader.checksum(
        s,
        TRANSPORT_OFFSET,
        Checksum.ofRange(s, TRANSPORT_OFFSET, frame.length - TRANSPORT_OFFSET));
    return frame;
  }

  /** The same IPv4 frame with DF: its identification means nothing. */
  public static byte[] unfragmentable(byte[] frame) {
    byte[] changed = frame.clone();
    MemorySegment s = MemorySegment.ofArray(changed);
    Ipv4Header.fragment(s, EthernetHeader.SIZE_BYTES, true, false, 0);
    Ipv4Header.writeChecksum(s, EthernetHeader.SIZE_BYTES);
    return changed;
  }

  /** The same IPv4 frame with another class: DSCP and ECN. */
  public static byte[] withTrafficClass(byte[] frame, int trafficClass) {
    byte[] copy = frame.clone();
    MemorySegment s = MemorySegment.ofArray(copy);
    Ipv4Header.trafficClass(s, EthernetHeader.SIZE_BYTES, trafficClass);
    Ipv4Header.writeChecksum(s, EthernetHeader.SIZE_BYTES);
    return copy;
  }

  /** Makes the checksum of a TCP or UDP frame unfinished. */
  public static byte[] unfinished(byte[] frame) {
    byte[] copy = frame.clone();
    MemorySegment s = MemorySegment.ofArray(copy);
    int protocol = Ipv4Header.protocol(s, EthernetHeader.SIZE_BYTES);
    int sum = pseudoSum(s, protocol, copy.length);
    if (protocol == IpProtocol.TCP) {
      TcpHeader.checksum(s, TRANSPORT_OFFSET, sum);
    } else {
      UdpHeader.checksum(s, TRANSPORT_OFFSET, sum);
    }
    return copy;
  }

  private static byte[] ipv4(
      long destination, long source, int protocol, int transportBytes, int payloadBytes) {
    byte[] frame = new byte[TRANSPORT_OFFSET + transportBytes + payloadBytes];
    MemorySegment s = MemorySegment.ofArray(frame);
    EthernetHeader.write(s, 0, destination, source, EtherType.IPV4);
    int ipAt = EthernetHeader.SIZE_BYTES;
    Ipv4Header.begin(s, ipAt, Ipv4Header.MIN_SIZE_BYTES, frame.length - ipAt);
    Ipv4Header.timeToLive(s, ipAt, 64);
    Ipv4Header.protocol(s, ipAt, protocol);
    Ipv4Header.source(s, ipAt, 0x0a00_0000 | (int) source & 0xffff);
    Ipv4Header.destination(s, ipAt, 0x0a00_0000 | (int) destination & 0xffff);
    Ipv4Header.writeChecksum(s, ipAt);
    for (int i = 0; i < payloadBytes; i++) {
      frame[frame.length - payloadBytes + i] = (byte) (i * 13 + (i >> 8));
    }
    return frame;
  }

  private static int pseudoSum(MemorySegment s, int protocol, int frameBytes) {
    return Checksum.pseudoIpv4(
        s, EthernetHeader.SIZE_BYTES, protocol, frameBytes - TRANSPORT_OFFSET);
  }

  /** A frame in a VXLAN datagram. */
  public static byte[] vxlan(int vni, byte[] frame) {
    byte[] datagram = new byte[VxlanHeader.SIZE_BYTES + frame.length];
    VxlanHeader.write(MemorySegment.ofArray(datagram), 0, vni);
    System.arraycopy(frame, 0, datagram, VxlanHeader.SIZE_BYTES, frame.length);
    return datagram;
  }

  /** A datagram by which hosts see that they live, for the usual port. */
  public static byte[] lifeMessage(int kind, int place, String asked, long token) {
    byte[] bytes = new byte[LifeMessage.HEADER_BYTES + LifeMessage.SIZE_BYTES];
    MemorySegment s = MemorySegment.ofArray(bytes);
    long id = LifeMessage.idOf(asked);
    LifeMessage.write(
        s, LifeMessage.HEADER_BYTES, kind, VxlanHeader.DEFAULT_PORT, place, id, token);
    return bytes;
  }
}
