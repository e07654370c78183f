package net.viaduct.controller.access;

import java.util.LinkedHashMap;
import java.util.Map;
import net.viaduct.runtime.NanoClock;

/**
 * How often each one may ask: a bucket that fills steadily and holds a burst. Remembers the latest
 * {@value #MOST_REMEMBERED} only. Safe from any thread.
 */
public final class RequestRate {
  private static final int MOST_REMEMBERED = 10_000;
  private static final double NS_PER_SECOND = 1e9;

  private final NanoClock clock;
  private double perSecond;
  private double burst;
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  private record Bucket(double level, long atNs) {}

  /**
   * A limit for each one.
   *
   * @param perSecond how many requests in the long run
   * @param burst how many at once
   */
  public RequestRate(NanoClock clock, int perSecond, int burst) {
    this.clock = clock;
    this.perSecond = perSecond;
    this.burst = burst;
  }

  /** Other limits from now on, for all. */
  public synchronized void limit(int perSecond, int burst) {
    this.perSecond = perSecond;
    this.burst = burst;
  }

  /** Whether one more request of somebody is within the limit; counts it then. */
  public synchronized boolean take(String who) {
    long nowNs = clock.nanoTime();
    Bucket before = buckets.get(who);
    double level =
        before == null
            ? burst
            : Math.min(burst, before.level() + (nowNs - before.atNs()) / NS_PER_SECOND * perSecond);
    boolean within = level >= 1;
    buckets.put(who, new Bucket(within ? level - 1 : level, nowNs));
    return within;
  }
}
