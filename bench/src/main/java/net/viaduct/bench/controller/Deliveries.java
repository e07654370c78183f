package net.viaduct.bench.controller;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * When changes were asked for, and when the last of those whom they concern had them. Any thread.
 */
final class Deliveries {
  private final Map<Integer, Delivery> open = new ConcurrentHashMap<>();
  private final long[] durationsNs;
  private final AtomicInteger done = new AtomicInteger();

  /** A change on its way. */
  private static final class Delivery {
    final long askedNs;
    final AtomicInteger missing;

    Delivery(long askedNs, int hosts) {
      this.askedNs = askedNs;
      this.missing = new AtomicInteger(hosts);
    }
  }

  Deliveries(int most) {
    durationsNs = new long[most];
  }

  /**
   * A change is asked for now.
   *
   * @param number by which hosts know it
   * @param hosts how many it concerns
   */
  void asked(int number, int hosts, long nowNs) {
    open.put(number, new Delivery(nowNs, hosts));
  }

  /** A host has it. */
  void arrived(int number, long nowNs) {
    Delivery delivery = open.get(number);
    if (delivery != null && delivery.missing.decrementAndGet() == 0) {
      open.remove(number);
      durationsNs[done.getAndIncrement()] = nowNs - delivery.askedNs;
    }
  }

  /** How many have arrived everywhere. */
  int done() {
    return done.get();
  }

  /** So much of them took no longer than this. */
  double quantileMs(double share) {
    long[] sorted = Arrays.copyOf(durationsNs, done.get());
    Arrays.sort(sorted);
    if (sorted.length == 0) {
      return Double.NaN;
    }
    int at = (int) Math.min(sorted.length - 1L, Math.round(Math.ceil(share * sorted.length)) - 1);
    return sorted[Math.max(0, at)] / 1e6;
  }
}
