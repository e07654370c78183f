package net.viaduct.controller;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import net.viaduct.controller.access.Tokens;
import net.viaduct.controller.api.ControllerServer;
import net.viaduct.controller.registry.Audit;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.transfer.UnfinishedImport;
import net.viaduct.runtime.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A controller that runs: store, model, API. Started and closed by one thread. */
public final class Controller implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Controller.class);

  private static final int MOST_AUDIT_ENTRIES = 100_000;
  private static final long TRIM_EVERY_HOURS = 1;

  private final ControllerConfig config;
  private final Store store;
  private final ControllerServer server;
  private final Optional<HostsSide> hosts;
  private final ScheduledExecutorService housekeeping;

  private Controller(
      ControllerConfig config, Store store, ControllerServer server, Optional<HostsSide> hosts) {
    this.config = config;
    this.store = store;
    this.hosts = hosts;
    this.server = server;
    this.housekeeping =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("housekeeping").daemon().factory());
    ScheduledFuture<?> repeated =
        housekeeping.scheduleWithFixedDelay(
            this::keepHouse, TRIM_EVERY_HOURS, TRIM_EVERY_HOURS, TimeUnit.HOURS);
    LOG.debug("housekeeping: {}", repeated);
  }

  /** Starts one that has no hosts. */
  public static Controller start(
      ControllerConfig config, NanoClock nanoClock, Clock clock, String version)
      throws IOException {
    return start(config, Optional.empty(), nanoClock, clock, version);
  }

  /**
   * Starts one.
   *
   * @param hostsConfig how it lets hosts in, if it does
   * @throws IOException if the API cannot be opened, or hosts cannot come in; the message says why
   * @throws StoreFailure if the store cannot be
   */
  public static Controller start(
      ControllerConfig config,
      Optional<HostsSide.Config> hostsConfig,
      NanoClock nanoClock,
      Clock clock,
      String version)
      throws IOException {
    Store store = Stores.open(config.store(), config.history());
    Optional<HostsSide> hosts = Optional.empty();
    try {
      UnfinishedImport.requireNone(store);
      Audit audit = new Audit(clock, new SecureRandom().nextInt());
      Registry registry = new Registry(store, audit, config.firstVni(), config.lastVni());
      Tokens tokens = new Tokens(store, clock, audit);
      if (hostsConfig.isPresent()) {
        hosts = Optional.of(HostsSide.open(hostsConfig.get(), store, registry, nanoClock, clock));
      }
      ControllerServer server =
          ControllerServer.start(
              config, store, registry, tokens, hosts.map(HostsSide::services), nanoClock, version);
      LOG.info(
          "the controller is up; its store {} is at revision {}", config.store(), store.revision());
      return new Controller(config, store, server, hosts);
    } catch (IOException | RuntimeException e) {
      hosts.ifPresent(HostsSide::close);
      store.close();
      throw e;
    }
  }

  /**
   * Takes what can be taken while it runs: certificates that were renewed, and limits on requests.
   *
   * @return whether something else is different too, which takes a new start
   * @throws IOException if a file cannot be used; nothing is changed then
   */
  public boolean reload(ControllerConfig wanted) throws IOException {
    server.reload(wanted);
    return !config.withLimitsOf(wanted).equals(wanted);
  }

  private void keepHouse() {
    try {
      hosts.ifPresent(it -> it.joining().tokens().forgetExpired());
      Audit.trim(store, MOST_AUDIT_ENTRIES);
    } catch (RuntimeException e) { // or it would be done never again
      LOG.warn("cannot trim the audit log and forget expired tokens: {}", e.toString());
    }
  }

  /** The API's doors. */
  public ControllerServer server() {
    return server;
  }

  /** What it is to hosts, if it lets them in. */
  public Optional<HostsSide> hosts() {
    return hosts;
  }

  @Override
  public void close() {
    housekeeping.shutdown();
    hosts.ifPresent(HostsSide::close);
    store.close(); // ends those who watch, so that the server need not wait for them
    server.close();
    LOG.info("the controller is down");
  }
}
