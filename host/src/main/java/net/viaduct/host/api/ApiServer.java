package net.viaduct.host.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;
import java.util.Set;
import net.viaduct.host.view.HostView;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import tools.jackson.databind.json.JsonMapper;

/**
 * The local API: HTTP with JSON on a Unix socket that only its owner and a group may use. Started
 * and closed by one thread.
 */
public final class ApiServer implements AutoCloseable {
  private static final int MOST_CONNECTIONS = 64;
  private static final int MOST_HEADER_BYTES = 8 * 1024;
  private static final int MOST_BODY_BYTES = 64 * 1024;
  private static final long IDLE_TIMEOUT_MS = 30_000;

  private final Server server;
  private final Path socket;

  private ApiServer(Server server, Path socket) {
    this.server = server;
    this.socket = socket;
  }

  /**
   * Starts to listen. A socket that nobody listens on any more is replaced.
   *
   * @param group that may use it too, if not the group that runs the process
   * @throws ApiUnavailable if somebody listens there, or it cannot be made; the message says why
   */
  public static ApiServer start(Path socket, Optional<String> group, HostView host) {
    prepareDirectory(socket, group);
    replaceIfDead(socket);
    Server server = newServer(socket, host);
    try {
      server.start();
      grantTo(socket, group);
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
      return new ApiServer(server, socket);
    } catch (Exception e) {
      new ApiServer(server, socket).close();
      if (e instanceof ApiUnavailable unavailable) {
        throw unavailable;
      }
      throw new ApiUnavailable("cannot listen on " + socket + ": " + ApiUnavailable.reason(e), e);
    }
  }

  /** Whether somebody listens on a socket. */
  public static boolean isAnswered(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Checks that nobody listens on a socket.
   *
   * @throws ApiUnavailable if somebody does
   */
  public static void requireUnused(Path socket) {
    if (isAnswered(socket)) {
      throw new ApiUnavailable(
          "somebody answers on "
              + socket
              + " already: this host is up; stop it first, or give this one another 'host' or"
              + " 'api: { socket: ... }'");
    }
  }

  private static void replaceIfDead(Path socket) {
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    requireUnused(socket);
    if (Files.isRegularFile(socket, LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(socket)) {
      throw new ApiUnavailable(socket + " is not a socket; it is left alone");
    }
    try {
      Files.delete(socket);
    } catch (IOException e) {
      throw new ApiUnavailable("cannot replace " + socket + ": " + ApiUnavailable.reason(e), e);
    }
  }

  /**
   * Makes the directory of a file that others than the owner and a group must not see.
   *
   * @throws ApiUnavailable if it cannot be made
   */
  public static void prepareDirectory(Path file, Optional<String> group) {
    Path directory = file.getParent();
    if (directory == null || Files.isDirectory(directory)) {
      return;
    }
    try {
      Set<PosixFilePermission> mode = PosixFilePermissions.fromString("rwxr-x---");
      Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(mode));
      grantTo(directory, group);
    } catch (IOException e) {
      throw new ApiUnavailable(
          "cannot make "
              + directory
              + ": "
              + ApiUnavailable.reason(e)
              + "; another place is named by 'api: { socket: ... }'",
          e);
    }
  }

  /**
   * Gives a file to a group, if there is one.
   *
   * @throws ApiUnavailable if there is no such group
   */
  public static void grantTo(Path file, Optional<String> group) throws IOException {
    if (group.isPresent()) {
      Files.getFileAttributeView(file, PosixFileAttributeView.class)
          .setGroup(principal(file, group.get()));
    }
  }

  private static GroupPrincipal principal(Path socket, String group) {
    try {
      return socket
          .getFileSystem()
          .getUserPrincipalLookupService()
          .lookupPrincipalByGroupName(group);
    } catch (UserPrincipalNotFoundException e) {
      throw new ApiUnavailable("there is no group '" + group + "' on this host", e);
    } catch (IOException e) {
      throw new ApiUnavailable(
          "cannot look up group '" + group + "': " + ApiUnavailable.reason(e), e);
    }
  }

  private static Server newServer(Path socket, HostView host) {
    JsonMapper json = JsonMapper.builder().build();
    VirtualThreadPool threads = new VirtualThreadPool(MOST_CONNECTIONS * 4);
    threads.setName("api");
    Server server = new Server(threads, new ScheduledExecutorScheduler("api-timeouts", true), null);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(MOST_HEADER_BYTES);
    UnixDomainServerConnector connector =
        new UnixDomainServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setUnixDomainPath(socket);
    connector.setIdleTimeout(IDLE_TIMEOUT_MS);
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, connector));
    ApiHandler handler = new ApiHandler(host, json);
    SizeLimitHandler limited = new SizeLimitHandler(MOST_BODY_BYTES, -1);
    limited.setHandler(handler);
    server.setHandler(limited);
    server.setErrorHandler(new ProblemWriter(handler));
    return server;
  }

  /** Where it listens. */
  public Path socket() {
    return socket;
  }

  /** Ends what is under way and removes the socket. */
  @Override
  public void close() {
    try {
      server.stop();
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + socket, e);
    } catch (Exception e) {
      throw new IllegalStateException("cannot stop the local API", e);
    }
  }
}
