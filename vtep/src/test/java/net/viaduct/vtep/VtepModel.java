package net.viaduct.vtep;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.settings.TagPolicy;
import net.viaduct.wire.IpAddress;

/**
 * A slow and obvious VTEP: what should become of a frame, in as few words as possible. The judge of
 * the real one. Owned by a test's thread.
 */
final class VtepModel {
  private static final int AGEING_SECONDS = 300;
  private static final long GROUP_BIT = 0x0100_0000_0000L;

  private final IpAddress own;
  private final int defaultPort;
  private final Map<Integer, NetworkConfig> networks = new TreeMap<>();
  private final Map<String, Integer> vniOfPort = new TreeMap<>();
  private final Map<Station, Fact> facts = new HashMap<>();

  /** What becomes of everything, since it was last asked. */
  final List<String> outcomes = new ArrayList<>();

  final Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
  int nowSeconds;

  record Station(int vni, long mac) {}

  record Fact(Location location, Origin origin, int seenSeconds) {}

  /** The parts of a frame that decide. */
  record Shape(long destination, long source, boolean tagged, String content) {}

  VtepModel(Endpoint local) {
    own = local.address();
    defaultPort = local.port();
  }

  void addNetwork(NetworkConfig config) {
    networks.put(config.vni(), config);
  }

  void removeNetwork(int vni) {
    networks.remove(vni);
    facts.keySet().removeIf(station -> station.vni == vni);
  }

  void attach(int vni, String port) {
    vniOfPort.put(port, vni);
  }

  void detach(String port) {
    vniOfPort.remove(port);
    facts.values().removeIf(fact -> fact.location.equals(new Location.AtPort(port)));
  }

  void say(int vni, long mac, Location location, Origin origin) {
    Fact known = known(vni, mac);
    if (known == null || origin.mayReplace(known.origin)) {
      facts.put(new Station(vni, mac), new Fact(location, origin, nowSeconds));
    }
  }

  void unsay(int vni, long mac, Origin origin) {
    Fact known = facts.get(new Station(vni, mac));
    if (known != null && known.origin == origin) {
      facts.remove(new Station(vni, mac));
    }
  }

  /** Where a station is, for comparison with what the VTEP shows. */
  Fact known(int vni, long mac) {
    Fact fact = facts.get(new Station(vni, mac));
    boolean old =
        fact != null
            && fact.origin == Origin.LEARNED
            && nowSeconds - fact.seenSeconds > AGEING_SECONDS;
    return old ? null : fact;
  }

  void fromPort(String port, Shape frame) {
    int vni = vniOfPort.get(port);
    DropReason refusal = refusal(networks.get(vni), frame);
    if (refusal != null) {
      drop(refusal);
      return;
    }
    Location from = new Location.AtPort(port);
    boolean arrived = learn(vni, frame, from);
    Location to = find(vni, frame.destination);
    if (arrived && to != null && announce(vni, from, frame, to)) {
      return;
    }
    if (to == null) {
      int copies = deliverToAll(vni, port, frame) + sendToAll(vni, frame);
      if (copies == 0) {
        drop(DropReason.NO_FLOOD_TARGET);
      }
    } else if (to.equals(from)) {
      drop(DropReason.SAME_PORT);
    } else if (to instanceof Location.AtPort(String name)) {
      deliver(name, frame);
    } else if (to instanceof Location.AtRemote(IpAddress remote)) {
      send(portOf(remote), vni, frame);
    }
  }

  /** The first frame of a station goes to all other hosts; whether it needs to go nowhere else. */
  private boolean announce(int vni, Location from, Shape frame, Location to) {
    NetworkConfig network = networks.get(vni);
    boolean nobody =
        network.flood() instanceof FloodList.Remotes(List<Endpoint> all, _) && all.isEmpty();
    if (!network.stations().announcesNew() || nobody || to.equals(from)) {
      return false;
    }
    if (to instanceof Location.AtPort(String name)) {
      sendToAll(vni, frame);
      deliver(name, frame);
      return true;
    }
    if (network.flood() instanceof FloodList.Group) {
      String mac = "%012x".formatted(frame.source);
      String reverseArp = "ffffffffffff" + mac + "8035" + "0001080006040003" + mac.substring(0, 4);
      sendToAll(vni, new Shape(0, frame.source, false, reverseArp));
      return false;
    }
    sendToAll(vni, frame);
    IpAddress remote = ((Location.AtRemote) to).remote();
    return ((FloodList.Remotes) network.flood())
        .endpoints().stream().anyMatch(endpoint -> endpoint.address().equals(remote));
  }

