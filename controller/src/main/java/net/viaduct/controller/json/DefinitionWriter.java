package net.viaduct.controller.json;

import java.util.Collection;
import java.util.Locale;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Flood;
import net.viaduct.controller.model.Host;
import net.viaduct.controller.model.Leg;
import net.viaduct.controller.model.Network;
import net.viaduct.controller.model.Port;
import net.viaduct.controller.model.PortGroup;
import net.viaduct.controller.model.Station;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes objects of the model as JSON, so that {@link DefinitionReader} reads the same again.
 * Stateless: safe from any thread.
 */
public final class DefinitionWriter {
  private DefinitionWriter() {}

  /** Writes one. */
  public static ObjectNode write(Definition definition) {
    ObjectNode json = Documents.object();
    switch (definition) {
      case Network network -> network(json, network);
      case Host host -> {
        json.put("name", host.name());
        texts(json, "addresses", host.addresses());
        json.put("udpPort", host.udpPort());
      }
      case Port port -> port(json, port);
      case Station station -> station(json, station);
      case PortGroup group -> group(json, group);
    }
    ObjectNode labels = json.putObject("labels");
    definition.labels().forEach(labels::put);
    return json;
  }

  private static void network(ObjectNode json, Network network) {
    json.put("name", network.name());
    if (network.vni() != Network.ANY_VNI) {
      json.put("vni", network.vni());
    }
    json.put("vniShared", network.vniShared());
    texts(json, "subnets", network.subnets());
    switch (network.flood()) {
      case Flood.ToMembers _ -> json.put("flood", "members");
      case Flood.ToGroup group -> json.putObject("flood").put("group", group.address().toString());
    }
    if (!network.legs().isEmpty()) {
      ArrayNode legs = json.putArray("legs");
      for (Leg leg : network.legs()) {
        ObjectNode one = legs.addObject().put("host", leg.host()).put("device", leg.device());
        leg.vlan().ifPresent(vlan -> one.put("vlan", vlan));
      }
    }
    network.mtuBytes().ifPresent(mtu -> json.put("mtuBytes", mtu));
    json.put("unknown", network.unknown().name().toLowerCase(Locale.ROOT));
    json.putObject("whenAway")
        .put("do", network.whenAway().action().name().toLowerCase(Locale.ROOT))
        .put("afterSeconds", network.whenAway().afterSeconds());
  }

  private static void port(ObjectNode json, Port port) {
    json.put("name", port.name());
    json.put("network", port.network());
    json.put("mac", port.mac().toString());
    texts(json, "ips", port.ips());
    port.host().ifPresent(host -> json.put("host", host));
    port.device().ifPresent(device -> json.put("device", device));
    port.group().ifPresent(group -> json.put("group", group));
    json.put("up", port.up());
  }

  private static void station(ObjectNode json, Station station) {
    json.put("network", station.network());
    json.put("mac", station.mac().toString());
    texts(json, "ips", station.ips());
    switch (station.place()) {
      case Station.Place.Behind behind -> json.put("behind", behind.host());
      case Station.Place.Direct _ -> json.put("direct", true);
    }
  }

  private static void group(ObjectNode json, PortGroup group) {
    json.put("name", group.name());
    group.sendBitsPerSecond().ifPresent(rate -> json.put("sendBitsPerSecond", rate));
    group.receiveBitsPerSecond().ifPresent(rate -> json.put("receiveBitsPerSecond", rate));
    group.dscp().ifPresent(dscp -> json.put("dscp", dscp));
    group.stations().ifPresent(stations -> json.put("stations", stations));
    texts(json, "securityGroups", group.securityGroups());
  }

  private static void texts(ObjectNode json, String name, Collection<?> values) {
    ArrayNode array = json.putArray(name);
    values.forEach(value -> array.add(value.toString()));
  }
}
