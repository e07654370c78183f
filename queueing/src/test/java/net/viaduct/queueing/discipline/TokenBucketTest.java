package net.viaduct.queueing.discipline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {
  @ParameterizedTest
  @ValueSource(longs = {8_000, 999_999, 20_000_000, 1_000_000_007, 100_000_000_000L})
  void shouldNeitherGiveNorTakeABitTooMuch(long rate) {
    TokenBucket bucket = new TokenBucket(rate, 3_000);
    long nowNs = 0;
    long bytes = 0;
    while (bytes < 10_000_000) {
      while (bucket.mayBeSent()) {
        bucket.charge(1_514);
        bytes += 1_514;
      }
      long waitNs = bucket.waitNs();
      assertThat(waitNs).isPositive();
      nowNs += waitNs;
      bucket.elapse(waitNs);
      assertThat(bucket.mayBeSent()).isTrue();
    }
    double expectedNs = (bytes - 3_000 - 1_514) * 8e9 / rate;
    assertThat(nowNs)
        .isBetween((long) (expectedNs * 0.999) - 1, (long) (expectedNs * 1.001) + 2_000);
  }

  @Test
  @DisplayName(
      "A super-frame sent at 1 Gbit/s does not stop a link that has 100 kbit/s from now on")
  void shouldOweTimeNotBytes() {
    TokenBucket fast = new TokenBucket(1_000_000_000, 3_000);
    fast.charge(64_000);
    long waitNs = fast.waitNs();
    TokenBucket slow = new TokenBucket(100_000, 3_000);
    slow.takeOver(fast);
    assertThat(slow.waitNs()).isEqualTo(waitNs).isEqualTo(488_000);
    slow.elapse(waitNs);
    assertThat(slow.mayBeSent()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {8_000, 100_000_000_000L})
  void shouldBeFullAfterAnyPause(long rate) {
    TokenBucket bucket = new TokenBucket(rate, 3_000);
    bucket.charge(60_000);
    bucket.elapse(Long.MAX_VALUE / 2);
    bucket.charge(3_000);
    assertThat(bucket.mayBeSent()).isTrue();
    bucket.charge(1);
    assertThat(bucket.mayBeSent()).isFalse();
  }
}
