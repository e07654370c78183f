package net.viaduct.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How well the flow hash spreads. "Ideal" is what independent random numbers give: with n flows on
 * k paths the expected chi-square is k - 1, and n flows leave k * (1 - 1/k)^n of k ports unused.
 */
@Tag("R5")
class FlowHashSpreadTest {
  private static final int FLOWS = 1000;
  private static final long SEED = 7348;

  private final FlowKey key = new FlowKey();

  static Stream<Named<IntFunction<FrameBuilder>>> populations() {
    Random random = new Random(SEED);
    int[] ports = random.ints(1024, 65_536).distinct().limit(FLOWS).toArray();
    return Stream.of(
        Named.of("source ports in a row", i -> ipv4(1, 2).udp(40_000 + i, 53)),
        Named.of("even source ports in a row", i -> ipv4(1, 2).tcp(32_768 + 2 * i, 80, 0)),
        Named.of("destination ports in a row", i -> ipv4(1, 2).tcp(5000, 1024 + i, 0)),
        Named.of("source addresses in a row", i -> ipv4(i, 2).udp(4789, 4789)),
        Named.of("pairs of 32 by 32 machines", i -> ipv4(i / 32, i % 32 + 100).udp(4789, 4789)),
        Named.of("addresses a multiple of 256 apart", i -> ipv4(i << 8, 2).tcp(5000, 80, 0)),
        Named.of("random source ports", i -> ipv4(1, 2).tcp(ports[i], 443, 0)),
        Named.of("pings between addresses in a row", i -> ipv4(i, 2).protocol(1).payload(8)),
        Named.of("IPv6 source ports in a row", i -> ipv6(1, 2).udp(40_000 + i, 53)),
        Named.of("IPv6 addresses in a row", i -> ipv6(i, 2).udp(4789, 4789)),
        Named.of("IPv6 subnets in a row", i -> ipv6(((long) i) << 32, 2).udp(4789, 4789)),
        Named.of(
            "MAC addresses in a row",
            i -> FrameBuilder.ethernet(2, 0x0200_0000_0000L + i).etherType(0x88cc).payload(46)),
        Named.of(
            "MAC addresses of different makers",
            i -> FrameBuilder.ethernet(2, ((long) i) << 24).etherType(0x88cc).payload(46)));
  }

  private static FrameBuilder ipv4(int source, int destination) {
    return FrameBuilder.ethernet()
        .ipv4(0x0a00_0000 + source, 0x0a00_0000 + destination, new byte[0]);
  }

  private static FrameBuilder ipv6(long source, long destination) {
    return FrameBuilder.ethernet()
        .ipv6(
            new IpAddress(0xfd00_0000_0000_0000L | source >>> 32, source),
            new IpAddress(0xfd00_0000_0000_0000L, destination));
  }

  @ParameterizedTest
  @MethodSource("populations")
  @DisplayName("R5: 1,000 flows take at least 95% of the ports and paths that chance would take")
  void shouldSpreadOverPortsAndPaths(IntFunction<FrameBuilder> population) {
    int[] hashes = new int[FLOWS];
    for (int i = 0; i < FLOWS; i++) {
      hashes[i] = hash(population.apply(i));
    }
    for (int shift : new int[] {0, 8, 16, 26}) {
      assertSpread(hashes, shift, 64);
    }
    for (int shift : new int[] {0, 3, 13, 24, 29}) {
      assertSpread(hashes, shift, 8);
    }
    assertThat(java.util.Arrays.stream(hashes).distinct().count())
        .as("1,000 flows seldom share one of 2^32 hashes")
        .isEqualTo(FLOWS);
    assertSpreadOfPorts(hashes);
  }

