package net.viaduct.controller.meters;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.view.Places;
import net.viaduct.protocol.DropMeter;
import net.viaduct.protocol.Meters;
import net.viaduct.protocol.NetworkMeter;
import net.viaduct.protocol.PortMeter;
import net.viaduct.protocol.RemoteMeter;
import net.viaduct.runtime.NanoClock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes what hosts have counted, with rates over the last interval of each, as documents of the
 * API. Rates that are not known yet are left out. Immutable: safe from any thread.
 */
public final class MeterDocuments {
  private static final long NS_PER_MS = 1_000_000;

  private final NanoClock clock;
  private final DropWords words = new DropWords();

  /** By the clock of the answers that are written. */
  MeterDocuments(NanoClock clock) {
    this.clock = clock;
  }

  /** All hosts, all networks, and who talks to whom. */
  public ObjectNode everything(List<Metered> all, Places places) {
    ObjectNode json = Documents.object();
    ArrayNode hosts = json.putArray("hosts");
    Map<Integer, Traffic> networks = new TreeMap<>();
    Pairs pairs = new Pairs(places);
    for (Metered metered : sorted(all)) {
      ObjectNode row = head(hosts.addObject(), metered);
      traffic(metered).writeRates(row.putObject("traffic"));
      networksOf(metered).forEach((vni, traffic) -> networks.merge(vni, traffic, Traffic::plus));
      pairs.add(metered);
    }
    ArrayNode rows = json.putArray("networks");
    networks.forEach((vni, traffic) -> {
      ObjectNode row = network(rows.addObject(), vni, places);
      traffic.writeRates(row.putObject("traffic"));
    });
    pairs.write(json);
    return json;
  }

  /** One host with all that it has told; with its name only if it has told nothing. */
  public ObjectNode host(String name, Optional<Metered> told, Places places) {
    ObjectNode json = Documents.object().put("name", name);
    told.ifPresent(metered -> {
      head(json, metered);
      json.put("since", Instant.ofEpochMilli(metered.last().getRun()).toString());
      traffic(metered).write(json.putObject("traffic"));
      drops(json.putArray("drops"), metered);
      ArrayNode networks = json.putArray("networks");
      networksOf(metered)
          .forEach((vni, traffic) -> {
            ObjectNode row = network(networks.addObject(), vni, places);
            traffic.write(row.putObject("traffic"));
          });
      ports(json.putArray("ports"), metered, places);
      remotes(json.putArray("remotes"), metered, places);
    });
    return json;
  }

  /** One network: what each of its hosts counts for it. */
  public ObjectNode network(String name, int vni, List<Metered> all) {
    ObjectNode json = Documents.object().put("name", name).put("vni", vni);
    Traffic sum = Traffic.NONE;
    ArrayNode hosts = Documents.object().putArray("hosts");
    for (Metered metered : sorted(all)) {
      Traffic traffic = networksOf(metered).getOrDefault(vni, Traffic.NONE);
      sum = sum.plus(traffic);
      traffic.write(head(hosts.addObject(), metered).putObject("traffic"));
    }
    sum.write(json.putObject("traffic"));
    json.set("hosts", hosts);
    return json;
  }

  /** One port, by the device that it is on its host; with its name only if it is nowhere yet. */
  public ObjectNode port(String name, String device, Optional<Metered> told, Places places) {
    ObjectNode json = Documents.object().put("name", name);
    told.ifPresent(metered -> {
      ArrayNode its = Documents.object().putArray("ports");
      ports(its, metered, places);
      for (JsonNode port : its) {
        if (port.path("device").asString("").equals(device)) {
          json.put("host", metered.host()).put("ageMs", ageMs(metered));
          json.put("intervalMs", metered.intervalNs() / NS_PER_MS);
          json.setAll((ObjectNode) port);
        }
      }
    });
    return json;
  }

  private long ageMs(Metered metered) {
    return Math.max(0, clock.nanoTime() - metered.atNs()) / NS_PER_MS;
  }

  private static List<Metered> sorted(List<Metered> all) {
    return all.stream().sorted(Comparator.comparing(Metered::host)).toList();
  }

  private ObjectNode head(ObjectNode json, Metered metered) {
    return json.put("name", metered.host())
        .put("ageMs", ageMs(metered))
        .put("intervalMs", metered.intervalNs() / NS_PER_MS);
  }

  private static ObjectNode network(ObjectNode json, int vni, Places places) {
    String name = places.networkOf(vni);
    if (name != null) {
      json.put("name", name);
    }
    return json.put("vni", vni);
  }

  private static Meters before(Metered metered) {
    return metered.before() == null ? Meters.getDefaultInstance() : metered.before();
  }

