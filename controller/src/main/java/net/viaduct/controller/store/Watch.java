package net.viaduct.controller.store;

import java.time.Duration;
import java.util.List;

/**
 * Changes in the order in which they took place, none left out, pulled by whoever wants them: one
 * that is slow holds nothing in the store but its own place. Used by one thread at a time, closed
 * by any.
 */
public interface Watch extends AutoCloseable {
  /**
   * The next changes: those of one or more revisions, each whole.
   *
   * @param most how long to wait for one
   * @return empty if there was none, or the watch was closed
   * @throws HistoryGone if some were forgotten before they were asked for; whoever watches must
   *     read all anew
   * @throws StoreFailure if the store cannot tell
   */
  List<Change> next(Duration most) throws InterruptedException;

  /** Up to which revision everything was told, also where nothing below the prefix changed. */
  long revision();

  @Override
  void close();
}