  void fromUnderlay(IpAddress remote, int vni, Shape frame) {
    NetworkConfig network = networks.get(vni);
    DropReason refusal;
    if (remote.equals(own)) {
      refusal = DropReason.OWN_DATAGRAM;
    } else if (network == null) {
      refusal = DropReason.UNKNOWN_VNI;
    } else if (!accepts(network, remote)) {
      refusal = DropReason.SOURCE_NOT_AUTHORISED;
    } else {
      refusal = refusal(network, frame);
    }
    if (refusal != null) {
      drop(refusal);
      return;
    }
    boolean arrived = learn(vni, frame, new Location.AtRemote(remote));
    Location to = find(vni, frame.destination);
    if (to == null) {
      if (deliverToAll(vni, "", frame) == 0) {
        drop(DropReason.NO_FLOOD_TARGET);
      }
    } else if (to instanceof Location.AtPort(String name)) {
      deliver(name, frame);
    } else if (!arrived) { // the first frame of a station is for whoever hears it
      drop(DropReason.TUNNEL_TO_TUNNEL);
    }
  }

  private static DropReason refusal(NetworkConfig network, Shape frame) {
    if (frame.source == 0 || (frame.source & GROUP_BIT) != 0) {
      return DropReason.INVALID_SOURCE_ADDRESS;
    }
    if (frame.destination >= 0x0180_c200_0000L && frame.destination <= 0x0180_c200_000fL) {
      return DropReason.RESERVED_GROUP_ADDRESS;
    }
    return frame.tagged && network.settings().tags().inner() == TagPolicy.DROP
        ? DropReason.TAGGED_FRAME
        : null;
  }

  private static boolean accepts(NetworkConfig network, IpAddress remote) {
    if (!network.accepted().isEmpty()) {
      return network.accepted().contains(remote);
    }
    return switch (network.flood()) {
      case FloodList.Group _ -> true;
      case FloodList.Remotes to ->
          to.endpoints().stream().anyMatch(endpoint -> endpoint.address().equals(remote));
    };
  }

  /** Whether the station was not there before. */
  private boolean learn(int vni, Shape frame, Location from) {
    long mac = frame.source;
    Fact known = known(vni, mac);
    if (known != null && frame.destination == mac && !known.location.equals(from)) {
      return false;
    }
    if (known == null || known.origin == Origin.LEARNED) {
      facts.put(new Station(vni, mac), new Fact(from, Origin.LEARNED, nowSeconds));
      return known == null || !known.location.equals(from);
    }
    return false;
  }

  private Location find(int vni, long mac) {
    Fact fact = (mac & GROUP_BIT) != 0 ? null : known(vni, mac);
    if (fact == null) {
      return null;
    }
    boolean believable =
        fact.origin != Origin.LEARNED
            || !(fact.location instanceof Location.AtRemote(IpAddress remote))
            || accepts(networks.get(vni), remote);
    return believable ? fact.location : null;
  }

  private int deliverToAll(int vni, String but, Shape frame) {
    List<String> targets =
        vniOfPort.keySet().stream()
            .filter(port -> vniOfPort.get(port) == vni && !port.equals(but))
            .toList();
    targets.forEach(port -> deliver(port, frame));
    return targets.size();
  }

  private int sendToAll(int vni, Shape frame) {
    List<Endpoint> targets =
        switch (networks.get(vni).flood()) {
          case FloodList.Group group -> List.of(group.endpoint());
          case FloodList.Remotes remotes -> remotes.endpoints();
        };
    targets.forEach(target -> send(target, vni, frame));
    return targets.size();
  }

  private Endpoint portOf(IpAddress remote) {
    return new Endpoint(remote, defaultPort);
  }

  private void deliver(String port, Shape frame) {
    outcomes.add(port + " gets " + frame.content);
  }

  private void send(Endpoint to, int vni, Shape frame) {
    outcomes.add(to + " is sent " + frame.content + " in " + vni);
  }

  private void drop(DropReason reason) {
    drops.merge(reason, 1L, Long::sum);
  }

  Set<Integer> vnis() {
    return networks.keySet();
  }

  List<String> portsOf(int vni) {
    return vniOfPort.keySet().stream().filter(port -> vniOfPort.get(port) == vni).toList();
  }

  Set<String> ports() {
    return vniOfPort.keySet();
  }

  Map<Station, Fact> facts() {
    return facts;
  }
}
