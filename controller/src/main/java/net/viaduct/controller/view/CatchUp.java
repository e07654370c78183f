package net.viaduct.controller.view;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import net.viaduct.controller.store.Change;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.Watch;

/** Reads a watch up to a revision, instead of waiting for what is still to come. Stateless. */
final class CatchUp {
  private CatchUp() {}

  /**
   * Tells all changes up to a revision.
   *
   * @param mostWait how long a store that is elsewhere may take to send some; one that knows that
   *     there are no more up to that revision is not waited for
   */
  static void until(long revision, Watch watch, Duration mostWait, Consumer<Change> each) {
    try {
      while (watch.revision() < revision) {
        List<Change> some = watch.next(Duration.ZERO);
        if (some.isEmpty() && watch.revision() < revision) {
          some = watch.next(mostWait);
          if (some.isEmpty()) {
            return;
          }
        }
        some.forEach(each);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreFailure("interrupted while reading what has changed", e);
    }
  }
}
