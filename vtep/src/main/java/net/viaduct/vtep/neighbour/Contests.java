package net.viaduct.vtep.neighbour;

import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.tables.Tables;

/**
 * Addresses that another station claims than the one that has them: that one is asked up to three
 * times, a second apart, and only if it is silent the other one gets the address (R52, after RFC
 * 9161 section 3.6). Owned by the data-path thread. Bounded: what does not fit stays as it is.
 */
final class Contests {
  private static final int MOST = 256;
  private static final int PROBES = 3;
  private static final long PROBE_NS = 1_000_000_000L;

  private final NeighbourTable table;
  private final Tables tables;
  private final Prober prober;
  private final CycleClock clock;
  private final int[] records = new int[MOST];
  private final long[] claimants = new long[MOST];
  private final int[] flags = new int[MOST];
  private final int[] probes = new int[MOST];
  private final long[] dueNs = new long[MOST];
  private int size;

  Contests(NeighbourTable table, Tables tables, Prober prober, CycleClock clock) {
    this.table = table;
    this.tables = tables;
    this.prober = prober;
    this.clock = clock;
  }

  /** A station claims what another one has. */
  void open(int record, long claimant, int claimedFlags) {
    int at = find(record);
    if (at < 0) {
      if (size == MOST) {
        return;
      }
      at = size++;
      records[at] = record;
      probes[at] = 0;
      dueNs[at] = clock.nowNs();
    }
    claimants[at] = claimant;
    flags[at] = claimedFlags;
  }

  /** The one that has it said so again. */
  void confirm(int record) {
    int at = find(record);
    if (at >= 0) {
      close(at);
    }
  }

  private int find(int record) {
    for (int at = 0; at < size; at++) {
      if (records[at] == record) {
        return at;
      }
    }
    return -1;
  }

  private void close(int at) {
    size--;
    records[at] = records[size];
    claimants[at] = claimants[size];
    flags[at] = flags[size];
    probes[at] = probes[size];
    dueNs[at] = dueNs[size];
  }

  /** Asks, or decides, where it is due. */
  void attend() {
    for (int at = size - 1; at >= 0; at--) {
      int record = records[at];
      if (!isContested(record)) {
        close(at);
      } else if (clock.nowNs() - dueNs[at] >= 0) {
        if (probes[at] == PROBES) {
          table.move(record, claimants[at], clock.seconds());
          table.flags(record, flags[at]);
          close(at);
        } else {
          probes[at]++;
          dueNs[at] = clock.nowNs() + PROBE_NS;
          prober.probe(tables, table, record);
        }
      }
    }
  }

  private boolean isContested(int record) {
    return table.isThere(record) && (table.flags(record) & NeighbourTable.CONTESTED) != 0;
  }
}
