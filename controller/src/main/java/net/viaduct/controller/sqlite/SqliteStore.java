package net.viaduct.controller.sqlite;

import java.nio.file.Path;
import java.util.Optional;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.HistoryGone;
import net.viaduct.controller.store.Outcome;
import net.viaduct.controller.store.Page;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.Transaction;
import net.viaduct.controller.store.Watch;

/**
 * A store in one file. Safe from any thread: one thread of its own writes, and syncs to disk what
 * came in together; readers have connections of their own and see what was committed (SQLite's WAL
 * mode, synchronous=FULL).
 */
public final class SqliteStore implements Store {
  private final DatabaseFile file;
  private final Revisions revisions;
  private final Readers readers;
  private final Committer committer;

  private SqliteStore(DatabaseFile file, long history) {
    this.file = file;
    SqliteWriter writer = new SqliteWriter(file.openToWrite());
    this.revisions = new Revisions(writer.newest(), writer.oldest());
    this.readers = new Readers(file);
    this.committer = new Committer(file, writer, revisions, history);
  }

  /**
   * Opens a file, or makes it.
   *
   * @param history how many revisions are kept at least for those who ask for older ones
   * @throws net.viaduct.controller.store.StoreFailure if it cannot be used, or somebody else uses
   *     it
   */
  public static SqliteStore open(Path path, long history) {
    DatabaseFile file = DatabaseFile.lock(path);
    try {
      return new SqliteStore(file, history);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public long revision() {
    return revisions.newest();
  }

  @Override
  public long oldestRevision() {
    return revisions.oldest();
  }

  @Override
  public Optional<Entry> get(String key) {
    return readers.read(reader -> reader.get(key, Long.MAX_VALUE));
  }

  @Override
  public Page range(Range range) {
    long revision = range.revision() == Range.NEWEST ? revisions.newest() : range.revision();
    requireKnown(revision);
    Page page = readers.read(reader -> reader.range(range, revision));
    requireKnown(revision); // it may have been forgotten meanwhile
    return page;
  }

  private void requireKnown(long revision) {
    if (revision < revisions.oldest() || revision > revisions.newest()) {
      throw new HistoryGone(revision, revisions.oldest(), revisions.newest());
    }
  }

  @Override
  public Outcome commit(Transaction transaction) {
    return committer.commit(transaction);
  }

  @Override
  public Watch watch(String prefix, long afterRevision) {
    return new SqliteWatch(readers, revisions, prefix, afterRevision);
  }

  @Override
  public void forgetBefore(long revision) {
    committer.forgetBefore(Math.min(revision, revisions.newest()));
  }

  @Override
  public boolean isClosed() {
    return revisions.isClosed();
  }

  @Override
  public void close() {
    committer.close();
    revisions.close();
    readers.close();
    file.close();
  }
}
