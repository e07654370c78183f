package net.viaduct.controller.page;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import net.viaduct.controller.FollowingHost;
import net.viaduct.controller.HostsRig;
import net.viaduct.controller.access.Tokens;
import net.viaduct.controller.api.ControllerServer;
import net.viaduct.controller.registry.Audit;
import net.viaduct.controller.sqlite.SqliteStore;
import net.viaduct.controller.subscription.LifePolicy;
import net.viaduct.runtime.SystemClock;

/**
 * A controller with a page and a door for hosts, and hosts that come in by it. Used by one thread.
 */
final class MeteredPage implements AutoCloseable {
  final String origin;
  private final HostsRig rig;
  private final ControllerServer server;

  MeteredPage(Path file) throws Exception {
    rig = new HostsRig(SqliteStore.open(file, 100_000), LifePolicy.USUAL);
    try {
      server =
          ControllerServer.start(
              Installation.config(file, 0),
              rig.store,
              rig.registry,
              new Tokens(rig.store, Clock.systemUTC(), new Audit(Clock.systemUTC(), 2)),
              Optional.of(rig.hosts.services()),
              new SystemClock(),
              "1");
    } catch (IOException | RuntimeException e) {
      rig.close();
      throw e;
    }
    origin = "http://127.0.0.1:" + server.port(false);
  }

  /** A host of the installation comes in. */
  FollowingHost join(String name, String address) throws Exception {
    FollowingHost host = new FollowingHost();
    return host.call(rig, rig.join(rig.token(name), name), address);
  }

  @Override
  public void close() {
    server.close();
    rig.close();
  }
}
