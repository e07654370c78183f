package net.viaduct.vtep.neighbour;

import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.counting.TrafficCounter;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.settings.NeighbourSettings;
import net.viaduct.vtep.tables.Fdb;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Slots;
import net.viaduct.vtep.tables.StationEntry;
import net.viaduct.vtep.tables.Tables;
import org.jspecify.annotations.Nullable;

/**
 * What is known about the IP addresses of stations, and who is believed about them (R52): nobody
 * who is not where his frame came from, and no other station as long as the one that has an address
 * answers. Owned by the data-path thread.
 */
public final class Neighbours {
  private static final int MOST_ADDRESSES = 1 << 18;
  private static final int AGEING_SECONDS = 3600;
  private static final int SWEPT = 512;
  private static final int SAID = NeighbourTable.STATIC;

  private final NeighbourTable table;
  private final Fdb fdb;
  private final CycleClock clock;
  private final Tally tally;
  private final Contests contests;
  private final Slots<Network> networks;
  private final @Nullable Network[] applied;
  private final @Nullable NeighbourSettings[] settings;

  /** Nothing is known yet. */
  public Neighbours(Tables tables, int mostNetworks, CycleClock clock, Tally tally, Prober prober) {
    this.table = new NeighbourTable(MOST_ADDRESSES, mostNetworks, System.identityHashCode(tables));
    this.networks = tables.networks();
    this.applied = new Network[mostNetworks];
    this.settings = new NeighbourSettings[mostNetworks];
    this.fdb = tables.fdb();
    this.clock = clock;
    this.tally = tally;
    this.contests = new Contests(table, tables, prober, clock);
  }

  /** All addresses. */
  public NeighbourTable table() {
    return table;
  }

  /** Follows what became of the network with this index, if anything did. */
  void follow(int index) {
    Network network = networks.get(index);
    if (network != applied[index]) {
      table.forget(index);
      applied[index] = network;
      settings[index] = null;
    }
    NeighbourSettings said = network == null ? null : network.config().settings().neighbours();
    if (network != null && said != null && !said.equals(settings[index])) {
      settings[index] = said;
      apply(network, said);
    }
  }

  private void apply(Network network, NeighbourSettings said) {
    table.limit(network.index(), NeighbourSettings.MOST_ADDRESSES);
    for (int at = 0; at < table.end(); at++) {
      if (table.isThere(at)
          && table.network(at) == network.index()
          && (table.flags(at) & SAID) != 0) {
        table.remove(at);
      }
    }
    for (NeighbourSettings.Known known : said.known()) {
      say(network.index(), known);
    }
    table.limit(network.index(), said.limit() + said.known().size());
  }

  private void say(int network, NeighbourSettings.Known known) {
    int at = table.find(network, known.address().high(), known.address().low());
    if (at != NeighbourTable.NONE) {
      table.remove(at);
    }
    at =
        table.enter(
            network, known.address().high(), known.address().low(), known.mac(), clock.seconds());
    if (at != NeighbourTable.NONE) {
      int router = known.router() ? NeighbourTable.ROUTER : 0;
      table.flags(at, SAID | router | NeighbourTable.OVERRIDE | NeighbourTable.FLAGS_KNOWN);
    }
  }

  /**
   * A station told, or a server told it, that it has an address.
   *
   * @param place where that came from, as of {@link StationEntry}; the station must be there
   * @param flags {@link NeighbourTable#ROUTER} and its companions, if it told them
   */
  void claim(Network network, Claim claim, int place, int flags) {
    int now = clock.seconds();
    long entry = fdb.find(network.index(), claim.mac, now);
    if (entry == Fdb.NOWHERE || StationEntry.destination(entry) != place) {
      return;
    }
    int at = table.find(network.index(), claim.high, claim.low);
    if (at == NeighbourTable.NONE) {
      at = table.enter(network.index(), claim.high, claim.low, claim.mac, now);
      if (at == NeighbourTable.NONE) {
        tally.noted(TrafficCounter.NEIGHBOURS_REFUSED, network.counters());
      } else {
        table.flags(at, flags);
      }
    } else if (table.mac(at) == claim.mac) {
      confirm(at, flags, now);
    } else if ((table.flags(at) & SAID) == 0) {
      contest(network, at, claim.mac, flags);
    } else {
      tally.noted(TrafficCounter.NEIGHBOURS_CONTESTED, network.counters());
    }
  }

