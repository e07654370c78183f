package net.viaduct.vtep.watch;

import java.util.List;

/**
 * What a host hears of those that it watches. Immutable.
 *
 * @param watched how many it watches
 * @param missed names of those that it does not hear, sorted; not those that it just began to watch
 */
public record WatchStatus(int watched, List<String> missed) {
  /** It watches nobody. */
  public static final WatchStatus NOBODY = new WatchStatus(0, List.of());

  /** Copies the names. */
  public WatchStatus {
    missed = List.copyOf(missed);
  }
}
