package net.viaduct.controller.transition;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.membership.Members;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Ip;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.model.Leg;
import net.viaduct.controller.model.Mac;
import net.viaduct.controller.model.Network;
import net.viaduct.controller.model.Port;
import net.viaduct.controller.model.Station;
import net.viaduct.controller.moving.Move;
import net.viaduct.controller.registry.Actor;
import net.viaduct.controller.registry.ChangeRefused;
import net.viaduct.controller.registry.ChangeRefused.Cause;
import net.viaduct.controller.registry.Claims;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.registry.Stored;
import net.viaduct.controller.store.Condition;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Outcome;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.Transaction;
import tools.jackson.databind.node.ObjectNode;

/**
 * Machines that come from a physical VLAN into the network that is stretched over it, or go back:
 * in the steps of a move. Safe from any thread.
 */
public final class Transitions {
  /** The label of a port that was on the wire, and since when it is not. */
  public static final String LABEL = "off-wire-since";

  private static final int MOST_TRIES = 20;

  private final Store store;
  private final Registry registry;
  private final Clock clock;

  /** Transitions in a registry, which is in this store. */
  public Transitions(Store store, Registry registry, Clock clock) {
    this.store = store;
    this.registry = registry;
    this.clock = clock;
  }

  /**
   * A machine that is to come off the wire.
   *
   * @param port the name that its port gets; by its MAC address if empty
   * @param device of the host that will be the port; named as the port if empty
   */
  public record Wanted(Mac mac, String to, Optional<String> port, Optional<String> device) {
    String portName() {
      return port.orElse("m" + mac.text().replace(":", ""));
    }
  }

  /** The host that joins a network's VLAN with those that are not there; empty if none lives. */
  static Optional<String> gateway(Store store, Network network) {
    return network.legs().stream()
        .map(Leg::host)
        .filter(host -> store.get(Kind.HOST.prefix() + host).isPresent())
        .filter(host -> mayBeGateway(store, host))
        .findFirst();
  }

  /** As hosts are told: one that was there, is not away for long, and was not put out. */
  private static boolean mayBeGateway(Store store, String host) {
    Optional<Entry> state = store.get(Kind.HOST.word() + "-state/" + host);
    if (state.isEmpty() || store.get(Members.PREFIX + host).isEmpty()) {
      return false;
    }
    ObjectNode observed = Documents.parseObject(state.get().value());
    return !observed.path("since").asString("").isEmpty()
        && !observed.path("withdrawn").asBoolean(false);
  }

  /** The same for whoever asks. */
  public Optional<String> gateway(Network network) {
    return gateway(store, network);
  }

  /**
   * A network that is stretched over a VLAN.
   *
   * @throws ChangeRefused if it is not, or there is none of that name
   */
  public Network stretched(String name) {
    Network network = (Network) registry.require(Kind.NETWORK, name).definition();
    if (network.legs().isEmpty()) {
      throw new ChangeRefused(Cause.WRONG, network.title() + " has no legs: it is no VLAN too");
    }
    return network;
  }

  private String requireGateway(Network network) {
    return gateway(network)
        .orElseThrow(
            () -> new ChangeRefused(Cause.WRONG, "no host with a leg in the VLAN is there"));
  }

  private static boolean hasLeg(Network network, String host) {
    return network.legs().stream().anyMatch(leg -> leg.host().equals(host));
  }

