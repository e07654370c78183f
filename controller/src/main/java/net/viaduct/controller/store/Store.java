package net.viaduct.controller.store;

import java.util.Optional;

/**
 * Revisioned values under text keys: a subset of what etcd offers, so that a file and an etcd
 * cluster can both fulfil it. Safe from any thread; calls block until there is an answer.
 *
 * <p>The store as a whole has a revision, which each transaction that changes something raises by
 * one, and in an etcd also what others write there. A key is 1 to {@value #MOST_KEY_CHARACTERS}
 * printable ASCII characters, keys are ordered by them; a value is text of at most {@value
 * #MOST_VALUE_CHARACTERS} characters.
 *
 * <p>Every method throws {@link StoreFailure} if the store cannot answer.
 */
public interface Store extends AutoCloseable {
  /** The longest key. */
  int MOST_KEY_CHARACTERS = 512;

  /** The longest value. */
  int MOST_VALUE_CHARACTERS = 1 << 20;

  /** The revision of the newest change; 0, in an etcd 1, if there never was one. */
  long revision();

  /** The value of a key now; empty if it has none. */
  Optional<Entry> get(String key);

  /**
   * Some of the values below a prefix, as they were at a revision.
   *
   * @throws HistoryGone if that revision is not known any more
   */
  Page range(Range range);

  /**
   * Changes all that a transaction says, if all of its conditions are true, or nothing. When it
   * comes back the change is on disk.
   *
   * @throws StoreFailure also if the disk is full; then nothing was changed. Only where the message
   *     says so it may still be
   */
  Outcome commit(Transaction transaction);

  /**
   * Tells the changes below a prefix from a revision on.
   *
   * @param afterRevision of the last change that the caller knows
   */
  Watch watch(String prefix, long afterRevision);

  /**
   * Forgets what was before a revision: ranges before it, and watches from before it, are refused
   * with {@link HistoryGone} from then on. Values stay.
   */
  void forgetBefore(long revision);

  /** The oldest revision that can still be asked for. */
  long oldestRevision();

  /** Whether others may use it too, in other processes. */
  default boolean isShared() {
    return false;
  }

  /** Whether it was closed. */
  boolean isClosed();

  /** Ends all watches and closes the store. */
  @Override
  void close();
}
