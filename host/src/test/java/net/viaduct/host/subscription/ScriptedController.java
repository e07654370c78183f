package net.viaduct.host.subscription;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.viaduct.protocol.Alive;
import net.viaduct.protocol.Changes;
import net.viaduct.protocol.ControllerMessage;
import net.viaduct.protocol.HostMessage;
import net.viaduct.protocol.Report;
import net.viaduct.protocol.SubscriptionGrpc;
import net.viaduct.trust.Authority;
import net.viaduct.trust.CertificateRequest;
import net.viaduct.trust.HostId;
import net.viaduct.trust.IdentityDirectory;
import net.viaduct.trust.Tls;
import org.jspecify.annotations.Nullable;

/**
 * A controller without a store: it speaks the real protocol over TLS, and says what a test has it
 * say. Any thread.
 */
public final class ScriptedController extends SubscriptionGrpc.SubscriptionImplBase
    implements AutoCloseable {
  private static final Duration LIFE = Duration.ofDays(1);

  private final Authority authority = Authority.create(Clock.systemUTC(), new SecureRandom());
  private final IdentityDirectory identity;
  private final String host;
  private Server server;
  private Changes told = Changes.newBuilder().setAnew(true).setStore("s").build();
  private @Nullable StreamObserver<ControllerMessage> stream;
  private @Nullable Report report;

  /** Begins to listen, and lets a host of this name in that has this directory. */
  public ScriptedController(Path directory, String host) throws IOException {
    this.host = host;
    identity = new IdentityDirectory(directory);
    identity.prepare();
    CertificateRequest request = CertificateRequest.create(host, new SecureRandom());
    HostId id = HostId.joining(host, new SecureRandom());
    identity.write(request.with(authority.certifyHost(request.der(), id, LIFE)));
    server = listen();
  }

  private Server listen() throws IOException {
    var credentials = authority.certifyController(LIFE);
    Server started =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .sslContext(Tls.server(() -> credentials))
            .addService(this)
            .build()
            .start();
    identity.writeControllers(List.of("127.0.0.1:" + started.getPort()));
    return started;
  }

  /** What the host has of its own. */
  public IdentityDirectory identity() {
    return identity;
  }

  /** The host's name. */
  public String host() {
    return host;
  }

  /** Says this, all anew, to whoever follows now or later. */
  public synchronized void tell(Changes anew) {
    told = anew.toBuilder().setAnew(true).setStore("s").build();
    StreamObserver<ControllerMessage> to = stream;
    if (to != null) {
      to.onNext(ControllerMessage.newBuilder().setChanges(told).build());
    }
  }

  /** What the host has reported last; null if nothing yet. */
  public synchronized @Nullable Report report() {
    return report;
  }

  /** It is there again. */
  public synchronized void comeBack() throws IOException {
    server = listen();
  }

  @Override
  public StreamObserver<HostMessage> follow(StreamObserver<ControllerMessage> toHost) {
    return new StreamObserver<>() {
      @Override
      public void onNext(HostMessage message) {
        heard(message, toHost);
      }

      @Override
      public void onError(Throwable failure) {
        // the host has gone, and calls again
      }

      @Override
      public void onCompleted() {
        toHost.onCompleted();
      }
    };
  }

  private synchronized void heard(HostMessage message, StreamObserver<ControllerMessage> toHost) {
    if (message.hasHello()) {
      stream = toHost;
      report = message.getHello().getReport();
      toHost.onNext(ControllerMessage.newBuilder().setChanges(told).build());
      return;
    }
    if (message.hasReport()) {
      report = message.getReport();
    }
    if (toHost == stream) {
      toHost.onNext(ControllerMessage.newBuilder().setAlive(Alive.getDefaultInstance()).build());
    }
  }

  /** Ends the call of the host, which calls again. */
  public synchronized void hangUp() {
    StreamObserver<ControllerMessage> to = stream;
    stream = null;
    if (to != null) {
      to.onError(Status.UNAVAILABLE.withDescription("told to end").asRuntimeException());
    }
  }

  /** It is gone. */
  public void goAway() {
    Server ending;
    synchronized (this) {
      stream = null;
      ending = server;
    }
    ending.shutdownNow();
    try {
      ending.awaitTermination(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    goAway();
  }
}
