package net.viaduct.controller.registry;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import net.viaduct.controller.json.DefinitionReader;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.json.NotReadable;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.model.Network;
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
 * The objects of the model in a store: made, changed, deleted and listed by their rules, however
 * many controllers do so at once. Safe from any thread.
 */
public final class Registry {
  /** How often a change is planned anew because another one came before it. */
  private static final int MOST_ATTEMPTS = 20;

  private final Store store;
  private final VniAllocator vnis;
  private final Audit audit;

  /**
   * The objects in a store.
   *
   * @param firstVni of those that are given to networks that take any
   * @param lastVni of those
   */
  public Registry(Store store, Audit audit, int firstVni, int lastVni) {
    this.store = store;
    this.audit = audit;
    this.vnis = new VniAllocator(store, firstVni, lastVni);
  }

  /** One object, if there is one of that name. */
  public Optional<Stored> get(Kind kind, String name) {
    return store.get(kind.prefix() + name).map(entry -> stored(kind, entry));
  }

  /**
   * One object.
   *
   * @throws ChangeRefused if there is none of that name
   */
  public Stored require(Kind kind, String name) {
    return get(kind, name)
        .orElseThrow(() ->
            new ChangeRefused(
                ChangeRefused.Cause.MISSING, "there is no " + kind.word() + " " + name));
  }

  /** Where changes are noted. */
  public Audit audit() {
    return audit;
  }

