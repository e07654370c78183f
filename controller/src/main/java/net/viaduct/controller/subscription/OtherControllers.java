package net.viaduct.controller.subscription;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.protocol.PeersGrpc;
import net.viaduct.protocol.PeersGrpc.PeersBlockingStub;
import net.viaduct.runtime.NanoClock;
import net.viaduct.trust.Authority;
import net.viaduct.trust.Credentials;
import net.viaduct.trust.Tls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Asks the other controllers of a store what only they know, at their doors for hosts. One that
 * does not answer is left alone for some seconds. Nothing runs while nobody asks. Safe from any
 * thread: one asks at a time.
 */
public final class OtherControllers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OtherControllers.class);

  private static final int MOST = 100;
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofMillis(1_500);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
  private static final Duration LEAVE_ALONE = Duration.ofSeconds(10);
  private static final int MOST_ANSWER_BYTES = 1 << 20;

  private final Store store;
  private final String self;
  private final NanoClock clock;
  private final SslContext tls;
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
  private Map<String, Line> lines = Map.of();
  private long lookedNs;

  /** What is asked. */
  @FunctionalInterface
  public interface Question<T> {
    /**
     * Asks one controller and takes all of its answer.
     *
     * @param controller its name
     * @throws StatusRuntimeException if it does not answer
     */
    List<T> ask(PeersBlockingStub stub, String controller);
  }

  /**
   * Those of a store.
   *
   * @param self the name of this one, which is not asked
   * @param credentials of this one, at each handshake
   */
  public OtherControllers(
      Store store, String self, Supplier<Credentials> credentials, NanoClock clock) {
    this.store = store;
    this.self = self;
    this.clock = clock;
    this.tls = Tls.client(credentials);
    this.lookedNs = clock.nanoTime() - LOOK_EVERY.toNanos();
  }

  /** What all of them answer that do; those that do not are left out. */
  public synchronized <T> List<T> ask(Question<T> question) {
    look();
    List<Future<List<T>>> answers = new ArrayList<>();
    lines.forEach((name, line) -> answers.add(calls.submit(() -> line.ask(question))));
    List<T> all = new ArrayList<>();
    for (Future<List<T>> answer : answers) {
      try {
        all.addAll(answer.get());
      } catch (ExecutionException e) {
        LOG.warn("another controller's answer is not understood", e.getCause());
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
    return all;
  }

  /** Which ones there are, and where. */
  private void look() {
    long now = clock.nanoTime();
    if (now - lookedNs < LOOK_EVERY.toNanos()) {
      return;
    }
    lookedNs = now;
    Map<String, Line> found = new HashMap<>();
    Map<String, Line> before = new HashMap<>(lines);
    try {
      for (Entry entry : store.range(Range.first(PeerPlace.PREFIX, MOST)).entries()) {
        String name = entry.key().substring(PeerPlace.PREFIX.length());
        List<String> doors = doors(entry.value());
        if (!name.equals(self) && !doors.isEmpty()) {
          Line known = before.remove(name);
          boolean isSame = known != null && known.doors.equals(doors);
          if (known != null && !isSame) {
            known.close();
          }
          found.put(name, known != null && isSame ? known : new Line(name, doors));
        }
      }
    } catch (StoreFailure e) {
      LOG.debug("other controllers are not looked for: {}", e.getMessage());
      return;
    }
    before.values().forEach(Line::close);
    lines = found;
  }

  private static List<String> doors(String value) {
    return Documents.parseObject(value)
        .path("doors")
        .valueStream()
        .map(JsonNode::asString)
        .toList();
  }

  /** A way to one of the others. Used by one thread at a time. */
  private final class Line {
    private final String name;
    private final List<String> doors;
    private final Map<String, ManagedChannel> channels = new HashMap<>();
    private int current;
    private long silentUntilNs = clock.nanoTime();

    Line(String name, List<String> doors) {
      this.name = name;
      this.doors = doors;
    }

    /** What it answers at one of its doors; nothing if it does not. */
    <T> List<T> ask(Question<T> question) {
      if (silentUntilNs - clock.nanoTime() > 0) {
        return List.of();
      }
      String why = "";
      long until = clock.nanoTime() + PATIENCE.toNanos();
      for (int i = 0; i < doors.size() && until - clock.nanoTime() > 0; i++) {
        PeersBlockingStub stub =
            PeersGrpc.newBlockingStub(channels.computeIfAbsent(doors.get(current), this::open))
                .withDeadlineAfter(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        try {
          return question.ask(stub, name);
        } catch (StatusRuntimeException e) {
          why = String.valueOf(e.getMessage());
          current = (current + 1) % doors.size();
        }
      }
      LOG.warn("controller {} at {} does not answer: {}", name, doors, why);
      silentUntilNs = clock.nanoTime() + LEAVE_ALONE.toNanos();
      return List.of();
    }

    private ManagedChannel open(String door) {
      return NettyChannelBuilder.forAddress(PeerPlace.parse(door))
          .channelType(NioSocketChannel.class)
          .eventLoopGroup(loop)
          .executor(calls)
          .sslContext(tls)
          .overrideAuthority(Authority.CONTROLLER_NAME)
          .maxInboundMessageSize(MOST_ANSWER_BYTES)
          .disableRetry()
          .build();
    }

    void close() {
      channels.values().forEach(ManagedChannel::shutdownNow);
    }
  }

  @Override
  public synchronized void close() {
    lines.values().forEach(Line::close);
    lines = Map.of();
    lookedNs = clock.nanoTime();
    var _ = loop.shutdownGracefully();
    calls.shutdownNow();
  }
}
