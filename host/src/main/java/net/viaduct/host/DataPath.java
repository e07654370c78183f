package net.viaduct.host;

import java.time.Duration;
import java.util.List;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.config.NetworkConfig;
import net.viaduct.host.config.ReservedBits;
import net.viaduct.host.devices.HostDevices;
import net.viaduct.host.preflight.Clearance;
import net.viaduct.host.reconcile.Change;
import net.viaduct.host.reconcile.DesiredState;
import net.viaduct.host.reconcile.Reconciler;
import net.viaduct.io.Readiness;
import net.viaduct.io.Underlay;
import net.viaduct.runtime.AgentRunner;
import net.viaduct.runtime.Counters;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.runtime.NanoClock;
import net.viaduct.vtep.TableLimits;
import net.viaduct.vtep.Vtep;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.VtepParts;
import net.viaduct.vtep.VtepView;

/**
 * The VTEP of a host with its thread, and what brings it to a desired state. Owned by one control
 * thread at a time.
 */
final class DataPath implements AutoCloseable {
  private static final Duration IDLE_WAIT = Duration.ofMillis(100);

  private final Vtep vtep;
  private final AgentRunner runner;
  private final Reconciler reconciler;

  private DataPath(Vtep vtep, AgentRunner runner, Reconciler reconciler) {
    this.vtep = vtep;
    this.runner = runner;
    this.reconciler = reconciler;
  }

  /**
   * What a data path needs from its host.
   *
   * @param devices where it opens its ports and underlay
   * @param clock for ages
   * @param counters where it counts
   * @param errors where it notes what fails
   */
  record Surroundings(
      HostDevices devices, NanoClock clock, Counters counters, DistinctErrors errors) {}

  /**
   * Opens the underlay and starts, without networks.
   *
   * @throws net.viaduct.io.IoFailure if the underlay cannot be opened
   */
  static DataPath start(HostConfig config, Clearance clearance, Surroundings around) {
    HostDevices devices = around.devices();
    Underlay underlay =
        devices.openUnderlay(config.underlay(), clearance.underlay(), around.errors());
    try {
      Readiness readiness = devices.openReadiness();
      VtepParts parts =
          new VtepParts(underlay, readiness, around.clock(), around.counters(), around.errors());
      Vtep vtep = new Vtep(vtepConfig(config), parts);
      AgentRunner runner = new AgentRunner(vtep, around.errors());
      runner.start();
      return new DataPath(vtep, runner, new Reconciler(vtep.control(), devices, around.errors()));
    } catch (RuntimeException e) {
      underlay.close();
      throw e;
    }
  }

  private static VtepConfig vtepConfig(HostConfig config) {
    TableLimits usual = TableLimits.DEFAULT;
    int most = config.mostStations();
    TableLimits limits =
        new TableLimits(
            most,
            most,
            Math.min(most, usual.stationsPerPort()),
            Math.min(most, usual.stationsPerRemote()),
            usual.networks(),
            usual.ports(),
            usual.remotes());
    boolean strict = config.underlay().reservedBits() == ReservedBits.STRICT;
    return new VtepConfig(NetworkConfig.DEFAULT_AGEING, strict, limits, IDLE_WAIT);
  }

  /**
   * Makes a state the one in force.
   *
   * @throws net.viaduct.host.reconcile.NotApplied if it is not; the one before still is
   */
  List<Change> apply(DesiredState state) {
    return reconciler.apply(state);
  }

  /** What is in force: what was desired, but for devices that went away meanwhile. */
  DesiredState current() {
    return reconciler.current();
  }

  VtepView view() {
    return vtep.view();
  }

  /** Gives all ports back, leaves all groups, and ends. */
  @Override
  public void close() {
    try {
      reconciler.apply(DesiredState.EMPTY);
    } finally {
      runner.close();
    }
  }
}
