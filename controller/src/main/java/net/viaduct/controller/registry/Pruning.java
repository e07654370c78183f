package net.viaduct.controller.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Page;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;

/**
 * Deletes what a document does not have. What goes is deleted in a step for each kind, those that
 * refer to others first: a transaction cannot depend on it that nothing refers to an object and
 * delete what does. So whether anything else refers to what goes is to be looked at before. Safe
 * from any thread.
 */
public final class Pruning {
  private static final int PAGE = 1_000;

  private final Store store;
  private final Registry registry;

  /** Of the objects of a registry, which is in this store. */
  public Pruning(Store store, Registry registry) {
    this.store = store;
    this.registry = registry;
  }

  /**
   * Looks what would be deleted after these objects were made what they should be.
   *
   * @param kinds of which objects are deleted
   * @param wanted those that should be
   * @throws ChangeRefused if others refer to one, or will
   */
  public List<Difference> check(Set<Kind> kinds, List<Definition> wanted) {
    Map<String, Set<String>> wantedUsers = new HashMap<>();
    Set<String> decided = new HashSet<>(); // whose references are known without the store
    for (Definition definition : wanted) {
      decided.add(definition.key());
      for (String target : Claims.references(definition)) {
        wantedUsers.computeIfAbsent(target, _ -> new TreeSet<>()).add(definition.key());
      }
    }
    List<Stored> all = new ArrayList<>();
    for (Kind kind : inOrder(kinds)) {
      all.addAll(superfluous(kind, names(kind, wanted)));
    }
    all.forEach(stored -> decided.add(stored.definition().key()));
    for (Stored stored : all) {
      String key = stored.definition().key();
      requireUnused(stored, decided, wantedUsers.getOrDefault(key, Set.of()));
    }
    return all.stream().map(stored -> Difference.deleted(stored.definition())).toList();
  }

  private void requireUnused(Stored stored, Set<String> decided, Set<String> wantedUsers) {
    Set<String> users = new TreeSet<>(wantedUsers);
    String prefix = Claims.usedPrefix(stored.definition().key());
    Range range = Range.first(prefix, PAGE);
    Page page = store.range(range);
    while (true) {
      for (Entry entry : page.entries()) {
        String user = entry.key().substring(prefix.length());
        if (!decided.contains(user)) {
          users.add(user);
        }
      }
      if (!page.hasMore() || users.size() > Plan.MOST_NAMED) {
        break;
      }
      page = store.range(range.after(page));
    }
    if (!users.isEmpty()) {
      List<String> named = users.stream().limit(Plan.MOST_NAMED).map(Claims::title).toList();
      throw Plan.inUse(stored, named, users.size() > named.size());
    }
  }

  /**
   * Deletes what is not among those that should be, in steps.
   *
   * @throws ChangeRefused if others refer to one; steps before are done
   */
  public List<Difference> prune(Set<Kind> kinds, List<Definition> wanted, Actor actor) {
    List<Difference> all = new ArrayList<>();
    for (Kind kind : inOrder(kinds)) {
      Set<String> names = names(kind, wanted);
      all.addAll(registry.deleteTogether(() -> superfluous(kind, names), actor));
    }
    return all;
  }

  /** Kinds that refer to others first. */
  private static List<Kind> inOrder(Set<Kind> kinds) {
    return List.of(Kind.values()).reversed().stream().filter(kinds::contains).toList();
  }

  private static Set<String> names(Kind kind, List<Definition> wanted) {
    Set<String> names = new HashSet<>();
    for (Definition definition : wanted) {
      if (definition.kind() == kind) {
        names.add(definition.name());
      }
    }
    return names;
  }

  private List<Stored> superfluous(Kind kind, Set<String> names) {
    List<Stored> found = new ArrayList<>();
    String cursor = "";
    do {
      Listing page = registry.list(kind, "", PAGE, cursor);
      for (Stored stored : page.objects()) {
        if (!names.contains(stored.definition().name())) {
          found.add(stored);
        }
      }
      cursor = page.cursor();
    } while (!cursor.isEmpty());
    return found;
  }
}
