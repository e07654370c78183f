package net.viaduct.vtep.neighbour;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.viaduct.vtep.CommandRefused;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.wire.MacAddress;

/**
 * Stations that are asked for their addresses because somebody wants to know whether they answer.
 * Owned by the data-path thread.
 */
public final class Questions {
  private static final int MOST = 256;
  private static final long PATIENCE_NS = Duration.ofSeconds(2).toNanos();

  private final NeighbourTable table;
  private final Tables tables;
  private final Prober prober;
  private final CycleClock clock;
  private final List<Asked> asked = new ArrayList<>();

  /** How many of these were sent: the last ones were not. */
  private int sent;

  private record Asked(int network, long mac, long untilNs, CompletableFuture<Boolean> answered) {}

  Questions(NeighbourTable table, Tables tables, Prober prober, CycleClock clock) {
    this.table = table;
    this.tables = tables;
    this.prober = prober;
    this.clock = clock;
  }

  /**
   * Asks a station for all addresses that it is known to have.
   *
   * @param answered completes with whether it answered within two seconds
   * @throws CommandRefused if it has none, or too many are asked at the moment
   */
  public void ask(Network network, long mac, CompletableFuture<Boolean> answered) {
    if (table.firstOf(network.index(), mac) == NeighbourTable.NONE) {
      throw new CommandRefused(
          "no IP address of station %s is known, so it cannot be asked"
              .formatted(MacAddress.format(mac)));
    }
    if (asked.size() == MOST) {
      throw new CommandRefused(MOST + " stations are asked already");
    }
    asked.add(new Asked(network.index(), mac, clock.nowNs() + PATIENCE_NS, answered));
  }

  /** A frame to this host's own address came from a station. */
  void answered(Network network, long mac) {
    for (int i = asked.size() - 1; i >= 0; i--) {
      Asked one = asked.get(i);
      if (one.network() == network.index() && one.mac() == mac) {
        remove(i).complete(true);
      }
    }
  }

  private CompletableFuture<Boolean> remove(int i) {
    sent -= i < sent ? 1 : 0;
    return asked.remove(i).answered();
  }

  /** Asks those that were not asked yet; those that did not answer in time will not. */
  void attend() {
    for (; sent < asked.size(); sent++) {
      Asked one = asked.get(sent);
      int record = table.firstOf(one.network(), one.mac());
      for (; record != NeighbourTable.NONE; record = table.nextOf(record)) {
        prober.probe(tables, table, record);
      }
    }
    for (int i = asked.size() - 1; i >= 0; i--) {
      if (clock.nowNs() - asked.get(i).untilNs() >= 0) {
        remove(i).complete(false);
      }
    }
  }
}
