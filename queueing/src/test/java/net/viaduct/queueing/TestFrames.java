package net.viaduct.queueing;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.ip.Ipv4Header;

/** Frames byte by byte, from the inside out: what is in front is put in front. */
public final class TestFrames {
  public static final int UDP_BYTES = 8;

  private TestFrames() {}

  public static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  public static byte[] ethernet(int type, byte[] payload) {
    return join(
        ByteBuffer.allocate(14)
            .putLong(0x0200_0000_000b_0200L)
            .putInt(0x0000_000a)
            .putShort((short) type)
            .array(),
        payload);
  }

  public static byte[] tagged(int vlan, int type, byte[] payload) {
    byte[] tag = ByteBuffer.allocate(4).putShort((short) vlan).putShort((short) type).array();
    return ethernet(EtherType.VLAN, join(tag, payload));
  }

  public static byte[] udp(int source, int destination, byte[] payload) {
    return join(
        ByteBuffer.allocate(UDP_BYTES)
            .putShort((short) source)
            .putShort((short) destination)
            .putShort((short) (UDP_BYTES + payload.length))
            .putShort((short) 0)
            .array(),
        payload);
  }

  public static byte[] tcp(int source, int destination, byte[] payload) {
    return join(
        ByteBuffer.allocate(20)
            .putShort((short) source)
            .putShort((short) destination)
            .putInt(1)
            .putInt(1)
            .putShort((short) 0x5010)
            .array(),
        payload);
  }

  public static byte[] ipv4(String source, String destination, int protocol, byte[] payload) {
    return ipv4(source, destination, protocol, 0, 0, payload);
  }

  /** An IPv4 packet; {@code fragment} is the field of flags and offset. */
  public static byte[] ipv4(
      String source,
      String destination,
      int protocol,
      int trafficClass,
      int fragment,
      byte[] payload) {
    byte[] header =
        ByteBuffer.allocate(20)
            .put((byte) 0x45)
            .put((byte) trafficClass)
            .putShort((short) (20 + payload.length))
            .putShort((short) 7)
            .putShort((short) fragment)
            .put((byte) 64)
            .put((byte) protocol)
            .putShort((short) 0)
            .putInt((int) IpAddress.parse(source).low())
            .putInt((int) IpAddress.parse(destination).low())
            .array();
    Ipv4Header.writeChecksum(MemorySegment.ofArray(header), 0);
    return join(header, payload);
  }

  public static byte[] ipv6(String source, String destination, int next, byte[] payload) {
    IpAddress from = IpAddress.parse(source);
    IpAddress to = IpAddress.parse(destination);
    return join(
        ByteBuffer.allocate(40)
            .putInt(0x6000_0000)
            .putShort((short) payload.length)
            .put((byte) next)
            .put((byte) 64)
            .putLong(from.high())
            .putLong(from.low())
            .putLong(to.high())
            .putLong(to.low())
            .array(),
        payload);
  }

  public static byte[] vxlan(int vni, byte[] frame) {
    return udp(
        50_000,
        4789,
        join(ByteBuffer.allocate(8).putInt(0x0800_0000).putInt(vni << 8).array(), frame));
  }

  public static byte[] geneve(int vni, int optionWords, byte[] frame) {
    byte[] header =
        ByteBuffer.allocate(8 + optionWords * 4)
            .put((byte) optionWords)
            .put((byte) 0)
            .putShort((short) EtherType.TRANSPARENT_BRIDGING)
            .putInt(vni << 8)
            .array();
    return udp(50_000, 6081, join(header, frame));
  }

  /** GRE with the fields that the flags say, all zero but for the key. */
  public static byte[] gre(int flags, int type, int key, byte[] payload) {
    ByteBuffer header = ByteBuffer.allocate(16).putShort((short) flags).putShort((short) type);
    if ((flags & 0x8000) != 0) {
      header.putInt(0);
    }
    if ((flags & 0x2000) != 0) {
      header.putInt(key);
    }
    if ((flags & 0x1000) != 0) {
      header.putInt(0);
    }
    byte[] bytes = new byte[header.position()];
    header.get(0, bytes);
    return join(bytes, payload);
  }

  /** A frame of UDP between machines of 10.0.0.0/8. */
  public static byte[] udpFrame(int machine, int port, int payloadBytes) {
    return ethernet(
        EtherType.IPV4,
        ipv4(
            "10.0.%d.%d".formatted(machine >> 8, machine & 0xff),
            "10.1.0.1",
            IpProtocol.UDP,
            udp(port, 9_000, new byte[payloadBytes])));
  }

  public static Packet packet(byte[] frame) {
    return into(new Packet(0), frame);
  }

  public static Packet into(Packet packet, byte[] frame) {
    packet.frame(MemorySegment.ofArray(frame), 0, frame.length);
    return packet;
  }
}
