package net.viaduct.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.config.NetworkConfig;
import net.viaduct.host.config.ReservedBits;
import net.viaduct.host.devices.DeviceFacts;
import net.viaduct.host.devices.HostDevices;
import net.viaduct.host.preflight.Clearance;
import net.viaduct.host.reconcile.Change;
import net.viaduct.host.reconcile.DesiredState;
import net.viaduct.host.reconcile.PortClosing;
import net.viaduct.host.reconcile.Reconciler;
import net.viaduct.io.Port;
import net.viaduct.io.Readiness;
import net.viaduct.io.Underlay;
import net.viaduct.runtime.Counters;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.runtime.NanoClock;
import net.viaduct.vtep.TableLimits;
import net.viaduct.vtep.Vtep;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.VtepControl;
import net.viaduct.vtep.VtepParts;
import net.viaduct.vtep.VtepView;
import net.viaduct.vtep.watch.WatchOrder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The VTEP of a host with its thread, and what brings it to a desired state. Owned by one control
 * thread at a time.
 */
final class DataPath implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataPath.class);
  private static final Duration IDLE_WAIT = Duration.ofMillis(100);

  private final Vtep vtep;
  private final DataPathThreads threads;
  private final Reconciler reconciler;
  private final LentCounters counters;
  private final Underlay underlay;
  private final WaitingMemory memory;
  private final HostDevices devices;

  private DataPath(
      Vtep vtep,
      DataPathThreads threads,
      Reconciler reconciler,
      LentCounters counters,
      Underlay underlay,
      WaitingMemory memory,
      HostDevices devices) {
    this.underlay = underlay;
    this.memory = memory;
    this.devices = devices;
    this.vtep = vtep;
    this.threads = threads;
    this.reconciler = reconciler;
    this.counters = counters;
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
   * @param ports that are open already, by name
   * @throws net.viaduct.io.IoFailure if the underlay cannot be opened
   * @throws OutOfMemoryError if there is no memory for its tables or workers, or no thread
   */
  static DataPath start(
      HostConfig config, Clearance clearance, Surroundings around, Map<String, Port> ports) {
    HostDevices devices = around.devices();
    Underlay underlay =
        devices.openUnderlay(
            config.underlay(), clearance.underlay(), around.errors(), config.workers());
    List<Readiness> readiness = new ArrayList<>();
    WaitingMemory memory = new WaitingMemory();
    LentCounters counters = new LentCounters(around.counters());
    try {
      for (int i = 0; i < config.workers(); i++) {
        readiness.add(devices.openReadiness());
      }
      VtepParts parts =
          new VtepParts(
              underlay,
              readiness.getFirst(),
              around.clock(),
              counters,
              around.errors(),
              memory::segment,
              readiness.subList(1, readiness.size()));
      Vtep vtep = new Vtep(vtepConfig(config), parts);
      vtep.latency(config.latency());
      DataPathThreads threads = DataPathThreads.start(vtep, around.errors());
      return new DataPath(
          vtep,
          threads,
          new Reconciler(vtep.control(), devices, around.errors(), config.workers(), ports),
          counters,
          underlay,
          memory,
          devices);
    } catch (RuntimeException | Error e) {
      underlay.close();
      readiness.forEach(Readiness::close);
      counters.close();
      throw e;
    }
  }

  private static VtepConfig vtepConfig(HostConfig config) {
    boolean strict = config.underlay().reservedBits() == ReservedBits.STRICT;
    return new VtepConfig(
        NetworkConfig.DEFAULT_AGEING,
        strict,
        config.underlay().acceptFrom(),
        limits(config),
        IDLE_WAIT);
  }

  /** How large its tables may become. */
  static TableLimits limits(HostConfig config) {
    TableLimits usual = TableLimits.DEFAULT;
    int most = config.mostStations();
    return new TableLimits(
        most,
        most,
        Math.min(most, usual.stationsPerPort()),
        Math.min(most, usual.stationsPerRemote()),
        usual.networks(),
        usual.ports(),
        usual.remotes());
  }

  /**
   * Makes a state the one in force.
   *
   * @throws net.viaduct.host.reconcile.NotApplied if it is not; the one before still is
   */
  List<Change> apply(DesiredState state) {
    return reconciler.apply(state);
  }

  /** Follows what can be changed besides ports and networks; what was different, in sentences. */
  List<String> follow(HostConfig before, HostConfig after) {
    if (before.latency() == after.latency()) {
      return List.of();
    }
    vtep.latency(after.latency());
    return List.of("latency is " + latency() + " now");
  }

  /** How its thread waits, as the configuration says it. */
  String latency() {
    return vtep.latency().name().toLowerCase(Locale.ROOT);
  }

  /** What is in force: what was desired, but for devices that went away meanwhile. */
  DesiredState current() {
    return reconciler.current();
  }

  /** By what tunnel packets come and leave, and why not by another way. */
  String way() {
    return underlay.way();
  }

  /** What keeps the underlay from working now, a sentence each. */
  List<String> troubles() {
    List<String> deaf = view().networksWithoutGroup();
    if (deaf.isEmpty()) {
      return underlay.troubles();
    }
    List<String> all = new ArrayList<>(underlay.troubles());
    all.add(
        (deaf.size() == 1 ? "network " : "networks ")
            + String.join(", ", deaf)
            + " cannot hear the group; other Viaduct hosts are asked for copies ('viaduct show"
            + " errors' tells why)");
    return all;
  }

  /** Tells everybody where the stations behind these ports are; does not wait for that. */
  void announce(List<String> ports) {
    for (String port : ports) {
      var _ = vtep.control().announce(OptionalInt.empty(), Optional.of(port));
    }
  }

  /** Watches these hosts from now on; does not wait for that. */
  void watch(WatchOrder order) {
    var _ =
        vtep.control()
            .watch(order)
            .exceptionally(e -> {
              LOG.warn("hosts are not watched: {}", e.getMessage());
              return null;
            });
  }

  /** The devices of the machine that it is on, as they are now. */
  List<DeviceFacts> devices() {
    return devices.devices();
  }

  VtepView view() {
    return vtep.view();
  }

  VtepControl control() {
    return vtep.control();
  }

  /**
   * What keeps a data path of the one configuration from becoming one of the other by steps, in
   * sentences.
   */
  static List<String> obstacles(HostConfig one, HostConfig other) {
    List<String> obstacles = new ArrayList<>();
    if (!one.underlay().differsInPortsOnly(other.underlay())) {
      obstacles.add("underlay changed to " + other.underlay().local());
    }
    if (one.workers() != other.workers()) {
      obstacles.add("workers changed to " + other.workers());
    }
    if (one.mostStations() != other.mostStations()) {
      obstacles.add("limits.stations changed to " + other.mostStations());
    }
    return obstacles;
  }

  /** Leaves all groups, closes the underlay and ends; the ports stay open, for another one. */
  Map<String, Port> release() {
    Map<String, Port> ports = reconciler.release();
    threads.close();
    memory.close();
    counters.close();
    return ports;
  }

  /** Gives all ports back, leaves all groups, and ends. */
  @Override
  public void close() {
    Map<String, Port> ports = reconciler.release();
    try (ExecutorService closing = Executors.newSingleThreadExecutor()) {
      closing.execute(threads::close);
      PortClosing.close(ports.values());
    }
    memory.close();
    counters.close();
  }
}
