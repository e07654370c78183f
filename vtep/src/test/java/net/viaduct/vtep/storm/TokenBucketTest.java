package net.viaduct.vtep.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {
  private static final long SECOND_NS = 1_000_000_000L;

  private static boolean pass(TokenBucket bucket, long amount, long nowNs) {
    boolean passes = bucket.holds(amount, nowNs);
    if (passes) {
      bucket.take(amount);
    }
    return passes;
  }

  @Test
  void shouldLetASecondsWorthPassAtOnceWhenItWasSilent() {
    TokenBucket bucket = new TokenBucket(3, 0);
    assertThat(pass(bucket, 1, 0)).isTrue();
    assertThat(pass(bucket, 1, 0)).isTrue();
    assertThat(pass(bucket, 1, 0)).isTrue();
    assertThat(pass(bucket, 1, 0)).isFalse();
    assertThat(pass(bucket, 1, SECOND_NS / 3)).as("a third of a second less a bit").isFalse();
    assertThat(pass(bucket, 1, SECOND_NS / 3 + 1)).isTrue();
    assertThat(pass(bucket, 4, 100 * SECOND_NS)).as("larger than the bucket").isTrue();
    assertThat(pass(bucket, 1, 100 * SECOND_NS)).as("and that is owed").isFalse();
  }

  @Test
  void shouldLetEverythingPassWhenThereIsNoLimit() {
    assertThat(pass(new TokenBucket(0, 0), Long.MAX_VALUE, 0)).isTrue();
  }

  /** The judge counts in fractions of a nanosecond's token, with numbers of any size. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void shouldAgreeWithExactArithmeticWhenTimesAndAmountsAreAny(long seed) {
    Random random = new Random(seed);
    long rate = 1 + (long) (Math.pow(10, random.nextDouble() * 12));
    TokenBucket bucket = new TokenBucket(rate, 0);
    BigInteger unit = BigInteger.valueOf(SECOND_NS);
    BigInteger full = BigInteger.valueOf(rate).multiply(unit);
    BigInteger held = full;
    long nowNs = 0;
    for (int i = 0; i < 20_000; i++) {
      long elapsedNs = (long) Math.pow(10, random.nextDouble() * (i % 100 == 0 ? 12 : 8));
      nowNs += elapsedNs;
      held = held.add(BigInteger.valueOf(rate).multiply(BigInteger.valueOf(elapsedNs))).min(full);
      long amount = 1 + random.nextInt(500_000);
      BigInteger need = BigInteger.valueOf(Math.min(amount, rate)).multiply(unit);
      boolean expected = held.compareTo(need) >= 0;
      assertThat(pass(bucket, amount, nowNs))
          .as("seed %d, rate %d, frame %d", seed, rate, i)
          .isEqualTo(expected);
      if (expected) {
        held = held.subtract(BigInteger.valueOf(amount).multiply(unit));
      }
    }
  }
}
