package net.viaduct.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option by which somebody says which host here is meant. Used by the command's thread. */
public final class HostSocket {
  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "The host's socket; default: $VIADUCT_SOCKET, else the only one here.")
  private @Nullable Path named;

  /** The only host here, until something else is said. */
  public HostSocket() {}

  /** The socket that was named; null if none was. */
  public @Nullable Path named() {
    return named;
  }

  /**
   * The host that is meant.
   *
   * @throws Refusal if it is not clear which one that is
   */
  public LocalHost host() {
    return host(new SocketFinder());
  }

  /**
   * The same, looked for by this finder.
   *
   * @throws Refusal if it is not clear which one that is
   */
  public LocalHost host(SocketFinder finder) {
    return new LocalHost(finder.find(named));
  }
}
