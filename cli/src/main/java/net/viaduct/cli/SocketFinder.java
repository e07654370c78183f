package net.viaduct.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import net.viaduct.host.config.HostConfig;
import org.jspecify.annotations.Nullable;

/** Finds the socket of the host that a command is about. */
public final class SocketFinder {
  static final String VARIABLE = "VIADUCT_SOCKET";

  private final Path directory;
  private final @Nullable String fromEnvironment;

  /** A finder that looks where hosts are, usually. */
  public SocketFinder() {
    this(HostConfig.RUN_DIRECTORY, System.getenv(VARIABLE));
  }

  SocketFinder(Path directory, @Nullable String fromEnvironment) {
    this.directory = directory;
    this.fromEnvironment = fromEnvironment;
  }

  /**
   * The named socket, else that of the environment, else the only one there is.
   *
   * @throws Refusal if it is not clear which one is meant
   */
  public Path find(@Nullable Path named) {
    if (named != null) {
      return named;
    }
    if (fromEnvironment != null && !fromEnvironment.isEmpty()) {
      return Path.of(fromEnvironment);
    }
    List<Path> there = sockets();
    if (there.isEmpty()) {
      throw new Refusal(
          ExitCode.FAILED,
          "no host is up here: there is no socket in " + directory + " (viaduct up, or --socket)");
    }
    if (there.size() > 1) {
      String names = there.stream().map(Path::toString).collect(Collectors.joining(", "));
      throw new Refusal(
          ExitCode.USED_WRONGLY,
          "several hosts are up here; name one with --socket or " + VARIABLE + ": " + names);
    }
    return there.getFirst();
  }

  /** All sockets that there are. */
  public List<Path> sockets() {
    List<Path> sockets = new ArrayList<>();
    if (!Files.isDirectory(directory)) {
      return sockets;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.sock")) {
      files.forEach(sockets::add);
    } catch (AccessDeniedException e) {
      throw new Refusal(ExitCode.NOT_PERMITTED, "you may not look into " + directory);
    } catch (IOException e) {
      throw new Refusal(ExitCode.FAILED, "cannot look into " + directory + ": " + e.getMessage());
    }
    sockets.sort(null);
    return sockets;
  }
}
