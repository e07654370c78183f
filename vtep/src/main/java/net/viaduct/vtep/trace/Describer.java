package net.viaduct.vtep.trace;

import net.viaduct.vtep.Origin;
import net.viaduct.vtep.tables.Fdb;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.StationEntry;
import net.viaduct.vtep.tables.Tables;

/** Puts what is in the tables into words. Owned by the data-path thread. */
public final class Describer {
  private final Tables tables;

  /** Of these tables. */
  public Describer(Tables tables) {
    this.tables = tables;
  }

  /** {@code network blue (VNI 100)}. */
  public static String network(Network network) {
    return "network " + network.config().name() + " (VNI " + network.vni() + ")";
  }

  /** {@code port vm1}, {@code remote 10.77.0.2}. */
  public String place(int destination) {
    int index = StationEntry.index(destination);
    if (StationEntry.isPort(destination)) {
      LocalPort port = tables.ports().get(index);
      return port == null ? "a port that is gone" : "port " + port.name();
    }
    Remote remote = tables.remotes().get(index);
    return remote == null ? "a remote that is gone" : "remote " + remote.address();
  }

  /**
   * {@code at port vm1, learned, heard of 12 s ago, instead of told at remote 10.77.0.1}; {@code
   * not known} if nobody knows.
   */
  public String station(Network network, long mac, int nowSeconds) {
    long entry = tables.fdb().find(network.index(), mac, nowSeconds);
    if (entry == Fdb.NOWHERE) {
      return "not known";
    }
    Origin origin = StationEntry.origin(entry);
    String age =
        origin == Origin.LEARNED
            ? ", heard of " + StationEntry.ageSeconds(entry, nowSeconds) + " s ago"
            : "";
    return "at "
        + place(StationEntry.destination(entry))
        + ", "
        + origin.label()
        + age
        + told(network, mac, entry);
  }

  private String told(Network network, long mac, long entry) {
    long told =
        StationEntry.isInsteadOfTold(entry)
            ? tables.fdb().toldInstead(network.index(), mac)
            : Fdb.NOWHERE;
    return told == Fdb.NOWHERE
        ? ""
        : ", instead of told at " + place(StationEntry.destination(told));
  }
}
