package net.viaduct.controller.subscription;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.viaduct.controller.json.DefinitionReader;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.membership.Members;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Host;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.model.Leg;
import net.viaduct.controller.model.Network;
import net.viaduct.controller.model.Port;
import net.viaduct.controller.model.PortGroup;
import net.viaduct.controller.model.Station;
import net.viaduct.controller.moving.Move;
import net.viaduct.controller.store.Change;
import net.viaduct.controller.watching.Watchers;
import net.viaduct.protocol.FactKey;
import org.jspecify.annotations.Nullable;

/**
 * What hosts are to be told, as follows from the store and from nothing else, so that every
 * controller of a store says the same. A change costs what it changes, not what there is. Owned by
 * the desk.
 */
final class FactIndex {
  private final Map<String, Host> hosts = new HashMap<>();
  private final Map<String, HostState> states = new HashMap<>();
  private final Map<String, NetworkFacts> networks = new HashMap<>();
  private final Map<Integer, NetworkFacts> byVni = new HashMap<>();
  private final Map<String, PortGroup> groups = new HashMap<>();

  private final Map<String, Move> moves = new HashMap<>();
  private final Watchers watchers = new Watchers();

  /** What lives on a host: it is told anew when the host comes or goes. */
  private final Map<String, Map<String, Resident>> residents = new HashMap<>();

  /**
   * Takes a change of the store in.
   *
   * @return what changes in what is said
   */
  List<Delta> apply(Change change) {
    List<Delta> deltas = new ArrayList<>();
    String key = change.key();
    if (key.startsWith(HostState.PREFIX)) {
      state(key.substring(HostState.PREFIX.length()), change.after(), deltas);
      return deltas;
    }
    if (key.startsWith(Members.PREFIX)) {
      member(key.substring(Members.PREFIX.length()), change.after() != null, deltas);
      return deltas;
    }
    if (key.startsWith(Move.PREFIX)) {
      relocate(parsed(change.before()), parsed(change.after()), deltas);
      return deltas;
    }
    for (Kind kind : Kind.values()) {
      if (key.startsWith(kind.prefix())) {
        Definition before = read(kind, change.before());
        Definition after = read(kind, change.after());
        Definition one = after != null ? after : before;
        if (one != null) {
          define(one, before, after, deltas);
        }
      }
    }
    return deltas;
  }

  private static @Nullable Move parsed(@Nullable String json) {
    return json == null ? null : Move.parse(json);
  }

  /** Both hosts of a move take part in the network until it is over. */
  private void relocate(@Nullable Move before, @Nullable Move after, List<Delta> deltas) {
    if (after != null) {
      moves.put(after.key(), after);
      tell(after, deltas);
    }
    if (before == null) {
      return;
    }
    if (after == null) {
      moves.remove(before.key());
    }
    NetworkFacts facts = byVni.get(before.vni());
    if (facts == null) {
      return;
    }
    if (after == null || !Facts.moveKey(after).equals(Facts.moveKey(before))) {
      facts.unsay(Facts.moveKey(before), deltas);
    }
    for (String host : List.of(before.from(), before.to())) {
      boolean stays = after != null && (host.equals(after.from()) || host.equals(after.to()));
      if (!stays && facts.leave(host, before.key())) {
        tellMember(facts, host, deltas);
      }
    }
  }

  private void tell(Move move, List<Delta> deltas) {
    NetworkFacts facts = byVni.get(move.vni());
    if (facts == null) {
      return;
    }
    for (String host : List.of(move.from(), move.to())) {
      if (facts.enter(host, move.key())) {
        tellMember(facts, host, deltas);
      }
    }
    facts.say(Facts.moveKey(move), Facts.move(move), deltas);
  }

  /** Who watches whom, and what they say. */
  Watchers watchers() {
    return watchers;
  }

  /** Whether a port is about to move somewhere, or just has. */
  boolean hasMoves() {
    return !moves.isEmpty();
  }

  private static @Nullable Definition read(Kind kind, @Nullable String json) {
    return json == null ? null : DefinitionReader.read(kind, Documents.parseObject(json));
  }

  private void define(
      Definition one, @Nullable Definition before, @Nullable Definition after, List<Delta> deltas) {
    switch (one) {
      case Network it -> network(it.name(), (Network) after, deltas);
      case Host it -> host(it.name(), (Host) after, deltas);
      case Port _, Station _ -> move(Resident.of(before), Resident.of(after), deltas);
      case PortGroup it -> group(it.name(), (PortGroup) after, deltas);
    }
  }

