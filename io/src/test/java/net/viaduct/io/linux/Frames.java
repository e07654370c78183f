package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Random;
import net.viaduct.io.Frame;
import net.viaduct.io.Offload;
import net.viaduct.wire.Checksum;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.UnfinishedChecksum;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.TcpHeader;
import net.viaduct.wire.ip.UdpHeader;

/** Frames for tests. */
final class Frames {
  /** An experimental type (IEEE 802), which nobody answers. */
  static final int TEST_ETHER_TYPE = 0x88b5;

  private static final int NETWORK = 14;
  private static final int IPV4_BYTES = 20;

  private Frames() {}

  /** An empty frame in memory of its own. */
  static Frame empty() {
    MemorySegment memory = Arena.ofAuto().allocate(Frame.SLOT_BYTES, 8);
    return new Frame(memory, 0);
  }

  /** A frame with these bytes. */
  static Frame of(byte[] bytes) {
    Frame frame = empty();
    frame.lengthBytes(bytes.length);
    MemorySegment.copy(
        bytes, 0, frame.memory(), ValueLayout.JAVA_BYTE, frame.start(), bytes.length);
    return frame;
  }

  /** A frame of the experimental type whose payload counts up. */
  static Frame ethernet(String destination, String source, int payloadBytes) {
    byte[] bytes = new byte[14 + payloadBytes];
    HexFormat hex = HexFormat.of();
    System.arraycopy(hex.parseHex(destination.replace(":", "")), 0, bytes, 0, 6);
    System.arraycopy(hex.parseHex(source.replace(":", "")), 0, bytes, 6, 6);
    bytes[12] = (byte) (TEST_ETHER_TYPE >>> 8);
    bytes[13] = (byte) TEST_ETHER_TYPE;
    for (int i = 14; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    return of(bytes);
  }

  static byte[] bytes(Frame frame) {
    return frame
        .memory()
        .asSlice(frame.start(), frame.lengthBytes())
        .toArray(ValueLayout.JAVA_BYTE);
  }

  static int unsignedByte(Frame frame, int offset) {
    return frame.memory().get(ValueLayout.JAVA_BYTE, frame.start() + offset) & 0xff;
  }

  static int unsignedShort(Frame frame, int offset) {
    return unsignedByte(frame, offset) << 8 | unsignedByte(frame, offset + 1);
  }

  static int etherType(Frame frame) {
    return frame.lengthBytes() < 14 ? 0 : unsignedShort(frame, 12);
  }

  static String describe(Frame frame) {
    Offload offload = frame.offload();
    int shown = Math.min(64, frame.lengthBytes());
    return frame.lengthBytes()
        + " bytes, "
        + (offload.isChecksumPartial() ? "partial, " : "")
        + (offload.isSuperFrame() ? "super, " : "")
        + HexFormat.of().formatHex(bytes(frame), 0, shown);
  }

  /**
   * A TCP or UDP packet of 10.0.0.1 to 10.0.0.2 with the checksum left unfinished, as a kernel
   * hands it over.
   */
  static Frame unfinished(int protocol, int payloadBytes, long seed) {
    boolean tcp = protocol == IpProtocol.TCP;
    int transportBytes = (tcp ? TcpHeader.MIN_SIZE_BYTES : UdpHeader.SIZE_BYTES) + payloadBytes;
    Frame frame = empty();
    frame.lengthBytes(NETWORK + IPV4_BYTES + transportBytes);
    MemorySegment s = frame.memory();
    long at = frame.start();
    EthernetHeader.write(s, at, 0x020000000002L, 0x020000000001L, 0x0800);
    Ipv4Header.begin(s, at + NETWORK, IPV4_BYTES, IPV4_BYTES + transportBytes);
    Ipv4Header.timeToLive(s, at + NETWORK, 64);
    Ipv4Header.protocol(s, at + NETWORK, protocol);
    Ipv4Header.source(s, at + NETWORK, 0x0a000001);
    Ipv4Header.destination(s, at + NETWORK, 0x0a000002);
    Ipv4Header.writeChecksum(s, at + NETWORK);
    long transport = at + NETWORK + IPV4_BYTES;
    if (tcp) {
      TcpHeader.begin(s, transport, TcpHeader.MIN_SIZE_BYTES, TcpHeader.ACK | TcpHeader.PSH);
      TcpHeader.ports(s, transport, 1000, 2000);
      TcpHeader.sequence(s, transport, 0xffff_f000);
    } else {
      UdpHeader.write(s, transport, 1000, 2000, transportBytes);
    }
    byte[] payload = payload(payloadBytes, seed);
    long payloadAt = transport + transportBytes - payloadBytes;
    MemorySegment.copy(payload, 0, s, ValueLayout.JAVA_BYTE, payloadAt, payloadBytes);
    FlowKey key = new FlowKey();
    key.parse(s, at, frame.lengthBytes());
    UnfinishedChecksum.write(s, at, key);
    frame
        .offload()
        .checksumPartial(NETWORK + IPV4_BYTES, UnfinishedChecksum.checksumOffset(protocol));
    return frame;
  }

  /** What {@link #unfinished} carries. */
  static byte[] payload(int bytes, long seed) {
    byte[] payload = new byte[bytes];
    new Random(seed).nextBytes(payload);
    return payload;
  }

  /** Whether all checksums of an IPv4 packet are right. */
  static boolean hasRightChecksums(Frame frame, int networkOffset) {
    MemorySegment s = frame.memory();
    long ip = frame.start() + networkOffset;
    int headerBytes = Ipv4Header.sizeBytes(s, ip);
    int transportBytes = Ipv4Header.totalLengthBytes(s, ip) - headerBytes;
    long sum = Checksum.pseudoIpv4(s, ip, Ipv4Header.protocol(s, ip), transportBytes);
    sum += Checksum.sum(s, ip + headerBytes, transportBytes);
    return Ipv4Header.hasValidChecksum(s, ip) && Checksum.fold(sum) == 0xffff;
  }
}
