package net.viaduct.controller.tracing;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import net.viaduct.controller.store.Change;
import net.viaduct.controller.store.Condition;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.HistoryGone;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Page;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.Transaction;
import net.viaduct.controller.store.Watch;
import net.viaduct.protocol.Ask;
import net.viaduct.protocol.Traced;
import net.viaduct.runtime.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions between controllers of a store: one writes a key with the question, the one that has
 * the host writes another with the answer, and the first takes both away. Whoever sees a key for
 * too long takes it away too: then somebody died. Its thread {@code questions} follows the store;
 * any thread may ask.
 */
final class StoreQuestions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreQuestions.class);

  /** Below this are questions, by the host that is asked, and answers. */
  private static final String PREFIX = "question/";

  private static final String ASKED = PREFIX + "asked/";
  private static final String TOLD = PREFIX + "told/";

  private static final int MOST_OPEN = 64;
  private static final int PAGE = 100;
  private static final Duration WATCH_WAIT = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration END_TIMEOUT = Duration.ofSeconds(5);

  /** Nobody has so much patience: a key that is there for longer was left behind. */
  private static final long LEFT_AFTER_NS = Duration.ofSeconds(30).toNanos();

  private final Store store;
  private final Here here;
  private final Duration patience;
  private final NanoClock clock;
  private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();

  /** When each key was seen first. Owned by the thread that follows. */
  private final Map<String, Long> seen = new HashMap<>();

  private final Thread follower = Thread.ofPlatform().name("questions").unstarted(this::follow);
  private volatile boolean running = true;

  /** Asks a host that is connected here; cancels the answer if it is not. */
  @FunctionalInterface
  interface Here {
    void ask(String host, Ask ask, CompletableFuture<HostAnswer> answer);
  }

  private record Waiting(String host, CompletableFuture<HostAnswer> answer) {}

  private StoreQuestions(Store store, Here here, Duration patience, NanoClock clock) {
    this.store = store;
    this.here = here;
    this.patience = patience;
    this.clock = clock;
  }

  /** Follows a store from now on. */
  static StoreQuestions begin(Store store, Here here, Duration patience, NanoClock clock) {
    StoreQuestions questions = new StoreQuestions(store, here, patience, clock);
    questions.follower.start();
    return questions;
  }

  /** Asks whichever controller has a host; does not wait for it. */
  void ask(String host, Ask ask, CompletableFuture<HostAnswer> answer) {
    if (waiting.size() >= MOST_OPEN) {
      answer.complete(new HostAnswer.Untold("too many questions are open between the controllers"));
      return;
    }
    String id = UUID.randomUUID().toString();
    String key = ASKED + host + "/" + id;
    CompletableFuture<HostAnswer> told = new CompletableFuture<>();
    waiting.put(id, new Waiting(host, told));
    var _ =
        told.orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS)
            .whenComplete((it, _) -> {
              waiting.remove(id);
              if (it != null) {
                answer.complete(it); // else whoever asked has run out of patience as well
              }
              var _ = Thread.startVirtualThread(() -> delete(List.of(key, TOLD + id)));
            });
    Thread.startVirtualThread(() -> {
      try {
        store.commit(
            new Transaction(List.of(), List.of(new Operation.Put(key, text(ask.toByteArray())))));
      } catch (StoreFailure e) {
        told.complete(new HostAnswer.Untold(host + " cannot be asked: " + e.getMessage()));
      }
    });
  }

  private static String text(byte[] message) {
    return Base64.getEncoder().encodeToString(message);
  }

  private void delete(List<String> keys) {
    try {
      store.commit(
          new Transaction(List.of(), keys.stream().<Operation>map(Operation.Delete::new).toList()));
    } catch (StoreFailure e) {
      LOG.debug("{} are left behind for now: {}", keys, e.getMessage());
    }
  }

  private void follow() {
    while (running) {
      try (Watch watch = store.watch(PREFIX, load())) {
        while (running) {
          watch.next(WATCH_WAIT).forEach(this::take);
          forgetLeft();
        }
      } catch (HistoryGone _) {
        LOG.debug("questions are read anew");
      } catch (StoreFailure e) {
        LOG.debug("questions of other controllers cannot be seen: {}", e.getMessage());
        LockSupport.parkNanos(PAUSE.toNanos());
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException e) {
        if (running) {
          LOG.error("a question of another controller was not understood", e);
          LockSupport.parkNanos(PAUSE.toNanos());
        }
      }
    }
  }

  /** Notes what is there already: who asked that has no patience any more, or not long. */
  private long load() {
    seen.clear();
    Page page = store.range(Range.first(PREFIX, PAGE));
    long revision = page.revision();
    while (true) {
      for (Entry entry : page.entries()) {
        seen.put(entry.key(), clock.nanoTime());
      }
      if (!page.hasMore()) {
        return revision;
      }
      page = store.range(Range.first(PREFIX, PAGE).after(page));
    }
  }

  private void take(Change change) {
    String value = change.after();
    if (value == null) {
      seen.remove(change.key());
      return;
    }
    seen.put(change.key(), clock.nanoTime());
    try {
      if (change.key().startsWith(TOLD)) {
        Waiting asked = waiting.get(change.key().substring(TOLD.length()));
        if (asked != null) {
          Traced traced = Traced.parseFrom(Base64.getDecoder().decode(value));
          asked
              .answer()
              .complete(
                  traced.getRefusal().isEmpty()
                      ? AnswerCheck.of(asked.host(), traced)
                      : new HostAnswer.Untold(traced.getRefusal())); // a controller's words
        }
      } else if (change.key().startsWith(ASKED)) {
        answer(change.key(), Ask.parseFrom(Base64.getDecoder().decode(value)));
      }
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      LOG.debug("{} is not understood: {}", change.key(), e.getMessage());
    }
  }

  /** Asks the host if it is here; whoever asked does so for nothing if it is not. */
  private void answer(String key, Ask ask) {
    String[] hostAndId = key.substring(ASKED.length()).split("/", 2);
    if (hostAndId.length < 2 || waiting.containsKey(hostAndId[1])) {
      return;
    }
    CompletableFuture<HostAnswer> answer = new CompletableFuture<>();
    var _ = answer.thenAccept(it -> Thread.startVirtualThread(() -> tell(key, hostAndId[1], it)));
    here.ask(hostAndId[0], ask, answer);
  }

  private void tell(String key, String id, HostAnswer answer) {
    Traced traced =
        switch (answer) {
          case HostAnswer.Told told -> told.traced();
          case HostAnswer.Untold untold -> Traced.newBuilder().setRefusal(untold.why()).build();
        };
    try {
      store.commit(
          new Transaction(
              List.of(new Condition.Exists(key)),
              List.of(new Operation.Put(TOLD + id, text(traced.toByteArray())))));
    } catch (StoreFailure e) {
      LOG.debug("{} cannot be answered: {}", key, e.getMessage());
    }
  }

  private void forgetLeft() {
    long now = clock.nanoTime();
    List<String> left = new ArrayList<>();
    seen.forEach((key, since) -> {
      if (now - since > LEFT_AFTER_NS) {
        left.add(key);
      }
    });
    if (!left.isEmpty()) {
      List<String> some = left.subList(0, Math.min(left.size(), PAGE));
      delete(some);
      some.forEach(seen::remove);
    }
  }

  @Override
  public void close() {
    running = false;
    follower.interrupt();
    try {
      if (!follower.join(END_TIMEOUT)) {
        LOG.error("questions of other controllers are still followed after {}", END_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
