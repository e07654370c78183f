package net.viaduct.controller.transfer;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.viaduct.controller.store.Condition;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Outcome;
import net.viaduct.controller.store.Page;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.Transaction;

/**
 * Brings an export into a store, by many transactions: a key tells from the first to the last that
 * the store is not to be used. Owned by the thread that imports.
 */
public final class Importer {
  /** What etcd takes in one transaction unless it is told otherwise is 128. */
  private static final int MOST_OPERATIONS = 100;

  private static final int MOST_CHARACTERS = 256 << 10;

  private final Store store;
  private final SecureRandom random;

  /** Imports into a store that no controller uses meanwhile. */
  public Importer(Store store, SecureRandom random) {
    this.store = store;
    this.random = random;
  }

  /**
   * Imports a file.
   *
   * @param replace throws away what the store has; if not, it must have nothing
   * @return what the file was
   * @throws ExportDamaged if it is no whole export; nothing was changed then
   * @throws StoreFailure if the store has something, or does not work
   */
  public Exporter.Summary from(Path file, boolean replace) throws IOException {
    Exporter.Summary summary = check(file);
    Condition.Unchanged mine = begin(replace);
    clear(mine);
    fill(file, mine);
    commit(mine, List.of(new Operation.Delete(UnfinishedImport.KEY), Lineage.begin(random)));
    return summary;
  }

  private static Exporter.Summary check(Path file) throws IOException {
    try (ExportReader reader = ExportReader.open(file)) {
      Optional<Operation.Put> judged = reader.next();
      while (judged.isPresent()) {
        judged = reader.next();
      }
      return new Exporter.Summary(reader.revision(), reader.entries());
    }
  }

  /** From here on the store is not to be used; comes back with what holds while it is ours. */
  private Condition.Unchanged begin(boolean replace) {
    Operation mark = new Operation.Put(UnfinishedImport.KEY, "");
    Optional<Entry> unfinished = store.get(UnfinishedImport.KEY);
    Condition condition =
        replace
            ? new Condition.Unchanged(
                UnfinishedImport.KEY, unfinished.map(Entry::modified).orElse(0L))
            : new Condition.NoneBelow("");
    Outcome outcome = store.commit(new Transaction(List.of(condition), List.of(mark)));
    return switch (outcome) {
      case Outcome.Committed it -> new Condition.Unchanged(UnfinishedImport.KEY, it.revision());
      case Outcome.Refused _ ->
          throw new StoreFailure(
              replace
                  ? "somebody else imports into this store"
                  : unfinished.isPresent()
                      ? UnfinishedImport.SENTENCE
                      : "the store is not empty; --replace throws away what it has");
    };
  }

  private void clear(Condition.Unchanged mine) {
    Page page;
    String after = "";
    do {
      page = store.range(new Range("", after, MOST_OPERATIONS, Range.NEWEST));
      List<Operation> deletes =
          page.entries().stream()
              .map(Entry::key)
              .filter(key -> !key.equals(UnfinishedImport.KEY))
              .<Operation>map(Operation.Delete::new)
              .toList();
      if (!deletes.isEmpty()) {
        commit(mine, deletes);
      }
      after = page.entries().isEmpty() ? after : page.entries().getLast().key();
    } while (page.hasMore());
  }

  private void fill(Path file, Condition.Unchanged mine) throws IOException {
    List<Operation> batch = new ArrayList<>();
    int characters = 0;
    try (ExportReader reader = ExportReader.open(file)) {
      Optional<Operation.Put> put = reader.next();
      while (put.isPresent()) {
        int size = put.get().value().length();
        if (batch.size() == MOST_OPERATIONS
            || (!batch.isEmpty() && characters + size > MOST_CHARACTERS)) {
          commit(mine, batch);
          batch.clear();
          characters = 0;
        }
        if (!put.get().key().equals(Lineage.KEY)) {
          batch.add(put.get());
          characters += size;
        }
        put = reader.next();
      }
    }
    if (!batch.isEmpty()) {
      commit(mine, batch);
    }
  }

  private void commit(Condition.Unchanged mine, List<Operation> operations) {
    Outcome outcome = store.commit(new Transaction(List.of(mine), operations));
    if (outcome instanceof Outcome.Refused) {
      throw new StoreFailure("somebody else imports into this store");
    }
  }
}
