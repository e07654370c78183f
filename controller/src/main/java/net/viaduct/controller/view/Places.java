package net.viaduct.controller.view;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import net.viaduct.controller.model.Ip;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Which network a VNI is, and which host a VTEP is, as the store has it. Immutable. */
public final class Places {
  private final Map<Integer, String> networks = new HashMap<>();
  private final Map<String, Integer> vnis = new HashMap<>();
  private final Map<String, String> hosts = new HashMap<>();
  private final Map<String, String> hostsByAddress = new HashMap<>();
  private final Set<String> names;

  Places(Map<String, ObjectNode> networks, Map<String, ObjectNode> hosts) {
    networks.forEach((name, definition) -> {
      int vni = definition.path("vni").asInt(0);
      this.networks.put(vni, name);
      this.vnis.put(name, vni);
    });
    hosts.forEach((name, definition) -> {
      for (JsonNode address : definition.path("addresses")) {
        String text = address.asString("");
        this.hosts.put(endpoint(text, definition.path("udpPort").asInt(0)), name);
        hostsByAddress.put(text, name);
      }
    });
    names = Set.copyOf(hosts.keySet());
  }

  private static String endpoint(String address, int port) {
    return address + " " + port;
  }

  /** The name of a network; null if there is none with that VNI. */
  public @Nullable String networkOf(int vni) {
    return networks.get(vni);
  }

  /** The VNI of a network; null if there is none of that name. */
  public @Nullable Integer vniOf(String network) {
    return vnis.get(network);
  }

  /** Whether there is a host of that name. */
  public boolean isHost(String name) {
    return names.contains(name);
  }

  /**
   * The host whose VTEP is there; null if none is. A host that has the address with another port is
   * meant too, as encapsulations have ports of their own.
   *
   * @param address 4 or 16 bytes
   * @param port its UDP port
   */
  public @Nullable String hostAt(byte[] address, int port) {
    String text = text(address);
    String exactly = hosts.get(endpoint(text, port));
    return exactly == null ? hostsByAddress.get(text) : exactly;
  }

  /** An address of 4 or 16 bytes as objects have it. */
  public static String text(byte[] address) {
    try {
      return new Ip(InetAddress.getByAddress(address).getHostAddress()).text();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address has 4 or 16 bytes", e);
    }
  }
}
