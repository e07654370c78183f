package net.viaduct.controller.etcd;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import net.viaduct.controller.access.PemFiles;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.etcd.KVGrpc;

/**
 * The members of a cluster: asks one for as long as it answers, and the next one when it does not.
 * Safe from any thread.
 */
final class EtcdMembers implements AutoCloseable {
  private static final long ATTEMPT_MS = 2_500;
  private static final long FIRST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long MOST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(500);

  /** Not more often than every 5 s, or etcd takes it for an attack. */
  private static final long KEEP_ALIVE_S = 10;

  private static final long KEEP_ALIVE_TIMEOUT_S = 5;
  private static final int CONNECT_TIMEOUT_MS = 2_000;
  private static final long END_TIMEOUT_MS = 2_000;

  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final Duration patience;
  private final AtomicInteger current;
  private volatile boolean closed;

  /** Something that a member is asked for. */
  interface Question<T> {
    T ask(KVGrpc.KVBlockingStub member);
  }

  /**
   * Connects when somebody asks.
   *
   * @param first which member to ask first, so that not all controllers ask the same
   * @param patience how long to ask one after the other
   * @throws StoreFailure if files of TLS cannot be used
   */
  EtcdMembers(EtcdConfig config, int first, Duration patience) {
    this.patience = patience;
    Optional<SslContext> tls = config.tls().map(EtcdMembers::context);
    for (EtcdConfig.Endpoint endpoint : config.endpoints()) {
      NettyChannelBuilder builder =
          NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
              .channelType(NioSocketChannel.class)
              .eventLoopGroup(loop)
              .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
              .executor(calls)
              .disableRetry()
              .keepAliveTime(KEEP_ALIVE_S, TimeUnit.SECONDS)
              .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_S, TimeUnit.SECONDS)
              .maxInboundMessageSize(Integer.MAX_VALUE);
      if (tls.isPresent()) {
        builder.sslContext(tls.get());
      } else {
        builder.usePlaintext();
      }
      channels.add(builder.build());
    }
    current = new AtomicInteger(Math.floorMod(first, channels.size()));
  }

  private static SslContext context(EtcdConfig.Tls tls) {
    try {
      SslContextBuilder builder =
          GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(PemFiles.trusted(tls.ca()));
      builder.trustManager(trust);
      if (tls.identity().isPresent()) {
        EtcdConfig.Identity identity = tls.identity().get();
        KeyManagerFactory keys =
            KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(PemFiles.identity(identity.certificate(), identity.key()), new char[0]);
        builder.keyManager(keys);
      }
      return builder.build();
    } catch (IOException e) {
      throw new StoreFailure("cannot use etcd: " + e.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new StoreFailure("cannot use etcd: TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  /** The one that is asked at the moment. */
  ManagedChannel current() {
    return channels.get(current.get());
  }

  /** Asks another one from now on, if it is still the one that is asked. */
  void failed(ManagedChannel channel) {
    int index = channels.indexOf(channel);
    int next = (index + 1) % channels.size();
    if (current.compareAndSet(index, next)) {
      channels.get(next).resetConnectBackoff(); // it may have come back since
    }
  }

  /**
   * Asks until a member answers. The question may reach etcd several times, so it must be one that
   * has no other effect then.
   *
   * @throws StatusRuntimeException if a member refuses for good
   * @throws StoreFailure if none answers for long
   */
  <T> T ask(Question<T> question) {
    long endNs = System.nanoTime() + patience.toNanos();
    long pauseNs = FIRST_PAUSE_NS;
    while (true) {
      if (closed) {
        throw new StoreFailure("the store is closed");
      }
      ManagedChannel channel = current();
      try {
        return question.ask(
            KVGrpc.newBlockingStub(channel).withDeadlineAfter(ATTEMPT_MS, TimeUnit.MILLISECONDS));
      } catch (StatusRuntimeException refusal) {
        if (!EtcdRefusals.isPassing(refusal) || Thread.currentThread().isInterrupted()) {
          throw refusal;
        }
        failed(channel);
        if (System.nanoTime() + pauseNs > endNs) {
          throw new StoreFailure("etcd does not answer: " + EtcdRefusals.words(refusal), refusal);
        }
        LockSupport.parkNanos(pauseNs);
        pauseNs = Math.min(MOST_PAUSE_NS, pauseNs * 2);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    channels.forEach(ManagedChannel::shutdownNow);
    var _ = loop.shutdownGracefully(0, END_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    calls.shutdown();
  }
}
