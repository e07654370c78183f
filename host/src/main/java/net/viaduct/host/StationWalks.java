package net.viaduct.host;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import net.viaduct.runtime.NanoClock;
import net.viaduct.vtep.StationPages;
import net.viaduct.vtep.VtepView;
import net.viaduct.vtep.show.StationStatus;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the stations that somebody began and did not end, by their cursors. Bounded: the
 * oldest one ends for a new one. Safe from any thread.
 */
final class StationWalks implements AutoCloseable {
  private static final int MOST_WALKS = 16;
  private static final long IDLE_NS = 60_000_000_000L;

  private final NanoClock clock;
  private final Map<String, Walk> walks = new LinkedHashMap<>();
  private long started;

  private record Walk(StationPages pages, long usedNs) {}

  StationWalks(NanoClock clock) {
    this.clock = clock;
  }

  /**
   * Begins a walk, or goes on with one; others do not wait for it.
   *
   * @param wanted which stations are meant
   * @param each is told of the stations, at most so many
   * @return the cursor of those that follow; null at the end
   * @throws IllegalArgumentException if there is no such walk any more
   */
  @Nullable String next(
      VtepView view,
      Predicate<StationStatus> wanted,
      int limit,
      String cursor,
      Consumer<StationStatus> each) {
    StationPages pages = cursor.isEmpty() ? view.stations() : resume(cursor);
    boolean more = false;
    try {
      more = pages.next(limit, wanted, each) == limit;
    } finally {
      if (!more) {
        pages.close();
      }
    }
    return more ? keep(pages, cursor) : null;
  }

  private synchronized String keep(StationPages pages, String cursor) {
    String name = cursor.isEmpty() ? "w" + ++started : cursor;
    walks.put(name, new Walk(pages, clock.nanoTime()));
    if (walks.size() > MOST_WALKS) {
      end(walks.entrySet().iterator());
    }
    return name;
  }

  private synchronized StationPages resume(String cursor) {
    endIdle();
    Walk walk = walks.remove(cursor);
    if (walk == null) {
      throw new IllegalArgumentException(
          "'" + cursor + "' is unknown, or was not used for a minute; begin without one");
    }
    return walk.pages();
  }

  private void endIdle() {
    Iterator<Map.Entry<String, Walk>> each = walks.entrySet().iterator();
    long nowNs = clock.nanoTime();
    while (each.hasNext()) {
      Walk walk = each.next().getValue();
      if (nowNs - walk.usedNs() > IDLE_NS) {
        walk.pages().close();
        each.remove();
      }
    }
  }

  private static void end(Iterator<Map.Entry<String, Walk>> oldest) {
    oldest.next().getValue().pages().close();
    oldest.remove();
  }

  @Override
  public synchronized void close() {
    walks.values().forEach(walk -> walk.pages().close());
    walks.clear();
  }
}
