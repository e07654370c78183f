package net.viaduct.vtep.multicast.membership;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A few ports and remotes, each until some time: those behind which a multicast router is, or those
 * too new to have been asked. Owned by the data-path thread; allocates only when it grows.
 */
public final class PlaceTimes {
  private @Nullable Object[] places = new Object[4];
  private long[] untilNs = new long[4];
  private int size;

  /** No place. */
  public PlaceTimes() {}

  /** Enters a place, or lengthens its time. */
  public void mark(Object place, long until) {
    int at = find(place);
    if (at < 0) {
      if (size == places.length) {
        places = Arrays.copyOf(places, size * 2);
        untilNs = Arrays.copyOf(untilNs, size * 2);
      }
      at = size++;
      places[at] = place;
      untilNs[at] = until;
    }
    untilNs[at] = Math.max(untilNs[at], until);
  }

  /** Enters places, or lengthens their times. */
  public void markAll(Object[] all, long until) {
    for (Object place : all) {
      mark(place, until);
    }
  }

  /** Enters the places of another one, each until the later of both times. */
  void markAll(PlaceTimes others) {
    for (int i = 0; i < others.size; i++) {
      Object place = others.places[i];
      if (place != null) {
        mark(place, others.untilNs[i]);
      }
    }
  }

  /** Whether a place is among them now. */
  public boolean has(Object place, long nowNs) {
    int at = find(place);
    return at >= 0 && untilNs[at] > nowNs;
  }

  /** How many there are, some perhaps of the past. */
  public int size() {
    return size;
  }

  /** One of them. */
  public @Nullable Object place(int index) {
    return places[index];
  }

  /** Until when it is among them. */
  public long untilNs(int index) {
    return untilNs[index];
  }

  /** Forgets those whose time has come, or that are gone; whether there were any. */
  public boolean prune(Places present, long nowNs) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      Object place = places[i];
      if (place != null && untilNs[i] > nowNs && present.has(place)) {
        places[kept] = place;
        untilNs[kept++] = untilNs[i];
      }
    }
    boolean pruned = kept < size;
    Arrays.fill(places, kept, size, null);
    size = kept;
    return pruned;
  }

  @SuppressWarnings("ReferenceEquality") // a place is that very port or remote
  private int find(Object place) {
    for (int i = 0; i < size; i++) {
      if (places[i] == place) {
        return i;
      }
    }
    return -1;
  }
}
