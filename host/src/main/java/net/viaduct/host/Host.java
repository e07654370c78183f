package net.viaduct.host;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.viaduct.host.api.ApiServer;
import net.viaduct.host.api.ApiUnavailable;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.configfile.ConfigError;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.host.configfile.ConfigFile;
import net.viaduct.host.devices.DeviceFacts;
import net.viaduct.host.preflight.Clearance;
import net.viaduct.host.preflight.Preflight;
import net.viaduct.host.reconcile.Change;
import net.viaduct.host.reconcile.DesiredState;
import net.viaduct.host.reconcile.NotApplied;
import net.viaduct.host.view.HostView;
import net.viaduct.host.view.ReloadRefused;
import net.viaduct.host.view.ReloadView;
import net.viaduct.io.Endpoint;
import net.viaduct.io.IoFailure;
import net.viaduct.io.Port;
import net.viaduct.runtime.CountersCapacity;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.DistinctErrors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A host: reads its configuration, wires everything together, changes it by difference, and takes
 * it apart again. The methods may be called from any thread; one at a time does something.
 */
public final class Host implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Host.class);

  private final HostSurroundings around;
  private final DistinctErrors errors;
  private final Instant startedAt;
  private final StationWalks walks;
  private final DeviceTracker tracker = new DeviceTracker();
  private @Nullable CountersFile counters;
  private @Nullable ApiServer api;
  private @Nullable HostView view;
  private @Nullable HostWatch watch;
  private volatile @Nullable InForce inForce;

  private Host(HostSurroundings around) {
    this.around = around;
    this.errors = new DistinctErrors(around.clock());
    this.startedAt = Instant.now(around.wallClock());
    this.walks = new StationWalks(around.clock());
  }

  /**
   * Brings a host up.
   *
   * @throws ConfigException with all that is wrong with its configuration on this machine
   * @throws ApiUnavailable if it is up already, or nobody could talk to it
   * @throws NotPermitted if the kernel does not let this process do it
   */
  public static Host start(Path file, HostSurroundings around) {
    ConfigFile config = ConfigFile.read(file, around.defaultName());
    ApiServer.requireUnused(config.config().apiSocket());
    Clearance clearance = Preflight.check(config, Optional.empty(), around.devices());
    Host host = new Host(around);
    try {
      host.bringUp(config, clearance);
      return host;
    } catch (RuntimeException e) {
      host.close();
      throw e;
    }
  }

  /**
   * Checks a configuration without doing anything.
   *
   * @return what works, but perhaps not as it is meant
   * @throws ConfigException with all that is wrong with it on this machine
   */
  public static List<String> check(Path file, HostSurroundings around) {
    ConfigFile config = ConfigFile.read(file, around.defaultName());
    boolean isUp = ApiServer.isAnswered(config.config().apiSocket());
    Optional<HostConfig> running = isUp ? Optional.of(config.config()) : Optional.empty();
    return Preflight.check(config, running, around.devices()).warnings();
  }

  private synchronized void bringUp(ConfigFile file, Clearance clearance) {
    HostConfig config = file.config();
    ApiServer.prepareDirectory(config.apiSocket(), config.apiGroup());
    ApiServer.prepareDirectory(config.countersFile(), config.apiGroup());
    CountersFile counting = openCounters(config);
    counters = counting;
    DesiredState desired = DesiredState.of(config, clearance.largestMtuBytes());
    List<DeviceFacts> facts = around.devices().devices();
    DataPath dataPath = startDataPath(file, clearance, counting, Map.of());
    inForce =
        new InForce(
            file, clearance, DesiredState.EMPTY, dataPath, Instant.now(around.wallClock()), null);
    apply(dataPath, desired, file);
    inForce =
        new InForce(file, clearance, desired, dataPath, Instant.now(around.wallClock()), null);
    tracker.remember(facts, desired);
    HostView shown = new LiveView(this::inForce, counting, errors, walks, facts(), this::reload);
    view = shown;
    api = ApiServer.start(config.apiSocket(), config.apiGroup(), shown);
    watch = HostWatch.start(this::followDevices, this::troubles, around.devices(), errors);
    clearance.warnings().forEach(LOG::warn);
    LOG.info("{}", readyLine(config));
  }

  private CountersFile openCounters(HostConfig config) {
    try {
      CountersFile made =
          CountersFile.create(
              config.countersFile(), CountersCapacity.DEFAULT, around.clock(), startedAt);
      ApiServer.grantTo(config.countersFile(), config.apiGroup());
      return made;
    } catch (AccessDeniedException _) {
      throw new NotPermitted(
          "this user may not write "
              + config.countersFile()
              + ": run it as root, or name files that it may write with api.socket and"
              + " counters.file");
    } catch (IOException e) {
      throw new ApiUnavailable(
          "cannot make the counters file "
              + config.countersFile()
              + ": "
              + ApiUnavailable.reason(e),
          e);
    }
  }

  private DataPath startDataPath(
      ConfigFile file, Clearance clearance, CountersFile counting, Map<String, Port> ports) {
    try {
      return DataPath.start(file.config(), clearance, surroundings(counting), ports);
    } catch (IoFailure e) {
      throw Explanation.of(e, file);
    }
  }

  private DataPath.Surroundings surroundings(CountersFile counting) {
    return new DataPath.Surroundings(around.devices(), around.clock(), counting, errors);
  }

  private HostFacts facts() {
    return new HostFacts(around.version(), startedAt, around.clock().nanoTime());
  }

  private static List<Change> apply(DataPath dataPath, DesiredState desired, ConfigFile file) {
    try {
      return dataPath.apply(desired);
    } catch (NotApplied e) {
      throw Explanation.of(e, file);
    }
  }

  private static String readyLine(HostConfig config) {
    int ports = config.networks().stream().mapToInt(network -> network.ports().size()).sum();
    return "%s is up: %s, %s, underlay %s"
        .formatted(
            config.host(),
            counted(config.networks().size(), "network"),
            counted(ports, "port"),
            config.underlay().locals().stream()
                .map(Endpoint::toString)
                .collect(Collectors.joining(" and ")));
  }

  static String counted(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  /** What can be seen of it, as the local API shows it. */
  public HostView view() {
    if (view == null) {
      throw new IllegalStateException("the host is not up");
    }
    return view;
  }

  private List<String> troubles() {
    InForce now = inForce;
    return now == null ? List.of() : now.dataPath().troubles();
  }

  private InForce inForce() {
    InForce now = inForce;
    if (now == null) {
      throw new IllegalStateException("the host is not up");
    }
    return now;
  }

  /**
   * Reads the configuration again and applies what is different, all or nothing. What happened is
   * logged too.
   *
   * @throws ReloadRefused with all that is wrong; nothing has changed
   */
  public synchronized ReloadView reload() {
    InForce before = inForce();
    try {
      List<String> changes = change(before);
      LOG.info("reloaded {}: {}", before.file().file(), told(changes));
      return new ReloadView(changes);
    } catch (ConfigException e) {
      throw refused(e.errors().stream().map(ConfigError::toString).toList());
    } catch (NotPermitted e) {
      throw refused(List.of(String.valueOf(e.getMessage())));
    }
  }

  private static String told(List<String> changes) {
    return changes.isEmpty() ? "nothing is different" : String.join("; ", changes);
  }

  private ReloadRefused refused(List<String> why) {
    InForce still = inForce;
    inForce = still == null ? null : still.refused(String.join("\n", why));
    LOG.error("reload refused, nothing was changed:");
    why.forEach(LOG::error);
    return new ReloadRefused(why);
  }

  private List<String> change(InForce before) {
    ConfigFile next = ConfigFile.read(before.file().file(), around.defaultName());
    refuseUnchangeable(before.config(), next);
    Clearance clearance = Preflight.check(next, Optional.of(before.config()), around.devices());
    DesiredState desired = DesiredState.of(next.config(), clearance.largestMtuBytes());
    List<String> changes = new ArrayList<>();
    List<DeviceFacts> facts = around.devices().devices();
    DataPath dataPath = before.dataPath();
    if (DataPath.isSame(before.config(), next.config())) {
      apply(dataPath, desired, next).forEach(change -> changes.add(change.sentence()));
      changes.addAll(dataPath.follow(before.config(), next.config()));
    } else {
      dataPath = replaceDataPath(before, next, clearance, desired);
      changes.add(
          "underlay changed to "
              + next.config().underlay().local()
              + ": the data path was started anew, so that learned stations and counters are gone");
    }
    inForce =
        new InForce(next, clearance, desired, dataPath, Instant.now(around.wallClock()), null);
    tracker.remember(facts, desired);
    clearance.warnings().stream()
        .filter(warning -> !before.clearance().warnings().contains(warning))
        .forEach(LOG::warn);
    return changes;
  }

  /** The old one goes first, as both would need the same UDP ports; it comes back on failure. */
  private DataPath replaceDataPath(
      InForce before, ConfigFile next, Clearance clearance, DesiredState desired) {
    CountersFile counting = requireOpen(counters);
    DesiredState old = before.dataPath().current();
    walks.close();
    Map<String, Port> ports = before.dataPath().release();
    try {
      return startWith(next, clearance, counting, desired, ports);
    } catch (RuntimeException refused) {
      try {
        inForce =
            new InForce(
                before.file(),
                before.clearance(),
                before.desired(),
                startWith(before.file(), before.clearance(), counting, old, ports),
                before.since(),
                before.reloadError());
      } catch (RuntimeException e) {
        LOG.error("the configuration before cannot come back either: {}", e.getMessage());
        inForce = null;
        ports.values().forEach(Port::close);
      }
      throw refused;
    }
  }

  private DataPath startWith(
      ConfigFile file,
      Clearance clearance,
      CountersFile counting,
      DesiredState desired,
      Map<String, Port> ports) {
    DataPath started = startDataPath(file, clearance, counting, ports);
    try {
      apply(started, desired, file);
      return started;
    } catch (RuntimeException e) {
      started.release();
      throw e;
    }
  }

  private static CountersFile requireOpen(@Nullable CountersFile counters) {
    if (counters == null) {
      throw new IllegalStateException("the host is not up");
    }
    return counters;
  }

  private static void refuseUnchangeable(HostConfig before, ConfigFile next) {
    HostConfig after = next.config();
    List<ConfigError> wrong = new ArrayList<>();
    record Fixed(String key, Object before, Object after) {}
    List.of(
            new Fixed("host", before.host(), after.host()),
            new Fixed("api.socket", before.apiSocket(), after.apiSocket()),
            new Fixed(
                "api.group",
                before.apiGroup().orElse("no group"),
                after.apiGroup().orElse("no group")),
            new Fixed("counters.file", before.countersFile(), after.countersFile()))
        .forEach(it -> {
          if (!it.before().equals(it.after())) {
            wrong.add(Explanation.unchangeable(next, it.key(), it.before(), it.after()));
          }
        });
    if (!wrong.isEmpty()) {
      throw new ConfigException(wrong);
    }
  }

  /** Looks whether devices that are ports went away or came back, and follows. */
  private synchronized void followDevices() {
    InForce now = inForce;
    if (now == null) {
      return;
    }
    // One look for all three, or a change between two looks would never be followed.
    List<DeviceFacts> facts = around.devices().devices();
    now = followUnderlay(now, facts);
    follow(now, tracker.withoutLost(now.dataPath().current(), facts));
    follow(now, tracker.withoutMissing(now.desired(), facts));
    now.dataPath().announce(tracker.cameUp(now.dataPath().current(), facts));
    tracker.remember(facts, now.dataPath().current());
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

  private static void follow(InForce now, DesiredState there) {
    try {
      for (Change change : now.dataPath().apply(there)) {
        LOG.warn("devices have changed: {}", change.sentence());
      }
    } catch (NotApplied e) {
      LOG.warn("devices have changed: {}", e.getMessage());
    }
  }

  /** Stops: removes what it made, and leaves what was there as it was. */
  @Override
  public void close() {
    if (watch != null) {
      watch.stop();
    }
    closeQuietly(api);
    synchronized (this) {
      InForce now = inForce;
      inForce = null;
      walks.close();
      if (now != null) {
        closeQuietly(now.dataPath());
      }
      closeQuietly(counters);
    }
    closeQuietly(watch);
  }

  private static void closeQuietly(@Nullable AutoCloseable what) {
    try {
      if (what != null) {
        what.close();
      }
    } catch (Exception e) {
      LOG.error("could not stop in order: {}", e.getMessage());
    }
  }
}
