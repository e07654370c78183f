package net.viaduct.host.subscription;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import net.viaduct.trust.Authority;

/** A connection to a controller. Owned by the thread that opens and closes it. */
final class Wire implements AutoCloseable {
  private static final int MOST_MESSAGE_BYTES = 16 << 20;
  private static final int CONNECT_TIMEOUT_MS = 3_000;
  private static final Duration END_TIMEOUT = Duration.ofSeconds(2);

  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
  private final ManagedChannel channel;

  Wire(ControllerAddress controller, SslContext tls) {
    channel =
        NettyChannelBuilder.forAddress(new InetSocketAddress(controller.host(), controller.port()))
            .channelType(NioSocketChannel.class)
            .eventLoopGroup(loop)
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
            .executor(calls)
            .sslContext(tls)
            .overrideAuthority(Authority.CONTROLLER_NAME)
            .maxInboundMessageSize(MOST_MESSAGE_BYTES)
            .disableRetry()
            .build();
  }

  ManagedChannel channel() {
    return channel;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(END_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    var _ = loop.shutdownGracefully(0, END_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    calls.shutdownNow();
  }
}
