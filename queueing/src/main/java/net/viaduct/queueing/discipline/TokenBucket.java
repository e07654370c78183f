package net.viaduct.queueing.discipline;

/**
 * What a rate allows to be sent. Owned by the thread that sends.
 *
 * <p>Counts in billionths of a bit, which is what a rate of one bit a second brings in a
 * nanosecond: no rate and no packet is ever rounded.
 */
public final class TokenBucket {
  private static final long TOKENS_PER_BYTE = 8_000_000_000L;

  private final long rateBitsPerSecond;
  private final long burst;
  private final long elapsedLimitNs;
  private long tokens;

  /**
   * A full bucket.
   *
   * @param rateBitsPerSecond up to 400 Gbit/s
   * @param burstBytes that it holds, up to 128 MiB
   */
  public TokenBucket(long rateBitsPerSecond, long burstBytes) {
    this.rateBitsPerSecond = rateBitsPerSecond;
    this.burst = burstBytes * TOKENS_PER_BYTE;
    this.elapsedLimitNs = Long.MAX_VALUE / 4 / rateBitsPerSecond;
    this.tokens = burst;
  }

  /** Time went by. */
  public void elapse(long elapsedNs) {
    if (elapsedNs > elapsedLimitNs) {
      tokens = burst;
    } else {
      tokens = Math.min(burst, tokens + elapsedNs * rateBitsPerSecond);
    }
  }

  /** Bytes were sent; there may be fewer than none left then. */
  public void charge(int bytes) {
    tokens -= bytes * TOKENS_PER_BYTE;
  }

  /** Whether something may be sent. */
  public boolean mayBeSent() {
    return tokens >= 0;
  }

  /** How long nothing may be sent. */
  public long waitNs() {
    return tokens >= 0 ? 0 : (rateBitsPerSecond - 1 - tokens) / rateBitsPerSecond;
  }

  /** How many bytes may be sent at once; none if it is negative. */
  public long bytes() {
    return Math.floorDiv(tokens, TOKENS_PER_BYTE);
  }

  /**
   * Has as much left as another one, within its own burst; a debt is what that one would have had
   * to wait for, and not a second at a slow rate for what a fast one sent in a millisecond.
   */
  public void takeOver(TokenBucket before) {
    tokens =
        before.tokens >= 0 ? Math.min(burst, before.tokens) : -before.waitNs() * rateBitsPerSecond;
  }
}