  // The 99.9th percentile of chi-square is about 104 for 63 and 24.3 for 7 degrees of freedom.
  private static void assertSpread(int[] hashes, int shift, int paths) {
    int[] counts = new int[paths];
    for (int hash : hashes) {
      counts[(hash >>> shift) & (paths - 1)]++;
    }
    double expected = (double) hashes.length / paths;
    double chiSquare = 0;
    int used = 0;
    double busiest = 0;
    for (int count : counts) {
      chiSquare += (count - expected) * (count - expected) / expected;
      used += count > 0 ? 1 : 0;
      busiest = Math.max(busiest, count / expected);
    }
    assertThat(used)
        .as("paths of %d that are used", paths)
        .isGreaterThanOrEqualTo(paths * 95 / 100);
    assertThat(chiSquare).as("chi-square of %d paths", paths).isLessThan(paths == 64 ? 104 : 24.3);
    assertThat(busiest).as("busiest of %d paths", paths).isLessThan(paths == 64 ? 2.2 : 1.35);
  }

  // 1,000 balls into 16,384 ports leave 15,413 empty on average: 971 are used.
  private static void assertSpreadOfPorts(int[] hashes) {
    long used = java.util.Arrays.stream(hashes).map(h -> 49_152 + (h & 0x3fff)).distinct().count();
    assertThat(used).as("source ports that are used").isGreaterThan(971 * 95 / 100);
  }

  @Test
  @DisplayName("R30: any bit of a field changes each bit of the hash in half of the cases")
  void shouldChangeHalfOfTheBitsWhenAnyBitChanges() {
    assertAvalanche(
        "IPv4", FrameBuilder.ethernet().ipv4().udp(1, 2).build(), new int[][] {{26, 34}, {34, 38}});
    assertAvalanche(
        "IPv6", FrameBuilder.ethernet().ipv6().udp(1, 2).build(), new int[][] {{22, 54}, {54, 58}});
    assertAvalanche(
        "Ethernet",
        FrameBuilder.ethernet().etherType(0x88cc).payload(46).build(),
        new int[][] {{0, 12}});
  }

  private void assertAvalanche(String what, MemorySegment frame, int[][] fields) {
    Random random = new Random(SEED);
    int rounds = 2000;
    int lengthBytes = (int) frame.byteSize();
    for (int[] field : fields) {
      for (int bit = field[0] * 8; bit < field[1] * 8; bit++) {
        int[] changes = new int[32];
        for (int round = 0; round < rounds; round++) {
          for (int[] other : fields) {
            for (int at = other[0]; at < other[1]; at++) {
              NetworkOrder.u8(frame, at, random.nextInt());
            }
          }
          key.parse(frame, 0, lengthBytes);
          int before = key.hash();
          NetworkOrder.u8(frame, bit / 8, NetworkOrder.u8(frame, bit / 8) ^ 0x80 >>> bit % 8);
          key.parse(frame, 0, lengthBytes);
          int difference = before ^ key.hash();
          for (int i = 0; i < 32; i++) {
            changes[i] += difference >>> i & 1;
          }
        }
        for (int i = 0; i < 32; i++) {
          assertThat((double) changes[i] / rounds)
              .as("%s: hash bit %d when bit %d of the frame changes, seed %d", what, i, bit, SEED)
              .isBetween(0.40, 0.60);
        }
      }
    }
  }

  @Test
  void shouldCollideOtherwiseUnderAnotherSeed() {
    int together = 0;
    int stillTogether = 0;
    int[] first = new int[FLOWS];
    int[] second = new int[FLOWS];
    for (int i = 0; i < FLOWS; i++) {
      MemorySegment frame = ipv4(1, 2).udp(40_000 + i, 53).build();
      key.parse(frame, 0, (int) frame.byteSize());
      first[i] = key.hash(1) & 63;
      second[i] = key.hash(2) & 63;
    }
    for (int i = 0; i < FLOWS; i++) {
      for (int j = 0; j < i; j++) {
        if (first[i] == first[j]) {
          together++;
          stillTogether += second[i] == second[j] ? 1 : 0;
        }
      }
    }
    assertThat((double) stillTogether / together).isBetween(0.5 / 64, 2.0 / 64);
  }

  private int hash(FrameBuilder builder) {
    MemorySegment frame = builder.build();
    key.parse(frame, 0, (int) frame.byteSize());
    return key.hash();
  }
}
