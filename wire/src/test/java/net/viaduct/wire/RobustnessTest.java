package net.viaduct.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No bytes make a parser throw or read outside of what it was given. The segment ends where the
 * frame does, so that the JVM itself tells.
 *
 * <p>Two million inputs each time; R13's 10^8 with {@code ./test -pl wire -am -Dtest=RobustnessTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dviaduct.fuzz.inputs=100000000}, other ones with {@code
 * -Dviaduct.fuzz.seed=N}.
 */
@Tag("R13")
class RobustnessTest {
  private static final long INPUTS = Long.getLong("viaduct.fuzz.inputs", 2_000_000);
  private static final long SEED = Long.getLong("viaduct.fuzz.seed", 13);
  private static final int CAPACITY_BYTES = 66_048;
  private static final int RANDOM_INPUTS = 100_000;

  private final MemorySegment s = Arena.ofAuto().allocate(CAPACITY_BYTES);
  private int blackhole;

  static List<Named<FuzzTarget>> targets() {
    return List.of(
        Named.of("frame", FrameFuzzer::probe),
        Named.of("segmenter", SegmenterFuzzer::probe),
        Named.of("IP", IpFuzzer::probe),
        Named.of("UDP, TCP, VXLAN", TransportFuzzer::probe),
        Named.of("tunnels", TunnelFuzzer::probe),
        Named.of("ARP", ArpFuzzer::probe),
        Named.of("DHCP", DhcpFuzzer::probe),
        Named.of("ICMP, ICMPv6", IcmpFuzzer::probe),
        Named.of("neighbour discovery", NeighbourDiscoveryFuzzer::probe),
        Named.of("IGMP", IgmpFuzzer::probe),
        Named.of("MLD", MldFuzzer::probe),
        Named.of("capture files", CaptureFuzzer::probe));
  }

  @Test
  @DisplayName("R13: runt, truncated, jumbo and VLAN-in-VLAN frames never read out of bounds")
  void shouldSurviveMutatedFrames() {
    FrameMutator mutator = new FrameMutator(SampleFrames.all(), SEED);
    for (long i = 0; i < INPUTS; i++) {
      mutator.next();
      probe(FrameFuzzer::probe, mutator.bytes(), mutator.length(), i);
      if ((i & 3) == 0) {
        probe(SegmenterFuzzer::probe, mutator.bytes(), mutator.length(), i);
      }
    }
    System.out.println("R13: " + INPUTS + " inputs, seed " + SEED + " (" + blackhole + ")");
  }

  @ParameterizedTest
  @MethodSource("targets")
  void shouldSurviveRandomBytes(FuzzTarget target) {
    SplittableRandom random = new SplittableRandom(SEED);
    byte[] bytes = new byte[128];
    for (int i = 0; i < RANDOM_INPUTS; i++) {
      random.nextBytes(bytes);
      probe(target, bytes, random.nextInt(bytes.length + 1), i);
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void shouldSurviveEachSampleCutAtEachByte(FuzzTarget target) {
    for (byte[] sample : SampleFrames.all()) {
      for (int from : new int[] {0, 14, 34, 42, 54, 62}) {
        for (int to = from; to <= sample.length; to++) {
          byte[] part = java.util.Arrays.copyOfRange(sample, from, to);
          probe(target, part, part.length, to);
        }
      }
    }
    assertThat(SampleFrames.all()).isNotEmpty();
  }

  private void probe(FuzzTarget target, byte[] bytes, int length, long input) {
    long at = CAPACITY_BYTES - length;
    MemorySegment.copy(bytes, 0, s, ValueLayout.JAVA_BYTE, at, length);
    try {
      blackhole += target.probe(s, at, length);
    } catch (RuntimeException | AssertionError e) {
      String hex = HexFormat.of().formatHex(bytes, 0, length);
      throw new AssertionError("input %d, seed %d: %s".formatted(input, SEED, hex), e);
    }
  }
}