  /**
   * Has a host make a port ready for a machine that is on the wire, and the gateway send copies
   * there. The machine is known as a direct station from then on, if it was not.
   *
   * @throws ChangeRefused if it cannot come there
   */
  public Move offWire(String networkName, Wanted wanted, Actor actor) {
    for (int i = 0; i < MOST_TRIES; i++) {
      Network network = stretched(networkName);
      String gateway = requireGateway(network);
      Stored station = station(network, wanted.mac(), actor);
      Port port = port(network, (Station) station.definition(), wanted);
      if (registry.get(Kind.PORT, port.name()).isPresent()) {
        throw new ChangeRefused(Cause.EXISTS, "there is a " + port.title() + " already");
      }
      Move.Seen seen = hasLeg(network, wanted.to()) ? Move.Seen.NO_COPIES : Move.Seen.NOTHING;
      Move move =
          new Move(
              port.name(),
              Move.Kind.OFF_WIRE,
              network.vni(),
              wanted.mac(),
              gateway,
              wanted.to(),
              port.deviceName(),
              seen,
              0);
      Optional<Move> begun = begin(move, station, actor);
      if (begun.isPresent()) {
        return begun.get();
      }
    }
    throw ChangeRefused.busy(wanted.mac().text());
  }

  /** The machine as a station on the wire, which it becomes if it was only heard there. */
  private Stored station(Network network, Mac mac, Actor actor) {
    Optional<Stored> known = registry.get(Kind.STATION, network.name() + "/" + mac);
    if (known.isPresent()) {
      if (((Station) known.get().definition()).place() instanceof Station.Place.Direct) {
        return known.get();
      }
      throw new ChangeRefused(
          Cause.WRONG, known.get().definition().title() + " is not on the wire");
    }
    WireStation heard =
        Wire.of(store, network.name())
            .station(mac.text())
            .filter(it -> it.gone().isEmpty())
            .orElseThrow(() ->
                new ChangeRefused(
                    Cause.MISSING, "nobody hears " + mac + " on the wire: is it there?"));
    List<Ip> ips =
        heard.ips().stream()
            .filter(ip ->
                network.subnets().isEmpty()
                    || network.subnets().stream().anyMatch(subnet -> subnet.contains(ip)))
            .limit(Port.MOST_IPS)
            .toList();
    return registry.create(
        new Station(network.name(), mac, ips, new Station.Place.Direct(), Map.of()), actor);
  }

