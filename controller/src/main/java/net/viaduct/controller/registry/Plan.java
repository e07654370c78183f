package net.viaduct.controller.registry;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import net.viaduct.controller.json.DefinitionWriter;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Host;
import net.viaduct.controller.store.Condition;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Page;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import org.jspecify.annotations.Nullable;

/**
 * Changes on their way to a transaction: gathers what they put, take and give back, looks whether
 * that goes together with what is stored, and says what must still be so when it is committed.
 * Owned by the thread that plans.
 */
final class Plan {
  /** How many of those that refer to an object are named. */
  static final int MOST_NAMED = 10;

  private final Store store;
  private final Map<String, Definition> puts = new LinkedHashMap<>();
  private final Map<String, Stored> before = new LinkedHashMap<>();
  private final Map<String, Stored> deletes = new LinkedHashMap<>();
  private final List<Condition> conditions = new ArrayList<>();
  private final Map<String, Operation> operations = new LinkedHashMap<>();

  Plan(Store store) {
    this.store = store;
  }

  /** Makes an object, or gives it another definition. */
  void put(Definition definition, Optional<Stored> stored) {
    puts.put(definition.key(), definition);
    stored.ifPresent(it -> before.put(definition.key(), it));
  }

  void delete(Stored stored) {
    deletes.put(stored.definition().key(), stored);
  }

  /**
   * Looks at all of it.
   *
   * @throws ChangeRefused if it breaks a rule
   */
  void conclude() {
    objects();
    Map<String, String> given = givenBack();
    claims(given);
    references();
    deletes.values().forEach(this::requireUnused);
    deletes.values().stream()
        .map(Stored::definition)
        .filter(Host.class::isInstance)
        .forEach(host -> forgetForeignVnis(host.name()));
  }

  List<Condition> conditions() {
    return conditions;
  }

  List<Operation> operations() {
    return List.copyOf(operations.values());
  }

  private void objects() {
    puts.forEach((key, definition) -> {
      Stored stored = before.get(key);
      conditions.add(new Condition.Unchanged(key, stored == null ? 0 : stored.revision()));
      String json = Documents.write(DefinitionWriter.write(definition));
      operations.put(key, new Operation.Put(key, json));
    });
    deletes.forEach((key, stored) -> {
      conditions.add(new Condition.Unchanged(key, stored.revision()));
      operations.put(key, new Operation.Delete(key));
    });
  }

  /** The claims that objects had and have no more, and whose they were. */
  private Map<String, String> givenBack() {
    Map<String, String> given = new LinkedHashMap<>();
    before.forEach((key, stored) -> {
      Set<String> kept = Claims.of(required(puts.get(key))).keySet();
      for (String claim : Claims.of(stored.definition()).keySet()) {
        if (!kept.contains(claim)) {
          given.put(claim, key);
        }
      }
    });
    deletes.forEach(
        (key, stored) -> Claims.of(stored.definition()).keySet().forEach(c -> given.put(c, key)));
    given.keySet().forEach(claim -> operations.put(claim, new Operation.Delete(claim)));
    return given;
  }

  private static Definition required(@Nullable Definition definition) {
    return Objects.requireNonNull(definition);
  }

  private void claims(Map<String, String> given) {
    Map<String, String> takers = new LinkedHashMap<>();
    puts.forEach((key, definition) ->
        Claims.of(definition)
            .forEach((claim, words) -> {
              String other = takers.putIfAbsent(claim, key);
              if (other != null) {
                throw taken(definition.title(), words, other);
              }
              claim(key, definition, claim, words, given);
            }));
  }

  private void claim(
      String key, Definition definition, String claim, String words, Map<String, String> given) {
    Stored stored = before.get(key);
    if (stored != null && Claims.of(stored.definition()).containsKey(claim)) {
      return; // it has that already
    }
    Optional<Entry> owner = store.get(claim);
    if (owner.isPresent() && !owner.get().value().equals(given.get(claim))) {
      throw taken(definition.title(), words, owner.get().value());
    }
    conditions.add(new Condition.Unchanged(claim, owner.map(Entry::modified).orElse(0L)));
    operations.put(claim, new Operation.Put(claim, key));
  }

  private static ChangeRefused taken(String title, String words, String owner) {
    return new ChangeRefused(
        ChangeRefused.Cause.TAKEN,
        title + ": " + words + " is " + Claims.title(owner) + "'s already",
        List.of(Claims.title(owner)));
  }

  private void references() {
    Set<String> looked = new HashSet<>();
    puts.forEach((key, definition) -> {
      Set<String> now = Claims.references(definition);
      Stored stored = before.get(key);
      Set<String> had = stored == null ? Set.of() : Claims.references(stored.definition());
      for (String target : now) {
        if (!had.contains(target)) {
          if (looked.add(target)) {
            requireThere(definition, target);
          }
          String use = Claims.usedPrefix(target) + key;
          operations.put(use, new Operation.Put(use, ""));
        }
      }
      had.stream().filter(target -> !now.contains(target)).forEach(t -> noMoreUse(t, key));
    });
    deletes.forEach((key, stored) ->
        Claims.references(stored.definition()).forEach(target -> noMoreUse(target, key)));
  }

  private void noMoreUse(String target, String key) {
    String use = Claims.usedPrefix(target) + key;
    operations.put(use, new Operation.Delete(use));
  }

  private void requireThere(Definition definition, String target) {
    if (puts.containsKey(target)) {
      return;
    }
    if (deletes.containsKey(target) || store.get(target).isEmpty()) {
      throw new ChangeRefused(
          ChangeRefused.Cause.WRONG,
          definition.title() + ": there is no " + Claims.title(target),
          List.of(Claims.title(target)));
    }
    conditions.add(new Condition.Exists(target));
  }

  /** A host that is not there any more sees nothing. */
  private void forgetForeignVnis(String host) {
    String key = Claims.foreignVnisOfHost(host);
    Optional<Entry> seen = store.get(key);
    conditions.add(new Condition.Unchanged(key, seen.map(Entry::modified).orElse(0L)));
    if (seen.isPresent()) {
      operations.put(key, new Operation.Delete(key));
      for (int vni : Claims.readForeignVnis(seen.get().value())) {
        String mark = Claims.foreignVniKey(vni, host);
        operations.put(mark, new Operation.Delete(mark));
      }
    }
  }

  private void requireUnused(Stored stored) {
    String key = stored.definition().key();
    String prefix = Claims.usedPrefix(key);
    Page users = store.range(Range.first(prefix, MOST_NAMED));
    if (!users.entries().isEmpty()) {
      List<String> names =
          users.entries().stream()
              .map(entry -> Claims.title(entry.key().substring(prefix.length())))
              .toList();
      throw inUse(stored, names, users.hasMore());
    }
    conditions.add(new Condition.NoneBelow(prefix));
  }

  /** That others refer to an object. */
  static ChangeRefused inUse(Stored stored, List<String> users, boolean areMore) {
    return new ChangeRefused(
        ChangeRefused.Cause.IN_USE,
        stored.definition().title()
            + " is in use by "
            + String.join(", ", users)
            + (areMore ? " and others" : ""),
        users);
  }
}