  /** Networks in which it is in use tell it anew: once each, however many ports name it. */
  private void group(String name, @Nullable PortGroup after, List<Delta> deltas) {
    if (after == null) {
      groups.remove(name);
    } else {
      groups.put(name, after);
    }
    for (NetworkFacts facts : networks.values()) {
      if (facts.isInUse(name)) {
        deltas.add(new Delta.Said(facts.vni(), facts.fact()));
      }
    }
  }

  private void network(String name, @Nullable Network after, List<Delta> deltas) {
    NetworkFacts facts = networks.get(name);
    if (facts != null && (after == null || facts.vni() != after.vni())) {
      networks.remove(name);
      byVni.remove(facts.vni());
      deltas.add(new Delta.Gone(facts.vni(), Facts.networkKey(facts.vni())));
    }
    if (after == null) {
      return;
    }
    NetworkFacts there = networks.get(name);
    if (there != null) {
      List<Leg> before = there.network().legs();
      there.network(after);
      stand(there, before, deltas);
    } else {
      there = new NetworkFacts(after, groups);
      networks.put(name, there);
      byVni.put(after.vni(), there);
      List<Delta> unheard = new ArrayList<>();
      stand(there, List.of(), unheard);
      fill(there, unheard); // whoever is concerned gets all of it, not the change
    }
    there.gateway(gateway(after));
    deltas.add(new Delta.Said(after.vni(), there.fact()));
  }

  /** Hosts with a leg in a network's VLAN take part in it. */
  private void stand(NetworkFacts facts, List<Leg> before, List<Delta> deltas) {
    String reason = facts.network().key();
    Set<String> now = new HashSet<>();
    for (Leg leg : facts.network().legs()) {
      now.add(leg.host());
      if (facts.enter(leg.host(), reason)) {
        tellMember(facts, leg.host(), deltas);
      }
    }
    for (Leg leg : before) {
      if (!now.contains(leg.host()) && facts.leave(leg.host(), reason)) {
        tellMember(facts, leg.host(), deltas);
      }
    }
  }

  /** The first host with a leg that lives; empty if none does. */
  private String gateway(Network network) {
    return network.legs().stream()
        .map(Leg::host)
        .filter(hosts::containsKey)
        .filter(this::wasSeen)
        .filter(host -> !isWithdrawn(host))
        .findFirst()
        .orElse("");
  }

  private void chooseGateway(NetworkFacts facts, List<Delta> deltas) {
    if (facts.gateway(gateway(facts.network()))) {
      deltas.add(new Delta.Said(facts.vni(), facts.fact()));
    }
  }

  /** A network that comes finds those who wait for it. */
  private void fill(NetworkFacts facts, List<Delta> deltas) {
    residents.values().stream()
        .flatMap(all -> all.values().stream())
        .filter(resident -> resident.network().equals(facts.network().name()))
        .forEach(resident -> tell(resident, deltas));
    moves.values().stream()
        .filter(move -> move.vni() == facts.vni())
        .forEach(move -> tell(move, deltas));
    states.forEach((host, state) -> {
      if (state.wanted().contains(facts.vni()) && facts.enter(host, HostState.PREFIX + host)) {
        tellMember(facts, host, deltas);
      }
    });
  }

  private void host(String name, @Nullable Host after, List<Delta> deltas) {
    if (after == null) {
      hosts.remove(name);
    } else {
      hosts.put(name, after);
    }
    watchers.host(name, after);
    for (NetworkFacts facts : networks.values()) {
      if (facts.concerns(name)) {
        tellMember(facts, name, deltas);
        chooseGateway(facts, deltas);
      }
    }
  }

  /** A host has joined, or was put out. */
  private void member(String host, boolean isMember, List<Delta> deltas) {
    boolean wasWithdrawn = isWithdrawn(host);
    watchers.member(host, isMember);
    if (isWithdrawn(host) != wasWithdrawn) {
      tellWhetherItIsThere(host, deltas);
    }
  }

  private void state(String host, @Nullable String json, List<Delta> deltas) {
    boolean wasWithdrawn = isWithdrawn(host);
    HostState before = states.getOrDefault(host, HostState.UNSEEN);
    HostState after = json == null ? HostState.UNSEEN : HostState.parse(json);
    states.put(host, after);
    watchers.state(host, after.connected(), after.word().orElse(null));
    Set<Integer> vnis = new HashSet<>(before.wanted());
    vnis.addAll(after.wanted());
    for (int vni : vnis) {
      NetworkFacts facts = byVni.get(vni);
      if (facts != null) {
        boolean changed =
            after.wanted().contains(vni)
                ? facts.enter(host, HostState.PREFIX + host)
                : facts.leave(host, HostState.PREFIX + host);
        if (changed) {
          tellMember(facts, host, deltas);
        }
      }
    }
    if (isWithdrawn(host) != wasWithdrawn || before.wasSeen() != after.wasSeen()) {
      tellWhetherItIsThere(host, deltas);
    }
  }

