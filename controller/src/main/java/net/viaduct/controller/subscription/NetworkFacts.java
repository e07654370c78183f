package net.viaduct.controller.subscription;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.viaduct.controller.model.Network;
import net.viaduct.controller.model.PortGroup;
import net.viaduct.protocol.Fact;
import net.viaduct.protocol.FactKey;

/** What is said about one network. Owned by the desk. */
final class NetworkFacts {
  private Network network;
  private String gateway = "";

  /** What gives a host a part in it: keys of ports, stations, and what hosts want. */
  private final Reasons parts = new Reasons();

  /** What names a group: keys of ports. */
  private final Reasons uses = new Reasons();

  private final Map<String, PortGroup> groups;
  private final Map<FactKey, Fact> said = new LinkedHashMap<>();

  /** Whose definition says where a station is: it may be another one's from one moment on. */
  private final Map<FactKey, String> sayers = new HashMap<>();

  /**
   * A network of which nothing is said yet.
   *
   * @param groups all that there are, by name; the desk's, and as they are at each moment
   */
  NetworkFacts(Network network, Map<String, PortGroup> groups) {
    this.network = network;
    this.groups = groups;
  }

  Network network() {
    return network;
  }

  int vni() {
    return network.vni();
  }

  void network(Network other) {
    network = other;
  }

  /** The host that joins the network's VLAN with those that are not there; empty if none does. */
  String gateway() {
    return gateway;
  }

  /** Sets who joins them; true if that was another one. */
  boolean gateway(String host) {
    boolean other = !gateway.equals(host);
    gateway = host;
    return other;
  }

  /** What is said about it as a whole. */
  Fact fact() {
    List<PortGroup> used = new ArrayList<>();
    for (String name : uses.all()) {
      PortGroup group = groups.get(name);
      if (group != null) {
        used.add(group);
      }
    }
    return Facts.network(network, gateway, used);
  }

  /** Whether a port of it names a group. */
  boolean isInUse(String group) {
    return uses.has(group);
  }

  /** A port names a group, or none if that is empty; true if no other did. */
  boolean use(String group, String port) {
    return !group.isEmpty() && uses.add(group, port);
  }

  /** A port does so no more; true if no other does. */
  boolean useNoMore(String group, String port) {
    return uses.remove(group, port);
  }

  /** Gives a host a part; true if it had none. */
  boolean enter(String host, String reason) {
    return parts.add(host, reason);
  }

  /** Takes a reason away; true if the host has no part any more. */
  boolean leave(String host, String reason) {
    return parts.remove(host, reason);
  }

  /** The hosts that have a part in it, in the order of names. */
  Set<String> hosts() {
    return parts.all();
  }

  boolean concerns(String host) {
    return parts.has(host);
  }

  /** All that is said, in no particular order, the network first. */
  List<Fact> all() {
    List<Fact> all = new ArrayList<>(said.size() + 1);
    all.add(fact());
    all.addAll(said.values());
    return all;
  }

  /** Says something; nothing comes of it if it was said already. */
  void say(FactKey key, Fact fact, List<Delta> deltas) {
    if (!fact.equals(said.put(key, fact))) {
      deltas.add(new Delta.Said(vni(), fact));
    }
  }

  /** The same, and who says so. */
  void say(FactKey key, String sayer, Fact fact, List<Delta> deltas) {
    sayers.put(key, sayer);
    say(key, fact, deltas);
  }

  /** Takes back what this one has said, if nobody else says it now. */
  void unsay(FactKey key, String sayer, List<Delta> deltas) {
    if (sayers.remove(key, sayer)) {
      unsay(key, deltas);
    }
  }

  void unsay(FactKey key, List<Delta> deltas) {
    if (said.remove(key) != null) {
      deltas.add(new Delta.Gone(vni(), key));
    }
  }
}
