package net.viaduct.controller.transition;

import com.google.protobuf.ByteString;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.viaduct.controller.model.Ip;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.model.Mac;
import net.viaduct.controller.model.Network;
import net.viaduct.controller.registry.Claims;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.store.Condition;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.Transaction;
import net.viaduct.protocol.LegStation;
import net.viaduct.protocol.Report;

/**
 * Writes down who is heard on the wires over which networks are stretched, as their gateways tell
 * it. Owned by the thread that writes what is observed.
 */
public final class WireWatch {
  private static final Comparator<Ip> BY_TEXT = Comparator.comparing(Ip::toString);

  /** For how long one is kept that is not heard any more. */
  private static final Duration KEPT = Duration.ofMinutes(10);

  private final Store store;
  private final Registry registry;

  /** Which networks a host told about last. */
  private final Map<String, Set<Integer>> told = new HashMap<>();

  /** A watch of the wires of the networks in a store. */
  public WireWatch(Store store, Registry registry) {
    this.store = store;
    this.registry = registry;
  }

  /** A host tells whom it hears at its legs. */
  public void seen(String host, Report report, Instant at) {
    Map<Integer, List<LegStation>> byVni = new HashMap<>();
    for (LegStation station : report.getLegStationsList()) {
      byVni.computeIfAbsent(station.getVni(), _ -> new ArrayList<>()).add(station);
    }
    Set<Integer> vnis = new HashSet<>(byVni.keySet());
    vnis.addAll(told.getOrDefault(host, Set.of()));
    told.put(host, Set.copyOf(byVni.keySet()));
    for (int vni : vnis) {
      network(vni)
          .filter(network -> Transitions.gateway(store, network).equals(Optional.of(host)))
          .ifPresent(
              network -> write(network.name(), host, byVni.getOrDefault(vni, List.of()), at));
    }
  }

  private Optional<Network> network(int vni) {
    return store
        .get(Claims.vniKey(vni))
        .flatMap(entry ->
            registry.get(Kind.NETWORK, entry.value().substring(Kind.NETWORK.prefix().length())))
        .map(stored -> (Network) stored.definition());
  }

  private void write(String network, String host, List<LegStation> heard, Instant at) {
    String key = Wire.PREFIX + network;
    Optional<Entry> entry = store.get(key);
    Wire before = entry.map(Wire::parse).orElse(Wire.SILENT);
    Wire after = new Wire(host, merged(before, heard, at));
    if (!after.equals(before)) {
      // if another controller was faster, the next report comes in some seconds
      store.commit(
          new Transaction(
              List.of(
                  new Condition.Unchanged(key, entry.map(Entry::modified).orElse(0L)),
                  new Condition.Exists(Kind.NETWORK.prefix() + network)),
              List.of(new Operation.Put(key, after.json()))));
    }
  }

  private static Map<String, WireStation> merged(Wire before, List<LegStation> heard, Instant at) {
    Map<String, WireStation> now = new HashMap<>();
    for (LegStation station : heard) {
      if (now.size() < Wire.MOST_STATIONS) {
        WireStation one = station(station, before, at);
        now.put(one.mac().text(), one);
      }
    }
    for (WireStation old : before.all()) {
      if (!now.containsKey(old.mac().text()) && now.size() < Wire.MOST_STATIONS) {
        String gone = old.gone().isEmpty() ? inSeconds(at) : old.gone();
        if (Duration.between(Instant.parse(gone), at).compareTo(KEPT) < 0) {
          now.put(
              old.mac().text(),
              new WireStation(old.mac(), old.ips(), old.kind(), 0, old.since(), gone));
        }
      }
    }
    return now;
  }

  private static WireStation station(LegStation told, Wire before, Instant at) {
    Mac mac = new Mac(text(told.getMac()));
    Optional<WireStation> known = before.station(mac.text());
    return new WireStation(
        mac,
        told.getAddressesList().stream().flatMap(it -> ip(it).stream()).sorted(BY_TEXT).toList(),
        switch (told.getKind()) {
          case ROUTER -> WireStation.Kind.ROUTER;
          case VIRTUAL_ROUTER -> WireStation.Kind.VIRTUAL_ROUTER;
          case MACHINE, UNRECOGNIZED -> WireStation.Kind.MACHINE;
        },
        Math.clamp(told.getHeardTenths(), 0, 10),
        known.map(WireStation::since).orElseGet(() -> inSeconds(at)),
        "");
  }

  private static String inSeconds(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String text(long mac) {
    StringBuilder text = new StringBuilder();
    for (int shift = 40; shift >= 0; shift -= 8) {
      text.append(shift == 40 ? "" : ":");
      text.append(String.format(Locale.ROOT, "%02x", mac >>> shift & 0xff));
    }
    return text.toString();
  }

  private static Optional<Ip> ip(ByteString bytes) {
    try {
      return Optional.of(new Ip(InetAddress.getByAddress(bytes.toByteArray()).getHostAddress()));
    } catch (UnknownHostException | IllegalArgumentException _) {
      return Optional.empty(); // a host tells what a machine said; what is none is left out
    }
  }
}
