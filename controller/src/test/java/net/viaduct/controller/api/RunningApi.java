package net.viaduct.controller.api;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalInt;
import net.viaduct.controller.Controller;
import net.viaduct.controller.ControllerConfig;
import net.viaduct.controller.HostsSide;
import net.viaduct.controller.StorePlace;
import net.viaduct.runtime.SystemClock;

/**
 * A controller with a store, a socket and a loopback door of its own.
 *
 * @param socket whose callers are administrators
 * @param loopback whose callers may look
 */
record RunningApi(Controller controller, SocketAddress socket, SocketAddress loopback)
    implements AutoCloseable {
  private static final int REQUESTS = 1_000_000;

  /** One that has no hosts. */
  static RunningApi start(Path directory, long history) throws IOException {
    return start(config(directory, history, REQUESTS), Optional.empty());
  }

  /** One that lets hosts in. */
  static RunningApi withHosts(Path directory) throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return start(config(directory, 100_000, REQUESTS), Optional.of(HostsSide.Config.at(any)));
  }

  static RunningApi start(ControllerConfig config, Optional<HostsSide.Config> hosts)
      throws IOException {
    Controller controller =
        Controller.start(config, hosts, new SystemClock(), Clock.systemUTC(), "1");
    return new RunningApi(
        controller,
        Asked.unix(config.socket().orElseThrow()),
        Asked.loopback(controller.server().port(false)));
  }

  static ControllerConfig config(Path directory, long history, int requests) {
    return new ControllerConfig(
        new StorePlace.InFile(directory.resolve("c.db")),
        history,
        Optional.of(directory.resolve("c.sock")),
        OptionalInt.of(0),
        Optional.empty(),
        5_000,
        5_999,
        requests,
        requests);
  }

  @Override
  public void close() {
    controller.close();
  }
}
