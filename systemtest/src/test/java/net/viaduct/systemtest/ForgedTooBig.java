package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Pattern;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.lab.LabHost;
import net.viaduct.wire.Checksum;
import net.viaduct.wire.IpAddress;

/** ICMP "fragmentation needed" (RFC 792, RFC 1191) about tunnel packets that were never sent. */
final class ForgedTooBig {
  private static final int MTU_BYTES = 600;
  private static final int FIRST_SOURCE_PORT = 32_768;
  private static final int ICMP_BYTES = 8;
  private static final int OUTER_BYTES = 28;
  private static final int VXLAN_BYTES = 8;
  private static final int INNER_BYTES = 14 + 20 + 20;
  private static final int CHECKSUM_AT = 2;
  private static final String SCRIPT =
      "import socket,sys\n"
          + "s=socket.socket(socket.AF_INET,socket.SOCK_RAW,socket.IPPROTO_ICMP)\n"
          + "for m in sys.argv[2:]: s.sendto(bytes.fromhex(m),(sys.argv[1],0))\n";

  private ForgedTooBig() {}

  /**
   * Tells a VTEP that its packets to another are too large: with as little of a packet as RFC 792
   * asks for, and with a whole one of machines that do not exist. The liar has found out a source
   * port of the VTEP.
   */
  static void send(NetNamespace from, LabHost vtep, IpAddress remote, int vni) throws Exception {
    byte[] whole = message(vtep.address(), sourcePort(vtep), remote, vni);
    byte[] least = new byte[ICMP_BYTES + OUTER_BYTES];
    System.arraycopy(whole, 0, least, 0, least.length);
    String[] command = {
      "/usr/bin/python3", "-c", SCRIPT, vtep.address().toString(), finished(least), finished(whole)
    };
    CommandRun.Result result = CommandRun.in(from, command);
    assertThat(result.exitCode()).as(result.output()).isZero();
  }

  /** One of those from which tunnel packets leave: none of them is well known. */
  private static int sourcePort(LabHost vtep) {
    String sockets =
        vtep.namespace().call(() -> Files.readString(Path.of("/proc/thread-self/net/udp")));
    return Pattern.compile(" [0-9A-F]{8}:([0-9A-F]{4}) ")
        .matcher(sockets)
        .results()
        .mapToInt(found -> Integer.parseInt(found.group(1), 16))
        .filter(port -> port >= FIRST_SOURCE_PORT)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no source port in " + sockets));
  }

  private static byte[] message(IpAddress vtep, int sourcePort, IpAddress remote, int vni) {
    ByteBuffer at = ByteBuffer.allocate(ICMP_BYTES + OUTER_BYTES + VXLAN_BYTES + INNER_BYTES);
    at.put((byte) 3).put((byte) 4).putShort((short) 0).putShort((short) 0);
    at.putShort((short) MTU_BYTES);
    at.putInt(0x4500_05dc).putInt(0x0001_4000).putInt(0x4011_0000); // 1,500 bytes, DF, UDP
    at.putInt(vtep.ipv4Bits()).putInt(remote.ipv4Bits());
    at.putShort((short) sourcePort).putShort((short) 4789).putInt(1480 << 16);
    at.putInt(0x0800_0000).putInt(vni << 8);
    at.putShort((short) 0x0200).putInt(99).putShort((short) 0x0200).putInt(98);
    at.putShort((short) 0x0800);
    at.putInt(0x4500_05aa).putInt(0x0001_4000).putInt(0x4006_0000); // 1,450 bytes, DF, TCP
    at.putInt(0xc0a8_6462).putInt(0xc0a8_6463); // 192.168.100.98 to 192.168.100.99
    at.putInt(40_000 << 16 | 80).putInt(1).putInt(1).putInt(0x5010_ffff).putInt(0);
    return at.array();
  }

  private static String finished(byte[] message) {
    int sum = Checksum.ofRange(MemorySegment.ofArray(message), 0, message.length);
    ByteBuffer.wrap(message).putShort(CHECKSUM_AT, (short) sum);
    return HexFormat.of().formatHex(message);
  }
}
