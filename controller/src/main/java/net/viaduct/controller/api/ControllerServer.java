package net.viaduct.controller.api;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.Optional;
import net.viaduct.controller.ControllerConfig;
import net.viaduct.controller.access.PemFiles;
import net.viaduct.controller.access.RequestRate;
import net.viaduct.controller.access.Tokens;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.store.Store;
import net.viaduct.runtime.NanoClock;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.VirtualThreadPool;

/**
 * The API's doors: a Unix socket, TCP on the loopback address, TLS. Started and closed by one
 * thread.
 */
public final class ControllerServer implements AutoCloseable {
  private static final int MOST_CONNECTIONS = 2_048;
  private static final int MOST_HEADER_BYTES = 8 * 1024;
  private static final long IDLE_TIMEOUT_MS = 30_000;
  private static final String LOOPBACK = "127.0.0.1";

  private final Server server;
  private final Optional<Path> socket;
  private final RequestRate rate;
  private final SslContextFactory.Server tls = new SslContextFactory.Server();

  /** Whether the file of the socket is ours: it may be that of another controller that runs. */
  private volatile boolean ownsSocket;

  private ControllerServer(Server server, Optional<Path> socket, RequestRate rate) {
    this.server = server;
    this.socket = socket;
    this.rate = rate;
  }

  /**
   * Opens the doors.
   *
   * @param hosts what is known of hosts, if they are let in
   * @throws IOException if one cannot be; the message says why
   */
  public static ControllerServer start(
      ControllerConfig config,
      Store store,
      Registry registry,
      Tokens tokens,
      Optional<HostServices> hosts,
      NanoClock clock,
      String version)
      throws IOException {
    VirtualThreadPool threads = new VirtualThreadPool(MOST_CONNECTIONS * 2);
    threads.setName("api");
    Server server = new Server(threads, new ScheduledExecutorScheduler("api-timeouts", true), null);
    RequestRate rate = new RequestRate(clock, config.requestsPerSecond(), config.requestsAtOnce());
    ControllerServer api = new ControllerServer(server, config.socket(), rate);
    try {
      if (config.socket().isPresent()) {
        api.openSocket(config.socket().get());
      }
      config.loopbackPort().ifPresent(api::openLoopback);
      if (config.tls().isPresent()) {
        api.openTls(config.tls().get());
      }
      server.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, server));
      ControllerHandler handler =
          new ControllerHandler(
              new Routes(store, registry, tokens, hosts, version),
              new Authenticator(tokens),
              rate,
              new EventStream(store, clock));
      server.setHandler(handler);
      server.setErrorHandler(new ProblemErrors(handler));
      server.start();
      if (config.socket().isPresent()) {
        Files.setPosixFilePermissions(
            config.socket().get(), PosixFilePermissions.fromString("rw-rw----"));
      }
      return api;
    } catch (Exception e) {
      api.close();
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException("cannot open the API: " + cause.getMessage(), e);
    }
  }

  private static HttpConfiguration http() {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(MOST_HEADER_BYTES);
    return http;
  }

  private void openSocket(Path path) throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
    }
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      requireDead(path);
      Files.delete(path);
    }
    UnixDomainServerConnector connector =
        new UnixDomainServerConnector(server, 1, 1, new HttpConnectionFactory(http()));
    connector.setUnixDomainPath(path);
    connector.addEventListener(
        new LifeCycle.Listener() {
          @Override
          public void lifeCycleStarted(LifeCycle event) {
            ownsSocket = true;
          }
        });
    connector.setIdleTimeout(IDLE_TIMEOUT_MS);
    add(connector, Door.SOCKET);
  }

  private static void requireDead(Path path) throws IOException {
    if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(path)) {
      throw new IOException(path + " is not a socket; it is left alone");
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException _) {
      return; // nobody listens any more
    }
    throw new IOException("somebody answers on " + path + " already");
  }

  private void openLoopback(int port) {
    ServerConnector connector =
        new ServerConnector(server, 1, 1, new HttpConnectionFactory(http()));
    connector.setHost(LOOPBACK);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE_TIMEOUT_MS);
    add(connector, Door.LOOPBACK);
  }

  private void openTls(ControllerConfig.Tls config) throws IOException {
    take(TlsFiles.read(config));
    tls.setKeyStorePassword("");
    tls.setIncludeProtocols("TLSv1.3");
    HttpConfiguration http = http();
    http.addCustomizer(new SecureRequestCustomizer(false));
    ServerConnector connector =
        new ServerConnector(
            server,
            1,
            1,
            new SslConnectionFactory(tls, HttpVersion.HTTP_1_1.asString()),
            new HttpConnectionFactory(http));
    connector.setHost(config.address());
    connector.setPort(config.port());
    connector.setIdleTimeout(IDLE_TIMEOUT_MS);
    add(connector, Door.TLS);
  }

  /** What the files have; all of it is read before any of it is used. */
  private record TlsFiles(KeyStore identity, Optional<KeyStore> clients) {
    static TlsFiles read(ControllerConfig.Tls config) throws IOException {
      KeyStore identity = PemFiles.identity(config.certificate(), config.key());
      return new TlsFiles(
          identity,
          config.clients().isPresent()
              ? Optional.of(PemFiles.trusted(config.clients().get()))
              : Optional.empty());
    }
  }

  private void take(TlsFiles files) {
    tls.setKeyStore(files.identity());
    tls.setTrustStore(files.clients().orElse(null));
    tls.setWantClientAuth(files.clients().isPresent());
  }

  /**
   * Takes other limits, and certificates that were renewed, from now on. Connections stay as they
   * are.
   *
   * @throws IOException if a file cannot be used; nothing is changed then
   */
  public void reload(ControllerConfig config) throws IOException {
    if (config.tls().isPresent() && tls.isStarted()) {
      TlsFiles files = TlsFiles.read(config.tls().get());
      try {
        tls.reload(_ -> take(files));
      } catch (Exception e) {
        throw new IOException("the certificates cannot be used: " + e.getMessage(), e);
      }
    }
    rate.limit(config.requestsPerSecond(), config.requestsAtOnce());
  }

  private void add(AbstractConnector connector, Door door) {
    connector.setName(door.name());
    server.addConnector(connector);
  }

  /** By which door a request came. */
  static Door doorOf(Request request) {
    String name = request.getConnectionMetaData().getConnector().getName();
    return Door.valueOf(name);
  }

  /** The port of the loopback door, or of TLS; for those that were told to take any. */
  public int port(boolean tls) {
    for (Connector connector : server.getConnectors()) {
      if (connector instanceof ServerConnector tcp
          && (tls ? Door.TLS : Door.LOOPBACK).name().equals(tcp.getName())) {
        return tcp.getLocalPort();
      }
    }
    return -1;
  }

  @Override
  public void close() {
    try {
      server.stop();
      if (socket.isPresent() && ownsSocket) {
        Files.deleteIfExists(socket.get());
      }
    } catch (Exception e) {
      throw new IllegalStateException("cannot stop the API", e);
    }
  }
}
