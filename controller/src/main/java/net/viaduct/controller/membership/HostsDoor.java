package net.viaduct.controller.membership;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import net.viaduct.trust.Credentials;
import net.viaduct.trust.Tls;

/** Where hosts come in: gRPC over TLS 1.3. Owned by the thread that opens and closes it. */
public final class HostsDoor implements AutoCloseable {
  /** The TCP port that hosts are told if nothing else is said. */
  public static final int USUAL_PORT = 7843;

  private static final int MOST_REQUEST_BYTES = 1 << 20;
  private static final int MOST_CALLS_PER_CONNECTION = 16;
  private static final int MOST_HEADER_BYTES = 8 << 10;

  /** A thousand hosts that come back at once are some ten seconds of handshakes on two cores. */
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(20);

  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
  private static final Duration END_TIMEOUT = Duration.ofSeconds(2);

  private final Server server;
  private final EventLoopGroup loops;
  private final ExecutorService calls;

  private HostsDoor(Server server, EventLoopGroup loops, ExecutorService calls) {
    this.server = server;
    this.loops = loops;
    this.calls = calls;
  }

  /**
   * Opens it.
   *
   * @param at where it listens
   * @param credentials the controller's, at each handshake
   * @param members who may come in
   * @param forHosts what else is answered, to hosts only
   * @throws IOException if it cannot listen there
   */
  public static HostsDoor open(
      InetSocketAddress at,
      Supplier<Credentials> credentials,
      Members members,
      List<BindableService> forHosts)
      throws IOException {
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(at)
            .channelType(NioServerSocketChannel.class)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .executor(calls)
            .sslContext(Tls.server(credentials))
            .handshakeTimeout(HANDSHAKE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTime(KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS)
            .permitKeepAliveTime(1, TimeUnit.SECONDS)
            .maxInboundMessageSize(MOST_REQUEST_BYTES)
            .maxInboundMetadataSize(MOST_HEADER_BYTES)
            .maxConcurrentCallsPerConnection(MOST_CALLS_PER_CONNECTION)
            .intercept(new CallerCheck(members))
            .addService(new JoiningService(members))
            .addService(new MembershipService(members));
    forHosts.forEach(builder::addService);
    try {
      return new HostsDoor(builder.build().start(), loops, calls);
    } catch (IOException e) {
      var _ = loops.shutdownGracefully();
      calls.close();
      throw e;
    }
  }

  /** The TCP port at which it listens. */
  public int port() {
    return server.getPort();
  }

  /** Ends all calls. */
  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(END_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    var _ = loops.shutdownGracefully(0, END_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    calls.shutdownNow();
  }
}
