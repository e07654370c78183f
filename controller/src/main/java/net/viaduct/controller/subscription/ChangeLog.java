package net.viaduct.controller.subscription;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The newest changes of what is said, for those who come back or are slow; whoever is further
 * behind reads all anew. Owned by the desk.
 */
final class ChangeLog {
  private final int most;
  private final ArrayDeque<Logged> logged = new ArrayDeque<>();
  private long knownAfter;

  /**
   * A change.
   *
   * @param number counts changes; several may be of one revision
   * @param revision of the store
   */
  record Logged(long number, long revision, Delta delta) {}

  private long next = 1;

  /**
   * An empty log.
   *
   * @param most changes that it keeps
   */
  ChangeLog(int most) {
    this.most = most;
  }

  /** Begins at a revision: what came before is not known. */
  void beginAt(long revision) {
    logged.clear();
    next++; // whoever had read up to the old end has missed something
    knownAfter = revision;
  }

  void add(long revision, Delta delta) {
    logged.addLast(new Logged(next++, revision, delta));
    while (logged.size() > most) {
      knownAfter = logged.removeFirst().revision();
    }
  }

  /** The number of the change that comes next. */
  long end() {
    return next;
  }

  /** Whether all changes from a number on are here. */
  boolean has(long number) {
    return number >= (logged.isEmpty() ? next : logged.getFirst().number());
  }

  /**
   * The number of the first change after a revision.
   *
   * @return 0 if some are not known any more
   */
  long after(long revision) {
    if (revision < knownAfter) {
      return 0;
    }
    Iterator<Logged> newest = logged.descendingIterator();
    long first = next;
    while (newest.hasNext()) {
      Logged one = newest.next();
      if (one.revision() <= revision) {
        break;
      }
      first = one.number();
    }
    return first;
  }

  /** The changes from a number on, which must be here. */
  List<Logged> from(long number) {
    List<Logged> found = new ArrayList<>();
    Iterator<Logged> newest = logged.descendingIterator();
    for (long i = next - number; i > 0 && newest.hasNext(); i--) {
      found.add(newest.next());
    }
    return found.reversed();
  }
}
