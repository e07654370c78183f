package net.viaduct.host;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.host.configfile.ConfigFile;
import net.viaduct.host.devices.DeviceFacts;
import net.viaduct.host.diagnosis.Diagnosis;
import net.viaduct.host.preflight.Clearance;
import net.viaduct.host.preflight.Preflight;
import net.viaduct.host.reconcile.Change;
import net.viaduct.host.reconcile.DesiredPort;
import net.viaduct.host.reconcile.DesiredState;
import net.viaduct.host.reconcile.NotApplied;
import net.viaduct.host.subscription.Follower;
import net.viaduct.host.subscription.Merged;
import net.viaduct.host.subscription.ToldNetwork;
import net.viaduct.host.subscription.ToldWatch;
import net.viaduct.host.view.ControllerView;
import net.viaduct.io.Port;
import net.viaduct.protocol.Meters;
import net.viaduct.protocol.Report;
import net.viaduct.trust.TrustException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a host as it is to be: by its file, by what its controller tells, and by the devices that
 * are there. What the file says is done as a whole or not at all; of what a controller tells, what
 * cannot be done does not keep the rest from being true, and is tried again. Any thread; one at a
 * time does something.
 */
final class Upkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

  private final HostSurroundings around;
  private final DataPathStart starts;
  private final StationWalks walks;
  private final ControllerSide controller;
  private final DeviceTracker tracker = new DeviceTracker();
  private final FailingPorts failing;
  private final HostMeters meters;
  private volatile @Nullable InForce inForce;
  private volatile List<String> troubles = List.of();

  /**
   * Recalls what the controller told before; does nothing yet.
   *
   * @throws ConfigException if the file names a controller, and the host has not joined
   */
  Upkeep(ConfigFile file, HostSurroundings around, DataPathStart starts, StationWalks walks) {
    this.around = around;
    this.starts = starts;
    this.walks = walks;
    this.meters = new HostMeters(around.wallClock().millis());
    this.failing = new FailingPorts(around.clock(), around.wallClock());
    try {
      Follower.Sources sources = new Follower.Sources(this::report, this::meters);
      controller = ControllerSide.open(file.config(), around, sources, new Told());
    } catch (TrustException e) {
      String problem = String.valueOf(e.getMessage());
      throw new ConfigException(List.of(file.error("controller", problem)));
    }
  }

  /**
   * Does what the file says, and as much as can be done of what the controller told before.
   *
   * @throws ConfigException if what the file says cannot be done
   * @throws NotPermitted if the kernel does not let this process do it
   */
  synchronized void begin(ConfigFile file, Clearance clearance) {
    List<DeviceFacts> facts = around.devices().devices();
    Merged alone = Merged.of(file.config());
    DesiredState desired = InForce.desiredBy(alone, clearance);
    DataPath dataPath = starts.start(file, clearance, Map.of());
    Instant now = Instant.now(around.wallClock());
    inForce = new InForce(file, alone, clearance, DesiredState.EMPTY, dataPath, now, null);
    try {
      dataPath.apply(desired);
    } catch (NotApplied e) {
      throw Explanation.of(e, file);
    }
    inForce = new InForce(file, alone, clearance, desired, dataPath, now, null);
    controller.watch(file.config(), dataPath);
    tracker.remember(facts, desired);
    applyTold();
  }

  /** Begins to follow the controller, if there is one, and to answer what it asks about frames. */
  void follow(Diagnosis diagnosis) {
    controller.start(diagnosis);
  }

  /**
   * What is in force.
   *
   * @throws IllegalStateException if nothing is
   */
  InForce inForce() {
    InForce now = inForce;
    if (now == null) {
      throw new IllegalStateException("the host is not up");
    }
    return now;
  }

  /** What keeps the underlay from working, a sentence each. */
  List<String> underlayTroubles() {
    InForce now = inForce;
    return now == null ? List.of() : now.dataPath().troubles();
  }

  /** How the host stands with its controller. */
  ControllerView controller() {
    return controller.view(inForce(), troubles);
  }

  /** What the controller is told; any thread. */
  private Report report() {
    InForce now = inForce();
    return controller.completed(
        now,
        HostReport.of(now, controller.others(), around.version(), tracker.foreignVnis(), troubles));
  }

  /** What the controller is told that was counted; the follower's thread. */
  private Meters meters() {
    return meters.read(inForce().dataPath().view(), around.clock().nanoTime());
  }

  /** The controller tells something; its thread. */
  private final class Told implements Follower.Consumer {
    @Override
    public void apply(List<ToldNetwork> told) {
      synchronized (Upkeep.this) {
        controller.told(told);
        applyTold();
      }
    }

    @Override
    public void watch(ToldWatch told) {
      synchronized (Upkeep.this) {
        controller.watched(told);
        InForce now = inForce;
        if (now != null) {
          controller.watch(now.config(), now.dataPath());
        }
      }
    }
  }

  /**
   * Does what the time has come for: ports that could not be opened are tried again, and networks
   * flood and learn after nobody was there for long who knows their stations.
   */
  synchronized void look() {
    InForce now = inForce;
    if (now != null && (failing.isDue() || controller.isElseThan(now.merged()))) {
      applyTold();
    }
  }

  /** Makes true what is told, as far as it can be; the rest is noted. */
  private void applyTold() {
    InForce before = inForce;
    if (before == null) {
      return;
    }
    List<DeviceFacts> facts = around.devices().devices();
    Merged merged = controller.merge(before.file().config(), before.desired(), facts);
    InForce now = before.with(merged, InForce.desiredBy(merged, before.clearance()));
    inForce = now;
    FallBack.tell(before, now);
    try {
      bring(now.dataPath(), now, there(now.desired(), facts));
    } catch (NotApplied e) {
      failing.failed(e);
    }
    tracker.remember(around.devices().devices(), now.dataPath().current());
    tellTroubles(merged);
  }

  private DesiredState there(DesiredState desired, List<DeviceFacts> facts) {
    return tracker.withoutMissing(desired.without(failing.resting()), facts, Set.of());
  }

  /**
   * Makes a state true but for ports of the controller that cannot be opened.
   *
   * @throws NotApplied if it is not for another reason; the state before still is
   */
  private List<Change> bring(DataPath dataPath, InForce by, DesiredState state) {
    Set<String> own = by.filePorts();
    DesiredState left = state;
    while (true) {
      try {
        List<Change> changes = dataPath.apply(left);
        failing.keep(by.desired().ports().keySet(), left.ports().keySet());
        return changes;
      } catch (NotApplied e) {
        Set<String> without = new HashSet<>();
        for (NotApplied.Cause cause : e.causes()) {
          Optional<String> port = cause.port().map(DesiredPort::name);
          if (port.isPresent() && !own.contains(port.get())) {
            failing.failed(port.get(), cause.message());
            without.add(port.get());
          }
        }
        if (without.isEmpty()) {
          throw e;
        }
        left = left.without(without);
      }
    }
  }

  private void tellTroubles(Merged merged) {
    List<String> now = new ArrayList<>(merged.troubles());
    now.addAll(failing.sentences());
    for (String trouble : now) {
      if (!troubles.contains(trouble)) {
        LOG.warn("controller: {}", trouble);
      }
    }
    troubles = List.copyOf(now);
  }

  /**
   * Reads the file again and does what is different, all or nothing.
   *
   * @return what has changed, a sentence each
   * @throws ConfigException with all that is wrong; nothing has changed
   * @throws NotPermitted if the kernel does not let this process do it; nothing has changed
   */
  synchronized List<String> reload() {
    InForce before = inForce();
    ConfigFile next = ConfigFile.read(before.file().file(), around.defaultName());
    Unchangeable.require(before.config(), next);
    Clearance clearance = Preflight.check(next, Optional.of(before.config()), around.devices());
    List<DeviceFacts> facts = around.devices().devices();
    Merged merged = controller.merge(next.config(), before.desired(), facts);
    DesiredState desired = InForce.desiredBy(merged, clearance);
    Instant since = Instant.now(around.wallClock());
    InForce after = new InForce(next, merged, clearance, desired, before.dataPath(), since, null);
    DesiredState there = tracker.withoutMissing(desired, facts, after.filePorts());
    List<String> changes = new ArrayList<>();
    try {
      List<String> obstacles = DataPath.obstacles(before.config(), next.config());
      if (obstacles.isEmpty()) {
        bring(after.dataPath(), after, there).forEach(it -> changes.add(it.sentence()));
        changes.addAll(after.dataPath().follow(before.config(), next.config()));
      } else {
        after = after.with(replaceDataPath(before, after, there));
        changes.add(
            String.join(", ", obstacles)
                + ": the data path was started anew, so that learned stations and counters are"
                + " gone");
      }
    } catch (NotApplied e) {
      throw Explanation.of(e, next);
    }
    inForce = after;
    tracker.remember(facts, after.dataPath().current());
    tellTroubles(merged);
    clearance.warnings().stream()
        .filter(warning -> !before.clearance().warnings().contains(warning))
        .forEach(LOG::warn);
    return changes;
  }

  /** A reload has changed nothing, for this reason. */
  synchronized void refused(String why) {
    InForce still = inForce;
    inForce = still == null ? null : still.refused(why);
  }

  /** The old one goes first, as both would need the same UDP ports; it comes back on failure. */
  private DataPath replaceDataPath(InForce before, InForce after, DesiredState there) {
    DesiredState old = before.dataPath().current();
    walks.close();
    Map<String, Port> ports = before.dataPath().release();
    try {
      return starts.start(
          after.file(),
          after.clearance(),
          ports,
          started -> {
            bring(started, after, there);
            controller.watch(after.config(), started);
          });
    } catch (RuntimeException | Error refused) {
      try {
        inForce =
            before.with(
                starts.start(
                    before.file(),
                    before.clearance(),
                    ports,
                    started -> {
                      started.apply(old);
                      controller.watch(before.config(), started);
                    }));
      } catch (RuntimeException e) {
        LOG.error("the configuration before cannot come back either: {}", e.getMessage());
        inForce = null;
        ports.values().forEach(Port::close);
      }
      throw refused;
    }
  }

  /** Looks whether devices that are ports went away or came back, and follows. */
  synchronized void followDevices() {
    InForce now = inForce;
    if (now == null) {
      return;
    }
    // One look for all three, or a change between two looks would never be followed.
    List<DeviceFacts> facts = around.devices().devices();
    now = followUnderlay(now, facts);
    follow(now, tracker.withoutLost(now.dataPath().current(), facts));
    follow(now, there(now.desired(), facts));
    now.dataPath().announce(tracker.cameUp(now.dataPath().current(), facts));
    tracker.remember(facts, now.dataPath().current());
    tellTroubles(now.merged());
  }

  /** Taps whose MTU follows from the underlay's are told when that changes. */
  private InForce followUnderlay(InForce now, List<DeviceFacts> facts) {
    DeviceFacts before = now.clearance().underlay();
    for (DeviceFacts device : facts) {
      if (device.name().equals(before.name()) && device.mtuBytes() != before.mtuBytes()) {
        LOG.warn(
            "underlay device {} has an MTU of {} now, which was {}",
            device.name(),
            device.mtuBytes(),
            before.mtuBytes());
        InForce after = now.with(device);
        inForce = after;
        return after;
      }
    }
    return now;
  }

  private void follow(InForce now, DesiredState there) {
    try {
      for (Change change : bring(now.dataPath(), now, there)) {
        LOG.warn("devices have changed: {}", change.sentence());
      }
    } catch (NotApplied e) {
      LOG.warn("devices have changed: {}", e.getMessage());
    }
  }

  /** Ends; what a controller told stays on disk. */
  @Override
  public void close() {
    controller.close();
    synchronized (this) {
      InForce now = inForce;
      inForce = null;
      walks.close();
      if (now != null) {
        now.dataPath().close();
      }
    }
  }
}
