package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import net.viaduct.io.Endpoint;
import net.viaduct.io.PathError;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.ip.Icmpv4;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.ip.Ipv6Header;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What ICMP tells, also by somebody who lies. */
class IcmpErrorParserTest {
  private static final int INPUTS = 300_000;
  private static final int MOST_BYTES = 160;
  private static final int SOURCE_PORT = 50_000;
  private static final IpAddress LOCAL_4 = IpAddress.parse("10.77.0.1");
  private static final IpAddress LOCAL_6 = IpAddress.parse("fd77::1");
  private static final IpAddress REMOTE_6 = IpAddress.parse("fd77::2");

  private final PathError error = new PathError(Endpoint.gre(LOCAL_4));

  private static IcmpErrorParser parserOf(IpAddress local) {
    return new IcmpErrorParser(local, port -> port == SOURCE_PORT);
  }

  /** A "packet too big" of ICMPv6 about a datagram of ours, which quotes so much of its payload. */
  private static byte[] tooBig6(int payloadBytes) {
    byte[] bytes = new byte[Icmpv6.HEADER_SIZE_BYTES + Ipv6Header.SIZE_BYTES + 8 + payloadBytes];
    MemorySegment s = MemorySegment.ofArray(bytes);
    Icmpv6.beginPacketTooBig(s, 0, 1400);
    long at = Icmpv6.HEADER_SIZE_BYTES;
    Ipv6Header.begin(s, at, IpProtocol.UDP, 8 + 1000);
    Ipv6Header.source(s, at, LOCAL_6.high(), LOCAL_6.low());
    Ipv6Header.destination(s, at, REMOTE_6.high(), REMOTE_6.low());
    int udp = (int) at + Ipv6Header.SIZE_BYTES;
    bytes[udp] = (byte) (SOURCE_PORT >>> 8);
    bytes[udp + 1] = (byte) SOURCE_PORT;
    bytes[udp + 2] = (byte) (4789 >>> 8);
    bytes[udp + 3] = (byte) 4789;
    return bytes;
  }

  private boolean parse(IcmpErrorParser parser, byte[] bytes) {
    // memory of exactly that size: whoever reads beyond fails
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment s = arena.allocate(Math.max(1, bytes.length));
      MemorySegment.copy(bytes, 0, s, ValueLayout.JAVA_BYTE, 0, bytes.length);
      boolean ours = parser.parse(s, 0, bytes.length, error);
      if (ours) {
        assertThat(error.quoteAt() + error.quoteBytes()).isEqualTo(bytes.length);
        assertThat(error.quoteBytes()).isNotNegative();
      }
      return ours;
    }
  }

  @Test
  @Tag("R33")
  void shouldTellWhatDidNotFit() {
    IcmpErrorParser parser = parserOf(LOCAL_6);
    assertThat(parse(parser, tooBig6(20))).isTrue();
    assertThat(error.kind()).isEqualTo(PathError.Kind.TOO_BIG);
    assertThat(error.mtuBytes()).isEqualTo(1400);
    assertThat(error.remote()).isEqualTo(new Endpoint(REMOTE_6, 4789));
    assertThat(error.sourcePort()).isEqualTo(SOURCE_PORT);
    assertThat(error.quoteBytes()).isEqualTo(20);
    assertThat(parse(parser, tooBig6(0))).as("no more than a UDP header").isTrue();
  }

  @Test
  @Tag("R33")
  void shouldTellNothingWhenItIsNotAboutADatagramOfOurs() {
    byte[] otherPort = tooBig6(20);
    otherPort[Icmpv6.HEADER_SIZE_BYTES + Ipv6Header.SIZE_BYTES + 1]++;
    assertThat(parse(parserOf(LOCAL_6), otherPort)).isFalse();
    assertThat(parse(parserOf(REMOTE_6), tooBig6(20))).as("of another source").isFalse();
    for (int length = 0; length < tooBig6(0).length; length++) {
      byte[] cut = Arrays.copyOf(tooBig6(0), length);
      assertThat(parse(parserOf(LOCAL_6), cut)).as("%d bytes", length).isFalse();
    }
  }

  @Test
  void shouldSurviveWhateverComes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    IcmpErrorParser[] parsers = {parserOf(LOCAL_4), parserOf(LOCAL_6)};
    int ours = 0;
    for (int i = 0; i < INPUTS; i++) {
      byte[] bytes = random.nextBoolean() ? tooBig6(random.nextInt(40)) : new byte[0];
      if (bytes.length == 0) {
        bytes = new byte[random.nextInt(MOST_BYTES)];
        random.nextBytes(bytes);
        if (bytes.length >= Icmpv4.HEADER_SIZE_BYTES) {
          bytes[0] = (byte) (random.nextBoolean() ? 3 : 11);
          Icmpv4.writeChecksum(MemorySegment.ofArray(bytes), 0, bytes.length);
        }
      } else if (random.nextInt(4) > 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      }
      try {
        ours += parse(parsers[random.nextInt(2)], bytes) ? 1 : 0;
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertThat(ours).as("seed %d", seed).isPositive();
  }
}
