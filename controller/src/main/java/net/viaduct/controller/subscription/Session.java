package net.viaduct.controller.subscription;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.viaduct.controller.membership.Caller;
import net.viaduct.controller.model.Host;
import net.viaduct.protocol.Alive;
import net.viaduct.protocol.Changes;
import net.viaduct.protocol.ControllerMessage;
import net.viaduct.protocol.Fact;
import net.viaduct.protocol.Hello;
import net.viaduct.protocol.Watch;
import net.viaduct.protocol.Watched;
import org.jspecify.annotations.Nullable;

/**
 * A host that follows. It has a place in the log, not a queue of its own: if it is slow it falls
 * behind, and if it falls behind the log it gets all anew. Owned by the desk.
 */
final class Session {
  private static final int FACTS_PER_MESSAGE = 500;

  private final Caller caller;
  private final ServerCallStreamObserver<ControllerMessage> stream;
  private final String store;
  private final Set<Integer> known = new HashSet<>();
  private final ArrayDeque<ControllerMessage> waiting = new ArrayDeque<>();
  private long position;
  private boolean called;
  private boolean greeted;
  private long heardNs;
  private long toldNs;
  private long toldRevision = -1;
  private boolean toldWatch;
  private Map<String, Host> watched = Map.of();

  Session(
      Caller caller, ServerCallStreamObserver<ControllerMessage> stream, String store, long nowNs) {
    this.caller = caller;
    this.stream = stream;
    this.store = store;
    this.heardNs = nowNs;
    this.toldNs = nowNs;
  }

  String host() {
    return caller.host().name();
  }

  Caller caller() {
    return caller;
  }

  /** Whether it calls with this message; it does so once. */
  boolean calls() {
    boolean first = !called;
    called = true;
    return first;
  }

  /** Whether it is a session of the member of this number. */
  boolean isOf(@Nullable String membership) {
    return caller.host().membership().equals(membership);
  }

  /** Lets the host send the next message: not before the one before it is done. */
  void next() {
    stream.request(1);
  }

  /** Begins with what the host says it knows. */
  void greet(Hello hello, ChangeLog log, long revision) {
    greeted = true;
    // a store that was put back to an older copy has not what the host knows
    boolean sameStore = hello.getStore().equals(store) && hello.getRevision() <= revision;
    position = sameStore ? log.after(hello.getRevision()) : 0;
    if (position > 0) {
      known.addAll(hello.getKnownVnisList());
    }
  }

  void heard(long nowNs) {
    heardNs = nowNs;
  }

  boolean isSilentSince(long ns) {
    return heardNs - ns < 0;
  }

  boolean isExpired(Instant now) {
    return now.isAfter(caller.ends());
  }

  boolean isToldSince(long ns) {
    return toldNs - ns >= 0;
  }

  /** Tells as much as the host takes now. */
  void pump(FactIndex index, ChangeLog log, long revision, long nowNs) {
    if (!greeted || stream.isCancelled()) {
      return;
    }
    do {
      while (stream.isReady() && !waiting.isEmpty()) {
        stream.onNext(waiting.removeFirst());
        toldNs = nowNs;
      }
    } while (waiting.isEmpty() && stream.isReady() && collect(index, log, revision));
  }

  /** Puts what comes next into messages; false if there is nothing. */
  private boolean collect(FactIndex index, ChangeLog log, long revision) {
    boolean anew = position == 0 || !log.has(position);
    if (!anew && position == log.end() && toldRevision == revision) {
      return false;
    }
    Map<Integer, NetworkFacts> concerning = index.concerning(host());
    Draft draft = new Draft(anew, revision);
    if (anew) {
      known.clear();
    } else {
      for (int vni : List.copyOf(known)) {
        if (!concerning.containsKey(vni)) {
          known.remove(vni);
          draft.gone(Facts.networkKey(vni));
        }
      }
      changes(log, draft);
    }
    concerning.forEach((vni, facts) -> {
      if (known.add(vni)) {
        facts.all().forEach(draft::say);
      }
    });
    position = log.end();
    boolean first = toldRevision < 0;
    toldRevision = revision;
    if (!draft.isEmpty() || anew || first) {
      draft.finish();
      return true;
    }
    return false;
  }

