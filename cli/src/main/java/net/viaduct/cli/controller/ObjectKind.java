package net.viaduct.cli.controller;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.viaduct.cli.Row;

/** The kinds of objects of a controller, as commands show and write them. */
enum ObjectKind {
  NETWORK("networks", "NAME VNI SUBNETS FLOOD MTU"),
  HOST("hosts", "NAME ADDRESSES PORT STATE"),
  PORT("ports", "NAME NETWORK MAC IPS HOST GROUP STATE"),
  STATION("stations", "NETWORK MAC IPS PLACE"),
  GROUP("groups", "NAME SEND RECEIVE DSCP STATIONS SECURITY");

  private static final Set<String> LISTS = Set.of("subnets", "addresses", "ips", "securityGroups");
  private static final Set<String> NUMBERS =
      Set.of(
          "vni",
          "mtuBytes",
          "udpPort",
          "sendBitsPerSecond",
          "receiveBitsPerSecond",
          "dscp",
          "stations",
          "afterSeconds");
  private static final Set<String> FLAGS = Set.of("vniShared", "up", "direct");

  private final String plural;
  private final String titles;

  ObjectKind(String plural, String titles) {
    this.plural = plural;
    this.titles = titles;
  }

  /**
   * What fields of an object of this kind ask for and no host does.
   *
   * @param fields as they are sent to the controller
   */
  Optional<String> warning(Map<?, ?> fields) {
    return this == GROUP
            && fields.get("securityGroups") instanceof List<?> named
            && !named.isEmpty()
        ? Optional.of(
            "warning: security groups are kept, but hosts have no firewall yet: nothing is"
                + " filtered")
        : Optional.empty();
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  String plural() {
    return plural;
  }

  List<String> titles() {
    return Arrays.asList(titles.split(" ", -1));
  }

  /** What a table shows of one. */
  List<String> cells(Row row) {
    return switch (this) {
      case NETWORK ->
          List.of(
              row.text("name"),
              row.text("vni"),
              row.list("subnets"),
              flood(row),
              row.text("mtuBytes"));
      case HOST ->
          List.of(
              row.text("name"),
              row.list("addresses"),
              row.text("udpPort"),
              row.text("observed.state"));
      case PORT ->
          List.of(
              row.text("name"),
              row.text("network"),
              row.text("mac"),
              row.list("ips"),
              row.text("host"),
              row.text("group"),
              row.text("observed.state"));
      case STATION ->
          List.of(
              row.text("network"),
              row.text("mac"),
              row.list("ips"),
              row.text("behind").isEmpty() ? "direct" : "behind " + row.text("behind"));
      case GROUP ->
          List.of(
              row.text("name"),
              row.text("sendBitsPerSecond"),
              row.text("receiveBitsPerSecond"),
              row.text("dscp"),
              row.text("stations"),
              row.list("securityGroups"));
    };
  }

  /** A leg: {@code h1:eth1.20} is VLAN 20 of device eth1 of host h1. */
  private static Map<String, Object> leg(String text) {
    int colon = text.indexOf(':');
    String device = text.substring(colon + 1);
    int dot = device.lastIndexOf('.');
    Map<String, Object> leg = new LinkedHashMap<>();
    leg.put("host", colon < 0 ? "" : text.substring(0, colon));
    if (dot > 0 && device.substring(dot + 1).matches("[0-9]{1,4}")) {
      leg.put("device", device.substring(0, dot));
      leg.put("vlan", Long.parseLong(device.substring(dot + 1)));
    } else {
      leg.put("device", device);
    }
    return leg;
  }

  private static String flood(Row row) {
    String group = row.text("flood.group");
    return group.isEmpty() ? row.text("flood") : group;
  }

  /** The value of a field as JSON has it; whether it is right the controller says. */
  static Object value(String field, String text) {
    String last = field.substring(field.lastIndexOf('.') + 1);
    if (field.startsWith("labels.")) {
      return text;
    }
    if (last.equals("legs")) {
      return text.isEmpty()
          ? List.of()
          : Arrays.stream(text.split(",", -1)).map(ObjectKind::leg).toList();
    }
    if (LISTS.contains(last)) {
      return text.isEmpty() ? List.of() : Arrays.asList(text.split(",", -1));
    }
    if (NUMBERS.contains(last) && text.matches("[0-9]{1,18}")) {
      return Long.parseLong(text);
    }
    if (FLAGS.contains(last) && (text.equals("true") || text.equals("false"))) {
      return Boolean.parseBoolean(text);
    }
    return text;
  }
}
