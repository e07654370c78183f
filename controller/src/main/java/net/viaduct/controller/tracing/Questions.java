package net.viaduct.controller.tracing;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.subscription.Desk;
import net.viaduct.controller.subscription.Reach;
import net.viaduct.protocol.Ask;
import net.viaduct.protocol.ControllerMessage;
import net.viaduct.protocol.Traced;
import net.viaduct.runtime.NanoClock;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks hosts about frames: those that are connected here by their streams, others through the
 * store. Each question has an answer soon, if only that there is none. Safe from any thread.
 */
public final class Questions implements AutoCloseable, BiConsumer<String, Traced> {
  /** For how long a host may take. */
  public static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final int MOST_OPEN = 1_024;

  private final Duration patience;
  private final Map<Long, Open> open = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();
  private final Desk desk;
  private final Store store;
  private final Optional<StoreQuestions> others;

  private record Open(String host, CompletableFuture<HostAnswer> answer) {}

  /**
   * Asks hosts of a desk, and those of other controllers of its store.
   *
   * @param patience for how long a host may take
   */
  public Questions(Desk desk, Store store, NanoClock clock, Duration patience) {
    this.desk = desk;
    this.store = store;
    this.patience = patience;
    this.others =
        store.isShared()
            ? Optional.of(StoreQuestions.begin(store, this::askHere, patience, clock))
            : Optional.empty();
  }

  /**
   * Asks a host, wherever it is connected.
   *
   * @param ask without an id
   */
  public CompletableFuture<HostAnswer> ask(String host, Ask ask) {
    CompletableFuture<HostAnswer> answer = new CompletableFuture<>();
    var _ =
        send(host, ask, answer)
            .thenAccept(reach -> {
              if (reach == Reach.BUSY) {
                answer.complete(busy(host));
              } else if (reach == Reach.NOT_HERE) { // the desk must not wait for the store
                var _ = Thread.startVirtualThread(() -> askElsewhere(host, ask, answer));
              }
            });
    return answer;
  }

  private void askElsewhere(String host, Ask ask, CompletableFuture<HostAnswer> answer) {
    try {
      ObjectNode state =
          store
              .get(Kind.HOST.word() + "-state/" + host)
              .map(it -> Documents.parseObject(it.value()))
              .orElseGet(Documents::object);
      String life = state.path("state").asString("");
      String since = state.path("since").asString("");
      switch (life) {
        case "alive" ->
            others.ifPresentOrElse(
                other -> other.ask(host, ask, answer),
                () -> answer.complete(unasked(host, "is away", "")));
        case "seen-by-others" -> answer.complete(unasked(host, "is at no controller", since));
        default -> answer.complete(unasked(host, "is away", since));
      }
    } catch (StoreFailure e) {
      answer.complete(new HostAnswer.Untold(host + " cannot be asked: " + e.getMessage()));
    }
  }

  private static HostAnswer busy(String host) {
    return new HostAnswer.Untold(host + " takes nothing at the moment");
  }

  private static HostAnswer unasked(String host, String how, String since) {
    return new HostAnswer.Untold(
        host
            + " "
            + how
            + (since.isEmpty()
                ? ""
                : " since " + Instant.parse(since).truncatedTo(ChronoUnit.SECONDS))
            + ": what it would do with the frame is not known");
  }

  /** Asks for another controller; nothing comes of it unless the host is connected here. */
  private void askHere(String host, Ask ask, CompletableFuture<HostAnswer> answer) {
    var _ =
        send(host, ask, answer)
            .thenAccept(reach -> {
              if (reach == Reach.BUSY) {
                answer.complete(busy(host));
              } else if (reach == Reach.NOT_HERE) {
                answer.cancel(false);
              }
            });
  }

  private CompletableFuture<Reach> send(
      String host, Ask ask, CompletableFuture<HostAnswer> answer) {
    if (open.size() >= MOST_OPEN) {
      answer.complete(new HostAnswer.Untold("too many questions are open at this controller"));
      return new CompletableFuture<>();
    }
    long id = ids.incrementAndGet();
    open.put(id, new Open(host, answer));
    var _ =
        answer
            .completeOnTimeout(
                new HostAnswer.Untold(host + " did not answer within " + inSeconds(patience)),
                patience.toNanos(),
                TimeUnit.NANOSECONDS)
            .whenComplete((_, _) -> open.remove(id));
    Ask numbered = ask.toBuilder().setId(id).build();
    return desk.say(host, ControllerMessage.newBuilder().setAsk(numbered).build());
  }

  private static String inSeconds(Duration duration) {
    long ms = duration.toMillis();
    return ms % 1_000 == 0 ? ms / 1_000 + " s" : ms + " ms";
  }

  /** A host answers; what it was not asked is ignored. */
  @Override
  public void accept(String host, Traced traced) {
    Open asked = open.get(traced.getId());
    if (asked != null && asked.host().equals(host)) {
      asked.answer().complete(AnswerCheck.of(host, traced));
    }
  }

  @Override
  public void close() {
    others.ifPresent(StoreQuestions::close);
  }
}