  private static Port port(Network network, Station station, Wanted wanted) {
    try {
      return new Port(
          wanted.portName(),
          network.name(),
          station.mac(),
          station.ips(),
          Optional.of(wanted.to()),
          wanted.device(),
          Optional.empty(),
          true,
          station.labels());
    } catch (IllegalArgumentException e) {
      throw new ChangeRefused(Cause.WRONG, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Has the wire made ready for the machine of a port, which goes back there, and copies sent.
   *
   * @throws ChangeRefused if it cannot go there
   */
  public Move ontoWire(String name, Actor actor) {
    for (int i = 0; i < MOST_TRIES; i++) {
      Stored stored = registry.require(Kind.PORT, name);
      Port port = (Port) stored.definition();
      Network network = stretched(port.network());
      String from =
          port.host()
              .filter(_ -> port.up())
              .orElseThrow(
                  () -> new ChangeRefused(Cause.WRONG, port.title() + " is at no host, or not up"));
      String to = hasLeg(network, from) ? from : requireGateway(network);
      Leg leg =
          network.legs().stream().filter(it -> it.host().equals(to)).findFirst().orElseThrow();
      Move move =
          new Move(
              name,
              Move.Kind.ONTO_WIRE,
              network.vni(),
              port.mac(),
              from,
              to,
              leg.portName(),
              from.equals(to) ? Move.Seen.NO_COPIES : Move.Seen.NOTHING,
              0);
      Optional<Move> begun = begin(move, stored, actor);
      if (begun.isPresent()) {
        return begun.get();
      }
    }
    throw ChangeRefused.busy("port " + name);
  }

  /** Writes a move down; empty if something came before it. */
  private Optional<Move> begin(Move move, Stored what, Actor actor) {
    Optional<Entry> before = store.get(move.key());
    if (before.isPresent()) {
      Move under = Move.parse(before.get().value());
      if (under.isMoved() && under.kind() == Move.Kind.PORT) {
        throw new ChangeRefused(
            Cause.IN_USE,
            "host %s still sends after %s what comes late; try again in a few seconds"
                .formatted(under.from(), move.port()));
      }
      if (!under.isMoved()) {
        if (under.kind() == move.kind() && under.to().equals(move.to())) {
          return Optional.of(under);
        }
        throw new ChangeRefused(
            Cause.IN_USE, move.port() + " is about to move to host " + under.to());
      }
    }
    List<Condition> conditions =
        List.of(
            new Condition.Unchanged(what.definition().key(), what.revision()),
            new Condition.Exists(Kind.HOST.prefix() + move.to()),
            new Condition.Unchanged(move.key(), before.map(Entry::modified).orElse(0L)));
    if (registry.get(Kind.HOST, move.to()).isEmpty()) {
      throw new ChangeRefused(Cause.WRONG, "there is no host " + move.to());
    }
    boolean off = move.kind() == Move.Kind.OFF_WIRE;
    String sentence =
        "%s prepared to come %s the wire".formatted(what.definition().title(), off ? "off" : "to");
    List<Operation> operations =
        List.of(
            new Operation.Put(move.key(), move.json()),
            registry.audit().entry(actor, List.of(sentence)));
    return store.commit(new Transaction(conditions, operations)) instanceof Outcome.Committed
        ? Optional.of(move)
        : Optional.empty();
  }

  /**
   * Says that the machine of a move off the wire, or onto it, is there.
   *
   * @param atOnce also if hosts are not ready, so that frames may be lost
   * @throws ChangeRefused if it is not ready
   */
  public Move activate(Move move, boolean atOnce, Actor actor) {
    if (move.isMoved()) {
      return move;
    }
    if (!atOnce) {
      move.requireReady();
    }
    Network network = network(move);
    if (move.kind() == Move.Kind.OFF_WIRE) {
      Stored station =
          registry
              .get(Kind.STATION, network.name() + "/" + move.mac())
              .orElseThrow(
                  () -> new ChangeRefused(Cause.MISSING, "the station is not there any more"));
      registry.exchange(station, portOf(move, (Station) station.definition()), actor);
    } else {
      Stored port = registry.require(Kind.PORT, move.port());
      registry.exchange(port, stationOf((Port) port.definition()), actor);
    }
    return move;
  }

  private Network network(Move move) {
    return store
        .get(Claims.vniKey(move.vni()))
        .map(entry -> stretched(entry.value().substring(Kind.NETWORK.prefix().length())))
        .orElseThrow(() -> new ChangeRefused(Cause.MISSING, "there is no such network any more"));
  }

  private Definition portOf(Move move, Station station) {
    Map<String, String> labels = new HashMap<>(station.labels());
    labels.put(LABEL, clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    return new Port(
        move.port(),
        station.network(),
        station.mac(),
        station.ips(),
        Optional.of(move.to()),
        move.device().equals(move.port()) ? Optional.empty() : Optional.of(move.device()),
        Optional.empty(),
        true,
        labels);
  }

  private static Definition stationOf(Port port) {
    Map<String, String> labels = new HashMap<>(port.labels());
    labels.remove(LABEL);
    return new Station(port.network(), port.mac(), port.ips(), new Station.Place.Direct(), labels);
  }

  /**
   * Lets a machine be where it is.
   *
   * @throws ChangeRefused if it has moved already
   */
  public void cancel(Move move, Actor actor) {
    if (move.isMoved()) {
      throw new ChangeRefused(Cause.WRONG, move.port() + " has moved already");
    }
    Network network = network(move);
    boolean off = move.kind() == Move.Kind.OFF_WIRE;
    String key =
        off
            ? Kind.STATION.prefix() + network.name() + "/" + move.mac()
            : Kind.PORT.prefix() + move.port();
    List<Condition> conditions = List.of(new Condition.Exists(key));
    List<Operation> operations =
        List.of(
            new Operation.Delete(move.key()),
            registry.audit().entry(actor, List.of(move.port() + " stays where it is")));
    if (!(store.commit(new Transaction(conditions, operations)) instanceof Outcome.Committed)) {
      throw new ChangeRefused(Cause.WRONG, move.port() + " has moved already");
    }
  }
}
