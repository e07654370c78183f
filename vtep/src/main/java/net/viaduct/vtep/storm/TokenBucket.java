package net.viaduct.vtep.storm;

/**
 * Lets so much pass in a second, and a second's worth at once after a silence. Owned by the thread
 * that works at the frames; whole numbers only, so that nothing is lost by rounding however short
 * the time between two frames is.
 */
public final class TokenBucket {
  private static final long NS_PER_SECOND = 1_000_000_000L;

  private final long perSecond;
  private long tokens;
  private long remainder;
  private long filledNs;

  /**
   * A full bucket.
   *
   * @param perSecond what passes in a second, up to 10^12; 0 lets everything pass
   */
  public TokenBucket(long perSecond, long nowNs) {
    this.perSecond = perSecond;
    this.tokens = perSecond;
    this.filledNs = nowNs;
  }

  /**
   * Whether there is enough; takes nothing. A frame that is larger than the whole bucket passes
   * when the bucket is full.
   */
  public boolean holds(long amount, long nowNs) {
    if (perSecond == 0) {
      return true;
    }
    fill(nowNs);
    return tokens >= Math.min(amount, perSecond);
  }

  /** Takes what {@link #holds} said is there; what is taken beyond is owed. */
  public void take(long amount) {
    if (perSecond != 0) {
      tokens -= amount;
    }
  }

  /** A debt is bounded by the largest frame, so the sum stays far from the end of a long. */
  private void fill(long nowNs) {
    long elapsedNs = nowNs - filledNs;
    filledNs = nowNs;
    if (elapsedNs >= NS_PER_SECOND) {
      long seconds = elapsedNs / NS_PER_SECOND;
      long missing = perSecond - tokens;
      if (seconds > missing / perSecond) {
        tokens = perSecond;
        remainder = 0;
        return;
      }
      tokens += seconds * perSecond;
      elapsedNs %= NS_PER_SECOND;
    }
    // Up to 10^9 ns times 10^12 is more than a long holds: by halves of the rate.
    long high = perSecond / 1_000_000 * elapsedNs;
    long low = perSecond % 1_000_000 * elapsedNs + remainder;
    long whole = high / 1_000 + low / NS_PER_SECOND;
    remainder = high % 1_000 * 1_000_000 + low % NS_PER_SECOND;
    whole += remainder / NS_PER_SECOND;
    remainder %= NS_PER_SECOND;
    tokens += whole;
    if (tokens >= perSecond) {
      tokens = perSecond;
      remainder = 0;
    }
  }
}
