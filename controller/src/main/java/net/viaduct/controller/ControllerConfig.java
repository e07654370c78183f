package net.viaduct.controller;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import net.viaduct.controller.model.Whole;

/**
 * How a controller is to run. Immutable.
 *
 * @param store where everything is kept
 * @param history how many revisions can be asked for at least
 * @param socket Unix socket of the API; whoever may open it is administrator
 * @param loopbackPort TCP port of the API on the loopback address, without encryption; 0: any
 * @param tls the API for others than this machine
 * @param firstVni of those that are given to networks that take any
 * @param lastVni of those
 * @param requestsPerSecond of one client in the long run
 * @param requestsAtOnce of one client
 */
public record ControllerConfig(
    StorePlace store,
    long history,
    Optional<Path> socket,
    OptionalInt loopbackPort,
    Optional<Tls> tls,
    int firstVni,
    int lastVni,
    int requestsPerSecond,
    int requestsAtOnce) {
  /** Where the store is if nobody says. */
  public static final Path USUAL_STORE = Path.of("/var/lib/viaduct/controller.db");

  /** Where the socket is if nobody says. */
  public static final Path USUAL_SOCKET = Path.of("/run/viaduct/controller.sock");

  /** The TCP port of TLS if nobody says. */
  public static final int USUAL_PORT = 7443;

  /** How many revisions are kept if nobody says. */
  public static final long USUAL_HISTORY = 100_000;

  /** The first VNI that is given; those below are VLANs' in many places. */
  public static final int USUAL_FIRST_VNI = 4_097;

  /** The last VNI that is given. */
  public static final int USUAL_LAST_VNI = 0xff_ffff;

  /** How often one client may ask. */
  public static final int USUAL_REQUESTS_PER_SECOND = 500;

  /** Files in PEM, and where to listen. */
  public record Tls(String address, int port, Path certificate, Path key, Optional<Path> clients) {}

  /** Checks the numbers. */
  public ControllerConfig {
    Whole.VNI.require(firstVni);
    Whole.VNI.require(lastVni);
    if (firstVni > lastVni || history < 1 || requestsPerSecond < 1 || requestsAtOnce < 1) {
      throw new IllegalArgumentException("numbers of a controller are out of range");
    }
  }

  /** The same with the limits on requests, and the files of TLS, of another one. */
  public ControllerConfig withLimitsOf(ControllerConfig other) {
    Optional<Tls> files =
        tls.flatMap(mine ->
            other.tls.map(
                it -> new Tls(mine.address, mine.port, it.certificate, it.key, it.clients)));
    return new ControllerConfig(
        store,
        history,
        socket,
        loopbackPort,
        files.or(() -> tls),
        firstVni,
        lastVni,
        other.requestsPerSecond,
        other.requestsAtOnce);
  }

  /** With what is usual, a store and a socket. */
  public static ControllerConfig of(Path store, Path socket) {
    return new ControllerConfig(
        new StorePlace.InFile(store),
        USUAL_HISTORY,
        Optional.of(socket),
        OptionalInt.empty(),
        Optional.empty(),
        USUAL_FIRST_VNI,
        USUAL_LAST_VNI,
        USUAL_REQUESTS_PER_SECOND,
        USUAL_REQUESTS_PER_SECOND * 2);
  }
}
