package net.viaduct.vtep.multicast.membership;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What several listeners want of a group, taken together (RFC 9776 section 4.2.13 has the same for
 * the sockets of one machine): nothing, some sources, or any source. Owned by the data-path thread;
 * reused, so that nothing is allocated once it has grown.
 */
public final class WantedSources {
  /** With more sources than that, any source is wanted. */
  public static final int MOST_SOURCES = 64;

  private boolean any;
  // Two for each source: upper half, lower half.
  private long[] sources = {};
  private int count;

  /** Nothing. */
  public WantedSources() {}

  /**
   * Takes together what is wanted now.
   *
   * @param group null if nobody wants anything
   * @param counted the places that count
   * @param except one of them that does not, or null
   */
  public void merge(@Nullable Group group, Places counted, @Nullable Object except, long nowNs) {
    any = false;
    count = 0;
    Listener at = group == null ? null : group.first();
    for (; at != null && group != null && !any; at = group.after(at)) {
      if (!at.place().equals(except) && at.isAlive(nowNs) && counted.has(at.place())) {
        merge(at, nowNs);
      }
    }
    if (any) {
      count = 0;
    }
  }

  private void merge(Listener listener, long nowNs) {
    any = listener.wantsAnySource(nowNs);
    for (int i = 0; i < listener.sourceCount() && !any; i++) {
      if (listener.sourceUntilNs(i) > nowNs) {
        add(listener.sourceHigh(i), listener.sourceLow(i));
      }
    }
  }

  private void add(long high, long low) {
    if (names(high, low)) {
      return;
    }
    if (count == MOST_SOURCES) {
      any = true;
      return;
    }
    if (count * 2 == sources.length) {
      sources = Arrays.copyOf(sources, Math.max(4, count * 4));
    }
    sources[count * 2] = high;
    sources[count * 2 + 1] = low;
    count++;
  }

  /** Becomes the same as another. */
  public void set(WantedSources other) {
    any = other.any;
    count = other.count;
    if (sources.length < count * 2) {
      sources = new long[count * 2];
    }
    System.arraycopy(other.sources, 0, sources, 0, count * 2);
  }

  /** Whether another is the same, in whatever order. */
  public boolean isSameAs(WantedSources other) {
    if (any != other.any || count != other.count) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      if (!other.names(high(i), low(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean names(long high, long low) {
    for (int i = 0; i < count; i++) {
      if (low(i) == low && high(i) == high) {
        return true;
      }
    }
    return false;
  }

  /** Whether nothing is wanted. */
  public boolean isNothing() {
    return !any && count == 0;
  }

  /** Whether any source is wanted. */
  public boolean isAny() {
    return any;
  }

  /** How many sources are wanted; 0 if any is. */
  public int count() {
    return count;
  }

  /** Upper half of a source. */
  public long high(int index) {
    return sources[index * 2];
  }

  /** Lower half of a source. */
  public long low(int index) {
    return sources[index * 2 + 1];
  }
}
