package net.viaduct.vtep.tables;

import net.viaduct.vtep.VtepConfig;

/**
 * All tables of a VTEP. Changed by the data-path thread alone; workers read them in their cycles,
 * while the {@link net.viaduct.vtep.worker.Gate} is open; what other threads may read says so.
 */
public final class Tables {
  private final Slots<Network> networks;
  private final Slots<LocalPort> ports;
  private final Slots<Remote> remotes;
  private final VniTable networksByVni = new VniTable();
  private final RemoteTable remotesByAddress;
  private final Fdb fdb;
  private final ForeignVnis foreignVnis = new ForeignVnis();

  /** Empty tables. */
  public Tables(VtepConfig config, long seed) {
    networks = new Slots<>(config.limits().networks());
    ports = new Slots<>(config.limits().ports());
    remotes = new Slots<>(config.limits().remotes());
    remotesByAddress = new RemoteTable(seed);
    fdb = new Fdb(config.limits(), Math.toIntExact(config.ageing().toSeconds()), seed);
  }

  /** Networks by the index that the FDB knows them by. */
  public Slots<Network> networks() {
    return networks;
  }

  /** Ports by the index that the FDB knows them by. */
  public Slots<LocalPort> ports() {
    return ports;
  }

  /** Remotes by the index that the FDB knows them by. */
  public Slots<Remote> remotes() {
    return remotes;
  }

  /** Networks by VNI. */
  public VniTable networksByVni() {
    return networksByVni;
  }

  /** Remotes by address. */
  public RemoteTable remotesByAddress() {
    return remotesByAddress;
  }

  /** Stations. */
  public Fdb fdb() {
    return fdb;
  }

  /** VNIs that others use. */
  public ForeignVnis foreignVnis() {
    return foreignVnis;
  }
}
