package net.viaduct.controller.moving;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.model.Network;
import net.viaduct.controller.model.Port;
import net.viaduct.controller.registry.Actor;
import net.viaduct.controller.registry.ChangeRefused;
import net.viaduct.controller.registry.ChangeRefused.Cause;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.registry.Stored;
import net.viaduct.controller.store.Condition;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Outcome;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.Transaction;

/**
 * Moves of ports in the two steps that live migration has: prepared before the machine goes,
 * activated when it is there. Safe from any thread.
 */
public final class Moves {
  private static final int MOST_TRIES = 20;

  private final Store store;
  private final Registry registry;

  /** Moves of the ports of a registry, which is in this store. */
  public Moves(Store store, Registry registry) {
    this.store = store;
    this.registry = registry;
  }

  /** A move that is under way, or has just been. */
  public Optional<Move> get(String port) {
    return store.get(Move.PREFIX + port).map(entry -> Move.parse(entry.value()));
  }

  /**
   * Has the new host make the port ready, and the old one send copies there. The port stays where
   * it is. One that has just moved can be prepared to go back, but to a third host only when the
   * one that it left has sent after it what came late.
   *
   * @throws ChangeRefused if it cannot move there, or is moving elsewhere
   */
  public Move prepare(String name, String to, Actor actor) {
    for (int i = 0; i < MOST_TRIES; i++) {
      Stored stored = registry.require(Kind.PORT, name);
      Port port = (Port) stored.definition();
      String from = requireMovable(port, to);
      Optional<Entry> before = store.get(Move.PREFIX + name);
      List<Condition> conditions = new ArrayList<>();
      List<Operation> operations = new ArrayList<>();
      if (before.isPresent()) {
        Move under = Move.parse(before.get().value());
        if (!under.isMoved() && under.from().equals(from) && under.to().equals(to)) {
          return under;
        }
        requireBack(under, from, to);
        MoveRecord.keep(store, under, conditions, operations);
      }
      Move move =
          new Move(
              name,
              Move.Kind.PORT,
              vni(port),
              port.mac(),
              from,
              to,
              port.deviceName(),
              Move.Seen.NOTHING,
              0);
      conditions.add(new Condition.Unchanged(port.key(), stored.revision()));
      conditions.add(new Condition.Exists(Kind.HOST.prefix() + to));
      conditions.add(new Condition.Unchanged(move.key(), before.map(Entry::modified).orElse(0L)));
      operations.add(new Operation.Put(move.key(), move.json()));
      operations.add(
          registry
              .audit()
              .entry(actor, List.of("port " + name + " prepared to move to host " + to)));
      if (store.commit(new Transaction(conditions, operations)) instanceof Outcome.Committed) {
        return move;
      }
    }
    throw ChangeRefused.busy("port " + name);
  }

  /** Whether a move gives way to another one: if it has taken place, and is undone. */
  private static void requireBack(Move under, String from, String to) {
    if (under.isMoved() && under.to().equals(from) && under.from().equals(to)) {
      return;
    }
    String move =
        "port " + under.port() + " is moving from host " + under.from() + " to host " + under.to();
    throw new ChangeRefused(
        Cause.IN_USE,
        under.isMoved()
            ? move + ", which sends after it what comes late; try again in a few seconds"
            : move + "; cancel that first, or let it end");
  }

  private String requireMovable(Port port, String to) {
    if (registry.get(Kind.HOST, to).isEmpty()) {
      throw new ChangeRefused(Cause.WRONG, "there is no host " + to);
    }
    if (port.host().isEmpty() || !port.up()) {
      throw new ChangeRefused(
          Cause.WRONG, port.title() + " is at no host, or not up: set its host instead");
    }
    if (port.host().get().equals(to)) {
      throw new ChangeRefused(Cause.WRONG, port.title() + " is at host " + to + " already");
    }
    return port.host().get();
  }

  private int vni(Port port) {
    Definition network =
        registry
            .get(Kind.NETWORK, port.network())
            .map(Stored::definition)
            .orElseThrow(
                () -> new ChangeRefused(Cause.WRONG, "there is no network " + port.network()));
    return ((Network) network).vni();
  }

  /**
   * Says that the port is at the new host.
   *
   * @param atOnce also if hosts are not ready, so that frames may be lost
   * @throws ChangeRefused if it was not prepared, or is not ready
   */
  public Move activate(String name, boolean atOnce, Actor actor) {
    for (int i = 0; i < MOST_TRIES; i++) {
      Move move =
          get(name)
              .orElseThrow(
                  () -> new ChangeRefused(Cause.MISSING, "port " + name + " is not about to move"));
      Stored stored = registry.require(Kind.PORT, name);
      Port port = (Port) stored.definition();
      if (port.host().equals(Optional.of(move.to()))) {
        return move;
      }
      if (!atOnce) {
        move.requireReady();
      }
      try {
        registry.replace(at(port, move.to()), OptionalLong.of(stored.revision()), actor);
        return move;
      } catch (ChangeRefused refused) {
        if (refused.why() != Cause.CHANGED) {
          throw refused;
        }
      }
    }
    throw ChangeRefused.busy("port " + name);
  }

  private static Port at(Port port, String host) {
    return new Port(
        port.name(),
        port.network(),
        port.mac(),
        port.ips(),
        Optional.of(host),
        port.device(),
        port.group(),
        port.up(),
        Map.copyOf(port.labels()));
  }

  /**
   * Lets a port stay where it is.
   *
   * @throws ChangeRefused if it has moved already, or was not about to
   */
  public void cancel(String name, Actor actor) {
    for (int i = 0; i < MOST_TRIES; i++) {
      Entry entry =
          store
              .get(Move.PREFIX + name)
              .orElseThrow(
                  () -> new ChangeRefused(Cause.MISSING, "port " + name + " is not about to move"));
      Move move = Move.parse(entry.value());
      Stored stored = registry.require(Kind.PORT, name);
      if (((Port) stored.definition()).host().equals(Optional.of(move.to()))) {
        throw new ChangeRefused(
            Cause.CHANGED, "port " + name + " is at host " + move.to() + " already");
      }
      List<Condition> conditions =
          List.of(
              new Condition.Unchanged(stored.definition().key(), stored.revision()),
              new Condition.Unchanged(move.key(), entry.modified()));
      List<Operation> operations =
          List.of(
              new Operation.Delete(move.key()),
              registry.audit().entry(actor, List.of("port " + name + " does not move")));
      if (store.commit(new Transaction(conditions, operations)) instanceof Outcome.Committed) {
        return;
      }
    }
    throw ChangeRefused.busy("port " + name);
  }
}
