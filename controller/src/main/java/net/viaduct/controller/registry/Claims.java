package net.viaduct.controller.registry;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Host;
import net.viaduct.controller.model.Ip;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.model.Network;
import net.viaduct.controller.model.Port;
import net.viaduct.controller.model.PortGroup;
import net.viaduct.controller.model.Station;

/**
 * What an object takes for itself alone, and what it refers to: each is a key in the store, so that
 * a transaction can depend on it. Stateless.
 */
public final class Claims {
  private static final Pattern COMMA = Pattern.compile(",");

  private Claims() {}

  /** The key that tells who has a VNI. */
  public static String vniKey(int vni) {
    return String.format(Locale.ROOT, "vni/%08d", vni);
  }

  /**
   * What the keys begin with that tell which hosts see a VNI in use by others; each goes on with
   * the host's name.
   */
  public static String foreignVniPrefix(int vni) {
    return String.format(Locale.ROOT, "foreign-vni/%08d/", vni);
  }

  /** The key that tells that a host sees a VNI in use by others. */
  public static String foreignVniKey(int vni, String host) {
    return foreignVniPrefix(vni) + host;
  }

  /** The key that tells all VNIs that a host sees in use by others. */
  public static String foreignVnisOfHost(String host) {
    return "host-foreign-vnis/" + host;
  }

  /** The value of such a key. */
  public static String writeForeignVnis(NavigableSet<Integer> vnis) {
    return vnis.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** What {@link #writeForeignVnis} has written. */
  public static NavigableSet<Integer> readForeignVnis(String value) {
    return COMMA
        .splitAsStream(value)
        .filter(it -> !it.isEmpty())
        .map(Integer::valueOf)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The key that tells who has an IP address in a network. */
  public static String ipKey(String network, Ip address) {
    return ipPrefix(address + "/" + network);
  }

  /** The key that tells who has a MAC address in a network. */
  public static String macKey(String network, Object mac) {
    return macPrefix(mac + "/" + network);
  }

  /** What the keys begin with that tell who has a MAC address, in any network, that begins so. */
  public static String macPrefix(String begin) {
    return "mac/" + begin;
  }

  /** What the keys begin with that tell who has an IP address, in any network, that begins so. */
  public static String ipPrefix(String begin) {
    return "ip/" + begin;
  }

  /** What the keys begin with that tell which host has an underlay address that begins so. */
  public static String underlayPrefix(String begin) {
    return "underlay/" + begin;
  }

  /** The key that tells which port a device of a host is. */
  public static String deviceKey(String host, String device) {
    return "device/" + host + "/" + device;
  }

  /** What the keys begin with that tell who refers to an object. */
  static String usedPrefix(String key) {
    return "used/" + key + "/";
  }

  /** What it takes for itself: keys, and the words for them. */
  static Map<String, String> of(Definition definition) {
    Map<String, String> claims = new LinkedHashMap<>();
    switch (definition) {
      case Network network -> {
        if (network.vni() != Network.ANY_VNI) {
          claims.put(vniKey(network.vni()), "VNI " + network.vni());
        }
        network.legs().forEach(leg -> device(claims, leg.host(), leg.portName()));
      }
      case Host host -> {
        for (Ip address : host.addresses()) {
          claims.put(
              underlayPrefix(address + "/" + host.udpPort()),
              "underlay address " + address + " port " + host.udpPort());
        }
      }
      case Port port -> {
        inNetwork(claims, port.network(), port.mac().toString(), port.ips());
        port.host().ifPresent(host -> device(claims, host, port.deviceName()));
      }
      case Station station ->
          inNetwork(claims, station.network(), station.mac().toString(), station.ips());
      case PortGroup _ -> {}
    }
    return claims;
  }

  private static void device(Map<String, String> claims, String host, String name) {
    claims.put(deviceKey(host, name), "device " + name + " of host " + host);
  }

  private static void inNetwork(
      Map<String, String> claims, String network, String mac, Iterable<Ip> ips) {
    claims.put(macKey(network, mac), "MAC address " + mac + " in network " + network);
    for (Ip ip : ips) {
      claims.put(ipKey(network, ip), "IP address " + ip + " in network " + network);
    }
  }

  /** The keys of the objects that it refers to. */
  static Set<String> references(Definition definition) {
    Set<String> keys = new LinkedHashSet<>();
    switch (definition) {
      case Host _, PortGroup _ -> {}
      case Network network ->
          network.legs().forEach(leg -> keys.add(Kind.HOST.prefix() + leg.host()));
      case Port port -> {
        keys.add(Kind.NETWORK.prefix() + port.network());
        port.host().ifPresent(host -> keys.add(Kind.HOST.prefix() + host));
        port.group().ifPresent(group -> keys.add(Kind.GROUP.prefix() + group));
      }
      case Station station -> {
        keys.add(Kind.NETWORK.prefix() + station.network());
        if (station.place() instanceof Station.Place.Behind behind) {
          keys.add(Kind.HOST.prefix() + behind.host());
        }
      }
    }
    return keys;
  }

  /** A key of an object in words: {@code port/vm1} is {@code port vm1}. */
  static String title(String key) {
    return key.replaceFirst("/", " ");
  }
}