  private static Traffic traffic(Metered metered) {
    Meters before = metered.before();
    return Traffic.of(
        metered.last().getTotal(), before == null ? null : before.getTotal(), metered.intervalNs());
  }

  private static Map<Integer, Traffic> networksOf(Metered metered) {
    Map<Integer, Traffic> all = new TreeMap<>();
    Earlier<NetworkMeter> before =
        new Earlier<>(before(metered).getNetworksList(), NetworkMeter::getVni);
    List<NetworkMeter> networks = metered.last().getNetworksList();
    for (int i = 0; i < networks.size(); i++) {
      NetworkMeter now = networks.get(i);
      NetworkMeter then = before.of(now, i);
      all.put(
          now.getVni(),
          Traffic.of(
              now.getTraffic(), then == null ? null : then.getTraffic(), metered.intervalNs()));
    }
    return all;
  }

  private static void ports(ArrayNode rows, Metered metered, Places places) {
    Earlier<PortMeter> before = new Earlier<>(before(metered).getPortsList(), PortMeter::getName);
    List<PortMeter> ports = metered.last().getPortsList();
    for (int i = 0; i < ports.size(); i++) {
      PortMeter now = ports.get(i);
      PortMeter then = before.of(now, i);
      ObjectNode row = rows.addObject().put("device", now.getName()).put("vni", now.getVni());
      String network = places.networkOf(now.getVni());
      if (network != null) {
        row.put("network", network);
      }
      long interval = metered.intervalNs();
      Flow.of(now.getReceived(), then == null ? null : then.getReceived(), interval)
          .write(row.putObject("received"));
      Flow.of(now.getSent(), then == null ? null : then.getSent(), interval)
          .write(row.putObject("sent"));
      dropped(row, now.getDroppedFrames(), then == null ? -1 : then.getDroppedFrames(), interval);
    }
  }

  private static void remotes(ArrayNode rows, Metered metered, Places places) {
    Earlier<RemoteMeter> before = new Earlier<>(before(metered).getRemotesList(), Pairs::endpoint);
    List<RemoteMeter> remotes = metered.last().getRemotesList();
    for (int i = 0; i < remotes.size(); i++) {
      RemoteMeter now = remotes.get(i);
      RemoteMeter then = before.of(now, i);
      ObjectNode row = rows.addObject();
      row.put("address", Places.text(now.getAddress().toByteArray())).put("udpPort", now.getPort());
      String host = places.hostAt(now.getAddress().toByteArray(), now.getPort());
      if (host != null) {
        row.put("host", host);
      }
      remote(
          row,
          now,
          then == null ? RemoteMeter.getDefaultInstance() : then,
          then != null,
          metered.intervalNs());
    }
  }

  private static void remote(
      ObjectNode row, RemoteMeter now, RemoteMeter then, boolean wasThere, long intervalNs) {
    long interval = wasThere ? intervalNs : 0;
    ObjectNode received = row.putObject("received");
    Flow.of(now.getReceived(), then.getReceived(), interval).write(received);
    received.put("datagrams", now.getReceivedDatagrams());
    Flow.put(
        received,
        "datagramsPerSecond",
        Flow.perSecond(now.getReceivedDatagrams(), then.getReceivedDatagrams(), interval));
    ObjectNode sent = row.putObject("sent");
    Flow.of(now.getSent(), then.getSent(), interval).write(sent);
    sent.put("datagrams", now.getSentDatagrams());
    Flow.put(
        sent,
        "datagramsPerSecond",
        Flow.perSecond(now.getSentDatagrams(), then.getSentDatagrams(), interval));
    dropped(row, now.getDroppedFrames(), wasThere ? then.getDroppedFrames() : -1, interval);
  }

  private void drops(ArrayNode rows, Metered metered) {
    Earlier<DropMeter> before = new Earlier<>(before(metered).getDropsList(), DropMeter::getReason);
    List<DropMeter> drops = metered.last().getDropsList();
    for (int i = 0; i < drops.size(); i++) {
      DropMeter now = drops.get(i);
      DropMeter then = before.of(now, i);
      ObjectNode row =
          rows.addObject().put("reason", now.getReason()).put("frames", now.getFrames());
      if (metered.before() != null) { // a reason that was not told had not occurred
        long earlier = then == null ? 0 : then.getFrames();
        Flow.put(
            row, "framesPerSecond", Flow.perSecond(now.getFrames(), earlier, metered.intervalNs()));
      }
      words.write(row, now.getReason());
    }
  }

  /** Drops of a port or a remote; before is negative if it was not told. */
  private static void dropped(ObjectNode row, long now, long before, long intervalNs) {
    double rate = before < 0 ? Double.NaN : Flow.perSecond(now, before, intervalNs);
    Traffic.writeDrops(row, now, rate);
  }
}