  /** Its stations and its places in flood lists. */
  private void tellWhetherItIsThere(String host, List<Delta> deltas) {
    networks.values().stream()
        .filter(facts -> facts.concerns(host))
        .forEach(facts -> {
          tellMember(facts, host, deltas);
          chooseGateway(facts, deltas);
        });
    residents.getOrDefault(host, Map.of()).values().forEach(it -> tell(it, deltas));
  }

  private void move(@Nullable Resident before, @Nullable Resident after, List<Delta> deltas) {
    if (before != null) {
      residents.getOrDefault(before.host(), new HashMap<>()).remove(before.key());
    }
    if (after != null) {
      residents.computeIfAbsent(after.host(), _ -> new LinkedHashMap<>()).put(after.key(), after);
      tell(after, deltas); // first the new place, so that nothing is nowhere in between
    }
    NetworkFacts old = before == null ? null : networks.get(before.network());
    if (before != null && old != null) {
      boolean sameFact =
          after != null
              && after.network().equals(before.network())
              && after.mac().equals(before.mac());
      if (!sameFact) {
        old.unsay(Facts.stationKey(old.vni(), before.mac()), before.key(), deltas);
      }
      boolean sameGroup =
          after != null
              && after.network().equals(before.network())
              && after.group().equals(before.group());
      if (!sameGroup && old.useNoMore(before.group(), before.key())) {
        deltas.add(new Delta.Said(old.vni(), old.fact()));
      }
      boolean samePlace =
          after != null
              && after.network().equals(before.network())
              && after.host().equals(before.host());
      if (!samePlace && old.leave(before.host(), before.key())) {
        tellMember(old, before.host(), deltas);
      }
    }
  }

  private void tell(Resident resident, List<Delta> deltas) {
    NetworkFacts facts = networks.get(resident.network());
    if (facts == null) {
      return;
    }
    if (!resident.host().equals(Resident.WIRE) && facts.enter(resident.host(), resident.key())) {
      tellMember(facts, resident.host(), deltas);
    }
    if (facts.use(resident.group(), resident.key())) {
      deltas.add(new Delta.Said(facts.vni(), facts.fact()));
    }
    FactKey key = Facts.stationKey(facts.vni(), resident.mac());
    if (isWithdrawn(resident.host())) {
      facts.unsay(key, resident.key(), deltas);
    } else {
      facts.say(key, resident.key(), Facts.station(facts.vni(), resident), deltas);
    }
  }

  private void tellMember(NetworkFacts facts, String name, List<Delta> deltas) {
    FactKey key = Facts.memberKey(facts.vni(), name);
    Host host = hosts.get(name);
    if (host == null || !facts.concerns(name) || isWithdrawn(name)) {
      facts.unsay(key, deltas);
    } else {
      facts.say(key, Facts.member(facts.vni(), host), deltas);
    }
  }

  /**
   * Whether its stations are told nobody: it was away for too long, or it was put out, whatever is
   * observed of it since. One that was never seen may still join.
   */
  private boolean isWithdrawn(String host) {
    HostState state = states.getOrDefault(host, HostState.UNSEEN);
    return state.withdrawn() || (state.wasSeen() && !watchers.isMember(host));
  }

  /** Whether a host was there at any time. */
  boolean wasSeen(String host) {
    return states.getOrDefault(host, HostState.UNSEEN).wasSeen();
  }

  /** The hosts that were seen, and have not been away for too long. */
  Set<String> hostsNotWithdrawn() {
    Set<String> hosts = new HashSet<>();
    states.forEach((host, state) -> {
      if (!state.withdrawn()) {
        hosts.add(host);
      }
    });
    return hosts;
  }

  /**
   * The other hosts of a network that have no underlay address of a family that a host has, and are
   * not on the network's VLAN together with it; by name.
   */
  List<String> unreached(String network, Host host) {
    NetworkFacts facts = networks.get(network);
    if (facts == null) {
      return List.of();
    }
    List<String> onWire = facts.network().legs().stream().map(Leg::host).toList();
    List<String> found = new ArrayList<>();
    for (String name : facts.hosts()) {
      Host other = hosts.get(name);
      boolean isMet =
          other == null
              || name.equals(host.name())
              || other.sharesFamilyWith(host)
              || (onWire.contains(name) && onWire.contains(host.name()));
      if (!isMet) {
        found.add(name);
      }
    }
    return found;
  }

  /** The networks that concern a host, by VNI. */
  Map<Integer, NetworkFacts> concerning(String host) {
    Map<Integer, NetworkFacts> found = new HashMap<>();
    for (NetworkFacts facts : networks.values()) {
      if (facts.concerns(host)) {
        found.put(facts.vni(), facts);
      }
    }
    return found;
  }
}
