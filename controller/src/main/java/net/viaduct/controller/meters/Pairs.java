package net.viaduct.controller.meters;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.viaduct.controller.view.Places;
import net.viaduct.protocol.RemoteMeter;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who talks to whom: what each host sends to each other, by what the sender and the receiver have
 * counted. Used once, by one thread.
 */
final class Pairs {
  /** For people and pictures; the rest is a sum. */
  static final int MOST = 200;

  private final Places places;
  private final Map<Way, Pair> pairs = new HashMap<>();

  private record Way(String from, String to) {}

  /** What goes one way. */
  private static final class Pair {
    private final Way way;
    private double sentBits = Double.NaN;
    private double sentDatagrams = Double.NaN;
    private double receivedBits = Double.NaN;
    private double receivedDatagrams = Double.NaN;

    Pair(Way way) {
      this.way = way;
    }

    /** By whoever saw more: what is sent to a group is no sender's count. */
    double bits() {
      return Double.isNaN(sentBits)
          ? receivedBits
          : Double.isNaN(receivedBits) ? sentBits : Math.max(sentBits, receivedBits);
    }
  }

  Pairs(Places places) {
    this.places = places;
  }

  /** What a host says about its remotes; those that are no hosts are left out. */
  void add(Metered metered) {
    if (metered.before() == null) {
      return;
    }
    Earlier<RemoteMeter> before = new Earlier<>(metered.before().getRemotesList(), Pairs::endpoint);
    List<RemoteMeter> remotes = metered.last().getRemotesList();
    for (int i = 0; i < remotes.size(); i++) {
      RemoteMeter now = remotes.get(i);
      RemoteMeter then = before.of(now, i);
      String other = places.hostAt(now.getAddress().toByteArray(), now.getPort());
      if (then != null && other != null) {
        add(metered.host(), other, now, then, metered.intervalNs());
      }
    }
  }

  static Object endpoint(RemoteMeter remote) {
    return List.of(remote.getAddress(), remote.getPort());
  }

  private void add(String host, String other, RemoteMeter now, RemoteMeter then, long intervalNs) {
    Flow sent = Flow.of(now.getSent(), then.getSent(), intervalNs);
    Flow received = Flow.of(now.getReceived(), then.getReceived(), intervalNs);
    if (sent.bitsPerSecond() > 0) {
      Pair there = pair(host, other);
      there.sentBits = sent.bitsPerSecond();
      there.sentDatagrams =
          Flow.perSecond(now.getSentDatagrams(), then.getSentDatagrams(), intervalNs);
    }
    if (received.bitsPerSecond() > 0) {
      Pair here = pair(other, host);
      here.receivedBits = received.bitsPerSecond();
      here.receivedDatagrams =
          Flow.perSecond(now.getReceivedDatagrams(), then.getReceivedDatagrams(), intervalNs);
    }
  }

  private Pair pair(String from, String to) {
    return pairs.computeIfAbsent(new Way(from, to), Pair::new);
  }

  /** Writes the busiest first, and how many there are. */
  void write(ObjectNode json) {
    ArrayNode rows = json.putArray("pairs");
    pairs.values().stream()
        .sorted(
            Comparator.comparingDouble(Pair::bits)
                .reversed()
                .thenComparing(it -> it.way.from())
                .thenComparing(it -> it.way.to()))
        .limit(MOST)
        .forEach(pair -> {
          ObjectNode row = rows.addObject();
          row.put("from", pair.way.from()).put("to", pair.way.to());
          Flow.put(row, "bitsPerSecond", pair.bits());
          Flow.put(row, "sentDatagramsPerSecond", pair.sentDatagrams);
          Flow.put(row, "receivedDatagramsPerSecond", pair.receivedDatagrams);
        });
    json.put("pairsInAll", pairs.size());
  }
}
