package net.viaduct.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChecksumTest {
  private static final long SEED = 0x1071;

  private final Random random = new Random(SEED);

  @Test
  void shouldGiveTheSumOfTheExampleInRfc1071() {
    MemorySegment s =
        segment(
            (byte) 0,
            (byte) 1,
            (byte) 0xf2,
            (byte) 3,
            (byte) 0xf4,
            (byte) 0xf5,
            (byte) 0xf6,
            (byte) 0xf7);
    assertThat(Checksum.sum(s, 0, 8)).isEqualTo(0xddf2);
    assertThat(Checksum.ofRange(s, 0, 8)).isEqualTo(0x220d);
  }

  @Test
  void shouldEqualTheNaiveSumForAllLengthsAndAlignments() {
    byte[] bytes = new byte[300];
    for (int length = 0; length < 200; length++) {
      random.nextBytes(bytes);
      int at = random.nextInt(64);
      int expected = NaiveChecksum.sum(bytes, at, at + length, 0);
      assertThat(Checksum.sum(segment(bytes), at, length))
          .as("%d bytes at %d, seed %d", length, at, SEED)
          .isEqualTo(expected);
    }
  }

  @Test
  void shouldEqualTheNaiveSumWhenAllBitsAreSet() {
    byte[] bytes = new byte[66_000];
    java.util.Arrays.fill(bytes, (byte) 0xff);
    assertThat(Checksum.sum(segment(bytes), 0, bytes.length)).isEqualTo(0xffff);
    assertThat(Checksum.sum(segment(bytes), 3, 65_535))
        .isEqualTo(NaiveChecksum.sum(bytes, 3, 65_538, 0));
  }

  @Test
  void shouldBeZeroOnlyForZeros() {
    assertThat(Checksum.sum(segment(new byte[40]), 0, 40)).isZero();
    assertThat(Checksum.fold(0)).isZero();
    assertThat(Checksum.fold(0xffff)).isEqualTo(0xffff);
    assertThat(Checksum.fold(0x1_0000_0000L)).isEqualTo(1);
    assertThat(Checksum.fold(0x7fff_ffff_ffff_ffffL)).isEqualTo(0x7fff);
    assertThat(Checksum.fold(0x1_fffeL)).isEqualTo(0xffff);
  }

  @Test
  void shouldFoldPartsToTheSumOfTheWhole() {
    byte[] bytes = new byte[1001];
    for (int round = 0; round < 1000; round++) {
      random.nextBytes(bytes);
      int cut = random.nextInt(500) * 2;
      MemorySegment s = segment(bytes);
      long parts = (long) Checksum.sum(s, 0, cut) + Checksum.sum(s, cut, bytes.length - cut);
      assertThat(Checksum.fold(parts)).as("seed %d", SEED).isEqualTo(Checksum.sum(s, 0, 1001));
    }
  }

  @Test
  void shouldUpdateToWhatTheWholeWouldGive() {
    MemorySegment s = Arena.ofAuto().allocate(24);
    for (int round = 0; round < 10_000; round++) {
      for (int i = 0; i < 3; i++) {
        NetworkOrder.i64(s, i * 8L, round % 5 == 0 ? 0 : random.nextLong());
      }
      int before = Checksum.ofRange(s, 0, 24);
      long old = NetworkOrder.i64(s, 8);
      long now = round % 7 == 0 ? -1 : random.nextLong();

      NetworkOrder.i64(s, 8, now);
      assertSameChecksum(Checksum.updateLong(before, old, now), s);

      NetworkOrder.i64(s, 8, old);
      NetworkOrder.i32(s, 8, (int) now);
      assertSameChecksum(Checksum.updateInt(before, (int) (old >>> 32), (int) now), s);

      NetworkOrder.i64(s, 8, old);
      NetworkOrder.u16(s, 8, (int) now);
      assertSameChecksum(Checksum.update(before, (int) (old >>> 48), (int) now), s);
    }
  }

  @Test
  void shouldUpdateTheExampleOfRfc1624() {
    assertThat(Checksum.update(0xdd2f, 0x5555, 0x3285)).isEqualTo(0x0000);
  }

  // A checksum of 0 and one of 0xffff say the same of bytes that are not all zero.
  private static void assertSameChecksum(int updated, MemorySegment s) {
    int whole = Checksum.ofRange(s, 0, 24);
    assertThat(updated % 0xffff).as("seed %d", SEED).isEqualTo(whole % 0xffff);
  }

  private static MemorySegment segment(byte... bytes) {
    MemorySegment s = Arena.ofAuto().allocate(Math.max(1, bytes.length));
    MemorySegment.copy(bytes, 0, s, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return s;
  }
}