  private void confirm(int at, int flags, int now) {
    table.seen(at, now);
    if ((table.flags(at) & SAID) != 0) {
      return;
    }
    contests.confirm(at);
    boolean told = (flags & NeighbourTable.FLAGS_KNOWN) != 0;
    table.flags(at, told ? flags : table.flags(at) & ~NeighbourTable.CONTESTED);
  }

  private void contest(Network network, int at, long mac, int flags) {
    if (!isPresent(network, table.mac(at))) {
      table.move(at, mac, clock.seconds());
      table.flags(at, flags);
      return;
    }
    if ((table.flags(at) & NeighbourTable.CONTESTED) == 0) {
      tally.noted(TrafficCounter.NEIGHBOURS_CONTESTED, network.counters());
    }
    table.flags(at, table.flags(at) | NeighbourTable.CONTESTED);
    contests.open(at, mac, flags);
  }

  /** A server told a station that it has an address; nothing is heard of stations unknown here. */
  void offer(Network network, Claim claim) {
    long entry = fdb.find(network.index(), claim.mac, clock.seconds());
    if (entry != Fdb.NOWHERE) {
      int flags = NeighbourTable.OVERRIDE | NeighbourTable.FLAGS_KNOWN;
      claim(network, claim, StationEntry.destination(entry), flags);
    }
  }

  /** A station gave its address back. */
  void release(Network network, Claim claim) {
    int at = table.find(network.index(), claim.high, claim.low);
    if (at != NeighbourTable.NONE && table.mac(at) == claim.mac && (table.flags(at) & SAID) == 0) {
      table.remove(at);
    }
  }

  private boolean isPresent(Network network, long mac) {
    return fdb.find(network.index(), mac, clock.seconds()) != Fdb.NOWHERE;
  }

  /**
   * The record of an address for whose station somebody may answer, or {@link NeighbourTable#NONE}:
   * nobody contests it, and the station is not gone and not silent for long.
   */
  int answerable(Network network, long high, long low) {
    int at = table.find(network.index(), high, low);
    if (at == NeighbourTable.NONE || (table.flags(at) & NeighbourTable.CONTESTED) != 0) {
      return NeighbourTable.NONE;
    }
    int now = clock.seconds();
    long entry = fdb.find(network.index(), table.mac(at), now);
    if (entry == Fdb.NOWHERE || !isReachable(network, entry)) {
      return NeighbourTable.NONE;
    }
    long believed = network.config().settings().neighbours().believed().toSeconds();
    boolean fresh = (table.flags(at) & SAID) != 0 || table.ageSeconds(at, now) <= believed;
    boolean heard =
        !StationEntry.isLearned(entry) || StationEntry.ageSeconds(entry, now) <= believed;
    return fresh && heard ? at : NeighbourTable.NONE;
  }

  private static boolean isReachable(Network network, long entry) {
    int destination = StationEntry.destination(entry);
    return StationEntry.isPort(destination)
        || !StationEntry.isLearned(entry)
        || network.heeds(StationEntry.index(destination));
  }

  /** Whether anybody is known to have an address, present or not. */
  boolean isKnown(Network network, long high, long low) {
    return table.find(network.index(), high, low) != NeighbourTable.NONE;
  }

  /** Where a record's station is, as of {@link StationEntry}; 0 if nobody knows. */
  int placeOf(int record) {
    long entry = fdb.find(table.network(record), table.mac(record), clock.seconds());
    return entry == Fdb.NOWHERE ? 0 : StationEntry.destination(entry);
  }

  /** What is due: networks that changed, probes, their ends, and what is too old. */
  public void attend() {
    for (int index = 0; index < networks.end(); index++) {
      follow(index);
    }
    contests.attend();
    table.sweep(SWEPT, AGEING_SECONDS, clock.seconds());
  }
}
