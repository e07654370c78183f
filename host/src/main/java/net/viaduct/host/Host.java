package net.viaduct.host;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.viaduct.host.api.ApiServer;
import net.viaduct.host.api.ApiUnavailable;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.configfile.ConfigError;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.host.configfile.ConfigFile;
import net.viaduct.host.preflight.Clearance;
import net.viaduct.host.preflight.Preflight;
import net.viaduct.host.view.HostView;
import net.viaduct.host.view.ReloadRefused;
import net.viaduct.host.view.ReloadView;
import net.viaduct.io.Endpoint;
import net.viaduct.runtime.CountersCapacity;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.DistinctErrors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A host: reads its configuration, wires everything together, and takes it apart again. The methods
 * may be called from any thread; one at a time does something.
 */
public final class Host implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Host.class);

  private final HostSurroundings around;
  private final DistinctErrors errors;
  private final Instant startedAt;
  private final StationWalks walks;
  private volatile @Nullable Upkeep upkeep;
  private @Nullable CountersFile counters;
  private @Nullable ApiServer api;
  private @Nullable HostView view;
  private @Nullable HostWatch watch;

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
    DataPathStart starts = new DataPathStart(around.devices(), around.clock(), counting, errors);
    Upkeep keeping = new Upkeep(file, around, starts, walks);
    upkeep = keeping;
    keeping.begin(file, clearance);
    HostFacts facts = new HostFacts(around.version(), startedAt, around.clock().nanoTime());
    HostView shown =
        new LiveView(
            keeping::inForce, counting, errors, walks, facts, this::reload, keeping::controller);
    view = shown;
    api = ApiServer.start(config.apiSocket(), config.apiGroup(), shown);
    watch =
        HostWatch.start(
            keeping::followDevices,
            keeping::look,
            keeping::underlayTroubles,
            around.devices(),
            errors);
    clearance.warnings().forEach(LOG::warn);
    LOG.info("{}", readyLine(keeping.inForce().config()));
    keeping.follow(shown.diagnosis());
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

  /**
   * Reads the configuration again and applies what is different, all or nothing. What happened is
   * logged too.
   *
   * @throws ReloadRefused with all that is wrong; nothing has changed
   */
  public synchronized ReloadView reload() {
    Upkeep keeping = upkeep;
    if (keeping == null) {
      throw new IllegalStateException("the host is not up");
    }
    InForce before = keeping.inForce();
    try {
      List<String> changes = keeping.reload();
      LOG.info("reloaded {}: {}", before.file().file(), told(changes));
      return new ReloadView(changes, keeping.inForce().clearance().warnings());
    } catch (ConfigException e) {
      throw refused(keeping, e.errors().stream().map(ConfigError::toString).toList());
    } catch (NotPermitted e) {
      throw refused(keeping, List.of(String.valueOf(e.getMessage())));
    }
  }

  private static String told(List<String> changes) {
    return changes.isEmpty() ? "nothing is different" : String.join("; ", changes);
  }

  private static ReloadRefused refused(Upkeep keeping, List<String> why) {
    keeping.refused(String.join("\n", why));
    LOG.error("reload refused, nothing was changed:");
    why.forEach(LOG::error);
    return new ReloadRefused(why);
  }

  /** Stops: removes what it made, and leaves what was there as it was. */
  @Override
  public void close() {
    if (watch != null) {
      watch.stop();
    }
    closeQuietly(api);
    closeQuietly(upkeep);
    synchronized (this) {
      walks.close();
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