  private void changes(ChangeLog log, Draft draft) {
    for (ChangeLog.Logged logged : log.from(position)) {
      if (!known.contains(logged.delta().vni())) {
        continue;
      }
      switch (logged.delta()) {
        case Delta.Said said -> draft.say(said.fact());
        case Delta.Gone gone -> {
          if (gone.key().hasNetworkVni()) {
            known.remove(gone.vni()); // if it comes back it is told as a whole
          }
          draft.gone(gone.key());
        }
      }
    }
  }

  /**
   * Tells whom the host watches, as far as that has changed.
   *
   * @return false if it takes nothing now
   */
  boolean tellWatch(Map<String, Host> wanted, Duration missedAfter, long nowNs) {
    if (!greeted || !stream.isReady() || !waiting.isEmpty()) {
      return false;
    }
    if (toldWatch && wanted.equals(watched)) {
      return true;
    }
    Watch.Builder watch =
        Watch.newBuilder()
            .setAnew(!toldWatch)
            .setMissedAfterMs(Math.toIntExact(missedAfter.toMillis()));
    watched.keySet().stream().filter(it -> !wanted.containsKey(it)).forEach(watch::addGone);
    wanted.forEach((name, host) -> {
      if (!host.equals(watched.get(name))) {
        watch.addHosts(Watched.newBuilder().setHost(name).addAllEndpoints(Facts.endpoints(host)));
      }
    });
    watched = Map.copyOf(wanted);
    toldWatch = true;
    stream.onNext(ControllerMessage.newBuilder().setWatch(watch).build());
    toldNs = nowNs;
    return true;
  }

  void tellAlive(long nowNs) {
    if (greeted && stream.isReady() && waiting.isEmpty()) {
      stream.onNext(ControllerMessage.newBuilder().setAlive(Alive.getDefaultInstance()).build());
      toldNs = nowNs;
    }
  }

  /** Says something that is no fact, beside what waits; false if the host takes nothing now. */
  boolean say(ControllerMessage message) {
    boolean takes = greeted && !stream.isCancelled() && stream.isReady();
    if (takes) {
      stream.onNext(message);
    }
    return takes;
  }

  void end(Status status) {
    stream.onError(status.asRuntimeException());
  }

  /** Changes on their way into messages, in their order. */
  private final class Draft {
    private final long revision;
    private Changes.Builder message;
    private final List<ControllerMessage> done = new ArrayList<>();
    private boolean empty = true;

    Draft(boolean anew, long revision) {
      this.revision = revision;
      message = Changes.newBuilder().setAnew(anew).setStore(store).setRevision(revision);
    }

    boolean isEmpty() {
      return empty;
    }

    void say(Fact fact) {
      empty = false;
      message.addFacts(fact);
      cut();
    }

    /** Within a message what is gone comes first, so it begins another one after facts. */
    void gone(net.viaduct.protocol.FactKey key) {
      empty = false;
      if (message.getFactsCount() > 0) {
        next();
      }
      message.addGone(key);
      cut();
    }

    private void cut() {
      if (message.getFactsCount() + message.getGoneCount() >= FACTS_PER_MESSAGE) {
        next();
      }
    }

    private void next() {
      done.add(ControllerMessage.newBuilder().setChanges(message.setContinued(true)).build());
      message = Changes.newBuilder().setStore(store).setRevision(revision);
    }

    void finish() {
      waiting.addAll(done);
      waiting.addLast(
          ControllerMessage.newBuilder().setChanges(message.setContinued(false)).build());
    }
  }
}
