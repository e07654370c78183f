package net.viaduct.controller.sqlite;

import java.time.Duration;
import java.util.List;
import net.viaduct.controller.store.Change;
import net.viaduct.controller.store.HistoryGone;
import net.viaduct.controller.store.Watch;

/**
 * Reads changes from the file when somebody asks for them: who is slow costs nothing but history.
 * Used by one thread at a time, closed by any.
 */
final class SqliteWatch implements Watch {
  /** How many changes come at once, unless one revision has more. */
  private static final int MOST_CHANGES = 1_000;

  private final Readers readers;
  private final Revisions revisions;
  private final String prefix;
  private volatile long revision;
  private volatile boolean closed;

  SqliteWatch(Readers readers, Revisions revisions, String prefix, long afterRevision) {
    this.readers = readers;
    this.revisions = revisions;
    this.prefix = prefix;
    this.revision = afterRevision;
  }

  @Override
  public List<Change> next(Duration most) throws InterruptedException {
    long endNs = System.nanoTime() + most.toNanos();
    while (true) {
      long newest = revisions.awaitAfter(revision, endNs - System.nanoTime(), () -> closed);
      if (closed || revisions.isClosed()) {
        return List.of();
      }
      requireKnown(newest);
      if (newest == revision) {
        return List.of();
      }
      List<Change> changes = upTo(newest);
      if (!changes.isEmpty()) {
        return changes;
      }
    }
  }

  private void requireKnown(long newest) {
    if (revision < revisions.oldest() || revision > newest) {
      throw new HistoryGone(revision, revisions.oldest(), newest);
    }
  }

  private List<Change> upTo(long newest) {
    List<Change> changes =
        readers.read(reader -> reader.changes(prefix, revision, newest, MOST_CHANGES));
    long last = newest;
    if (changes.size() == MOST_CHANGES) {
      long cut = changes.getLast().revision();
      last = cut - 1;
      changes = changes.stream().filter(change -> change.revision() < cut).toList();
      if (changes.isEmpty()) { // one revision with more than that
        last = cut;
        changes = readers.read(reader -> reader.changes(prefix, cut - 1, cut, Integer.MAX_VALUE));
      }
    }
    requireKnown(revisions.newest()); // it may have been forgotten meanwhile
    revision = last;
    return changes;
  }

  @Override
  public long revision() {
    return revision;
  }

  @Override
  public void close() {
    closed = true;
    revisions.wake();
  }
}
