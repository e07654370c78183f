package net.viaduct.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;

/**
 * Frames as they are met, by kind; written byte by byte, so that they do not rest on our codecs.
 */
public enum SampleFrame {
  /** IPv4 and TCP, 66 bytes of headers. */
  IPV4_TCP(
      "0800"
          + ipv4("06")
          + "d431 01bb 00000001 00000001 8010 0200 0000 0000 0101080a"
          + "00".repeat(8)),
  /** IPv4 and UDP behind an 802.1Q tag. */
  VLAN_IPV4_UDP("8100 2014 0800" + ipv4("11") + "d431 2328 0048 0000"),
  /** IPv6 and TCP. */
  IPV6_TCP(
      "86dd 6000 0000 0020 06 40"
          + "fd00".concat("00".repeat(13)).concat("01")
          + "fd00".concat("00".repeat(13)).concat("02")
          + "d431 01bb 00000001 00000001 8010 0200 0000 0000 0101080a"
          + "00".repeat(8)),
  /** An ARP request. */
  ARP("0806 0001 0800 06 04 0001 020000000001 c0a83201 000000000000 c0a83202");

  /** The destination of all of them, as a number. */
  public static final long DESTINATION = 0x0200_0000_0002L;

  /** The source of all of them, as a number. */
  public static final long SOURCE = 0x0200_0000_0001L;

  @SuppressWarnings("ImmutableEnumChecker") // nobody else sees it
  private final byte[] bytes;

  SampleFrame(String behindTheAddresses) {
    String hex = "020000000002 020000000001" + behindTheAddresses;
    bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static String ipv4(String protocol) {
    return "45000054 00010000 40" + protocol + "0000 c0a83201 c0a83202";
  }

  /** How many bytes of headers there are. */
  public int headerBytes() {
    return bytes.length;
  }

  /** Writes the headers. */
  public void write(MemorySegment s, long at) {
    MemorySegment.copy(bytes, 0, s, ValueLayout.JAVA_BYTE, at, bytes.length);
  }
}