  private static Stored stored(Kind kind, Entry entry) {
    try {
      Definition definition = DefinitionReader.read(kind, Documents.parseObject(entry.value()));
      return new Stored(definition, entry.created(), entry.modified());
    } catch (NotReadable e) {
      throw new StoreFailure(entry.key() + " in the store cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Some objects, in the order of their names.
   *
   * @param below what their names begin with; empty for all
   * @param cursor of the page before; empty to begin
   * @throws IllegalArgumentException if it is no cursor of such a list
   * @throws net.viaduct.controller.store.HistoryGone if it is too old
   */
  public Listing list(Kind kind, String below, int limit, String cursor) {
    Page page = store.range(range(kind.prefix() + below, limit, cursor));
    List<Stored> objects = page.entries().stream().map(entry -> stored(kind, entry)).toList();
    return new Listing(page.revision(), objects, next(page));
  }

  /**
   * Some objects that refer to another one, in the order of their names.
   *
   * @param target to which
   * @param name of that
   * @param below what their names begin with; empty for all
   * @throws IllegalArgumentException if it is no cursor of such a list
   * @throws net.viaduct.controller.store.HistoryGone if it is too old
   */
  public Listing listUsers(
      Kind kind, Kind target, String name, String below, int limit, String cursor) {
    String users = Claims.usedPrefix(target.prefix() + name);
    Page page = store.range(range(users + kind.prefix() + below, limit, cursor));
    int cut = users.length();
    List<Stored> objects =
        page.entries().stream()
            .map(entry -> entry.key().substring(cut))
            .map(key -> store.range(new Range(key, "", 1, page.revision())).entries().getFirst())
            .map(entry -> stored(kind, entry))
            .toList();
    return new Listing(page.revision(), objects, next(page));
  }

  private static Range range(String prefix, int limit, String cursor) {
    if (cursor.isEmpty()) {
      return Range.first(prefix, limit);
    }
    Cursor from = Cursor.parse(cursor);
    if (!from.after().startsWith(prefix)) {
      throw new IllegalArgumentException("it is a cursor of another list");
    }
    return new Range(prefix, from.after(), limit, from.revision());
  }

  private static String next(Page page) {
    return page.hasMore() ? new Cursor(page.revision(), page.entries().getLast().key()).text() : "";
  }

  /**
   * Makes an object; a network of any VNI gets one.
   *
   * @throws ChangeRefused if that breaks a rule
   */
  public Stored create(Definition definition, Actor actor) {
    return write(
        definition,
        actor,
        before -> {
          if (before.isPresent()) {
            throw new ChangeRefused(
                ChangeRefused.Cause.EXISTS, "there is a " + definition.title() + " already");
          }
        });
  }

  /**
   * Gives an object another definition. A network keeps its VNI if the new one takes any.
   *
   * @param expected its revision as the caller knows it; empty: whatever it is
   * @throws ChangeRefused if that breaks a rule
   */
  public Stored replace(Definition definition, OptionalLong expected, Actor actor) {
    return write(
        definition, actor, before -> requireRevision(definition.title(), before, expected));
  }

  private static void requireRevision(
      String title, Optional<Stored> before, OptionalLong expected) {
    if (before.isEmpty()) {
      throw new ChangeRefused(ChangeRefused.Cause.MISSING, "there is no " + title);
    }
    long revision = before.get().revision();
    if (expected.isPresent() && expected.getAsLong() != revision) {
      throw new ChangeRefused(
          ChangeRefused.Cause.CHANGED,
          title + " was changed: it is at revision " + revision + ", not " + expected.getAsLong());
    }
  }

  /** What is looked at before an object is written. */
  private interface Precondition {
    void check(Optional<Stored> before);
  }

  private Stored write(Definition wanted, Actor actor, Precondition precondition) {
    return attempt(() -> {
      Optional<Stored> before = get(wanted.kind(), wanted.name());
      precondition.check(before);
      Draft draft = new Draft(false);
      Definition definition = draft.put(wanted, before);
      if (draft.differences.isEmpty()) {
        return before;
      }
      return draft
          .commit(actor)
          .map(revision ->
              new Stored(definition, before.map(Stored::created).orElse(revision), revision));
    });
  }

  /**
   * Deletes an object that nothing refers to.
   *
   * @param expected its revision as the caller knows it; empty: whatever it is
   * @return the revision in which it went
   * @throws ChangeRefused if that breaks a rule; who refers to it is told
   */
  public long delete(Kind kind, String name, OptionalLong expected, Actor actor) {
    return attempt(() -> {
      Optional<Stored> before = get(kind, name);
      requireRevision(kind.word() + " " + name, before, expected);
      Draft draft = new Draft(false);
      draft.delete(before.orElseThrow());
      return draft.commit(actor);
    });
  }

  /**
   * Makes an object in the place of another one, which goes: what that had the new one can have.
   *
   * @param out the one that goes, unchanged since
   * @throws ChangeRefused if that breaks a rule
   */
  public Stored exchange(Stored out, Definition in, Actor actor) {
    return attempt(() -> {
      Optional<Stored> now = get(out.definition().kind(), out.definition().name());
      requireRevision(out.definition().title(), now, OptionalLong.of(out.revision()));
      if (get(in.kind(), in.name()).isPresent()) {
        throw new ChangeRefused(
            ChangeRefused.Cause.EXISTS, "there is a " + in.title() + " already");
      }
      Draft draft = new Draft(false);
      draft.delete(out);
      Definition made = draft.put(in, Optional.empty());
      return draft.commit(actor).map(revision -> new Stored(made, revision, revision));
    });
  }

  /**
   * Makes all of these objects what they should be, together or not at all.
   *
   * @param definitions an object at most once
   * @param dryRun only tells what would change
   * @throws ChangeRefused if that breaks a rule
   */
  public List<Difference> apply(List<Definition> definitions, boolean dryRun, Actor actor) {
    return attempt(() -> {
      Draft draft = new Draft(dryRun);
      for (Definition definition : inOrderOfNeed(definitions)) {
        draft.put(definition, get(definition.kind(), definition.name()));
      }
      if (draft.differences.isEmpty()) {
        return Optional.of(List.of());
      }
      if (dryRun) {
        draft.plan.conclude();
        return Optional.of(draft.differences);
      }
      return draft.commit(actor).map(_ -> draft.differences);
    });
  }

  private static List<Definition> inOrderOfNeed(List<Definition> definitions) {
    return definitions.stream().sorted(Comparator.comparing(Definition::kind)).toList();
  }

  /**
   * Deletes objects together or not at all.
   *
   * @param found finds them, again if something came before they were deleted
   * @throws ChangeRefused if others refer to one
   */
  List<Difference> deleteTogether(Supplier<List<Stored>> found, Actor actor) {
    return attempt(() -> {
      Draft draft = new Draft(false);
      found.get().forEach(draft::delete);
      return draft.differences.isEmpty()
          ? Optional.of(List.of())
          : draft.commit(actor).map(_ -> draft.differences);
    });
  }

  /** One try of a change; empty if something came before it. */
  private interface Attempt<T> {
    Optional<T> run();
  }

  private static <T> T attempt(Attempt<T> attempt) {
    for (int i = 0; i < MOST_ATTEMPTS; i++) {
      Optional<T> done = attempt.run();
      if (done.isPresent()) {
        return done.get();
      }
    }
    throw ChangeRefused.busy("the same");
  }

  /** A change that is put together. Owned by the thread that does so. */
  private final class Draft {
    private final boolean dryRun;
    private final Plan plan = new Plan(store);
    private final List<Difference> differences = new ArrayList<>();
    private final Set<Integer> vnisTaken = new HashSet<>();
    private final Set<Integer> found = new HashSet<>();
    private final List<Condition> conditions = new ArrayList<>();
    private final Map<String, Network> networks = new HashMap<>();

    Draft(boolean dryRun) {
      this.dryRun = dryRun;
    }

    Definition put(Definition wanted, Optional<Stored> before) {
      Definition definition = wanted instanceof Network network ? withVni(network, before) : wanted;
      Fit.require(definition, this::network);
      Optional<Difference> difference =
          before.isEmpty()
              ? Optional.of(Difference.created(definition))
              : Difference.between(before.get().definition(), definition);
      if (difference.isPresent()) {
        plan.put(definition, before);
        differences.add(difference.get());
      }
      if (definition instanceof Network network) {
        networks.put(network.name(), network);
      }
      return definition;
    }

    private Optional<Network> network(String name) {
      Network known = networks.get(name);
      if (known == null) {
        Optional<Stored> stored = get(Kind.NETWORK, name);
        if (stored.isEmpty() || !(stored.get().definition() instanceof Network found)) {
          return Optional.empty();
        }
        known = found;
        networks.put(name, found);
      }
      return Optional.of(known);
    }

    private Network withVni(Network wanted, Optional<Stored> before) {
      int had =
          before.isPresent() && before.get().definition() instanceof Network network
              ? network.vni()
              : Network.ANY_VNI;
      Network network = wanted;
      if (network.vni() == Network.ANY_VNI) {
        int vni = had == Network.ANY_VNI ? vnis.find(vnisTaken, !dryRun) : had;
        network = network.withVni(vni);
        if (vni != had) {
          found.add(vni);
        }
      }
      if (network.vni() != had && !network.vniShared()) {
        requireUnseen(network);
        conditions.add(VniAllocator.unseen(network.vni()));
      }
      vnisTaken.add(network.vni());
      return network;
    }

    private void requireUnseen(Network network) {
      List<String> hosts = vnis.foreignUsers(network.vni());
      if (!hosts.isEmpty()) {
        throw new ChangeRefused(
            ChangeRefused.Cause.TAKEN,
            network.title()
                + ": VNI "
                + network.vni()
                + " is in use by others, as host "
                + String.join(", host ", hosts)
                + " sees; say 'vniShared' if they are meant",
            hosts.stream().map(host -> "host " + host).toList());
      }
    }

    void delete(Stored stored) {
      plan.delete(stored);
      differences.add(Difference.deleted(stored.definition()));
    }

    /** Whether it can be committed; if not, a VNI that was found is not free any more. */
    boolean conclude() {
      try {
        plan.conclude();
        return true;
      } catch (ChangeRefused refused) {
        if (found.stream().anyMatch(vni -> store.get(Claims.vniKey(vni)).isPresent())) {
          return false;
        }
        throw refused;
      }
    }

    Optional<Long> commit(Actor actor) {
      if (!conclude()) {
        return Optional.empty();
      }
      List<Operation> operations = new ArrayList<>(plan.operations());
      List<String> titles = differences.stream().map(Difference::title).toList();
      operations.add(audit.entry(actor, titles));
      conditions.addAll(plan.conditions());
      return switch (store.commit(new Transaction(conditions, operations))) {
        case Outcome.Committed done -> Optional.of(done.revision());
        case Outcome.Refused _ -> Optional.empty();
      };
    }
  }
}
