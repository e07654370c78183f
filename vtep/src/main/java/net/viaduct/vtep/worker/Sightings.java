package net.viaduct.vtep.worker;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Where one worker saw stations that are known there, for the data-path thread to remember that
 * they are alive. Bounded; neither waits for the other. A station is told once a second.
 */
final class Sightings {
  private static final int CAPACITY = 1024;
  private static final int MASK = CAPACITY - 1;
  private static final long MIX = 0x9e37_79b9_7f4a_7c15L;
  private static final int NETWORK_SHIFT = 48;
  private static final long MAC_MASK = 0xffff_ffff_ffffL;

  private final long[] stations = new long[CAPACITY];
  private final int[] places = new int[CAPACITY];
  private final AtomicLong told = new AtomicLong();
  private final AtomicLong heard = new AtomicLong();

  /** The worker's: whom it told of not long ago, the newest in each slot. */
  private final long[] recent = new long[CAPACITY];

  private final int[] recentSeconds = new int[CAPACITY];

  /** What becomes of them. */
  @FunctionalInterface
  interface Listener {
    /**
     * A station was seen.
     *
     * @param network by its index
     * @param place as of {@link net.viaduct.vtep.tables.StationEntry}
     */
    void seen(int network, long mac, int place);
  }

  /** A station was seen; it is told unless that was done in this second. Worker. */
  void tell(int network, long mac, int place, int nowSeconds) {
    long station = (long) network << NETWORK_SHIFT | mac;
    int slot = (int) ((station * MIX) >>> 54);
    if (recent[slot] == station && recentSeconds[slot] == nowSeconds) {
      return;
    }
    long at = told.getPlain();
    if (at - heard.get() == CAPACITY) {
      return; // with the next frame
    }
    stations[(int) at & MASK] = station;
    places[(int) at & MASK] = place;
    told.set(at + 1);
    recent[slot] = station;
    recentSeconds[slot] = nowSeconds;
  }

  /** Hears what was told; returns how many. Data-path thread. */
  int hear(Listener listener) {
    long from = heard.getPlain();
    long to = told.get();
    for (long at = from; at < to; at++) {
      long station = stations[(int) at & MASK];
      listener.seen((int) (station >>> NETWORK_SHIFT), station & MAC_MASK, places[(int) at & MASK]);
    }
    heard.set(to);
    return (int) (to - from);
  }
}
