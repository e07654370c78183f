package net.viaduct.controller.subscription;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import net.viaduct.controller.membership.Caller;
import net.viaduct.controller.membership.Members;
import net.viaduct.controller.meters.MeterBoard;
import net.viaduct.controller.model.Host;
import net.viaduct.controller.moving.MoveWatch;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.store.Change;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.transition.WireWatch;
import net.viaduct.controller.watching.Watchers;
import net.viaduct.protocol.ControllerMessage;
import net.viaduct.protocol.Hello;
import net.viaduct.protocol.Meters;
import net.viaduct.protocol.Report;
import net.viaduct.runtime.NanoClock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells hosts what concerns them, and hears from them. All that it knows is owned by its thread
 * {@code desk}, which never waits for the store: a {@link StoreFollower} reads it, and a {@link
 * HostObserver} writes what is observed.
 */
public final class Desk implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Desk.class);

  private static final int LOGGED_CHANGES = 100_000;
  private static final long LOOK_MS = 250;

  /** With 10,000 hosts they cost some 40 ms. */
  private static final int LISTS_PER_LOOK = 250;

  private static final Duration FAILURE_PAUSE = Duration.ofSeconds(1);
  private static final long SIGN_OF_LIFE_NS = Duration.ofSeconds(1).toNanos();
  private static final Duration END_TIMEOUT = Duration.ofSeconds(5);

  private final String storeId;
  private final Members members;
  private final NanoClock clock;
  private final Clock wallClock;
  private final LifePolicy policy;
  private final MeterBoard meters;
  private final ScheduledExecutorService desk;
  private final HostObserver observer;
  private final StoreFollower follower;

  private FactIndex index;
  private final ChangeLog log = new ChangeLog(LOGGED_CHANGES);
  private final Map<String, Session> sessions = new HashMap<>();
  private long revision;

  /**
   * What a desk works with.
   *
   * @param storeId by which hosts know that a revision is of this store
   * @param clock for silences
   * @param wallClock for what is written down
   * @param meters where it is kept what hosts have counted
   * @param self by which the other controllers know this one
   */
  public record Surroundings(
      Store store,
      String storeId,
      Registry registry,
      Members members,
      NanoClock clock,
      Clock wallClock,
      LifePolicy policy,
      MeterBoard meters,
      PeerPlace self) {}

  private Desk(Surroundings around, StoreFollower.Known known) {
    this.storeId = Facts.edition(around.storeId());
    this.members = around.members();
    this.clock = around.clock();
    this.wallClock = around.wallClock();
    this.policy = around.policy();
    this.meters = around.meters();
    this.index = known.index();
    this.revision = known.revision();
    log.beginAt(revision);
    Store store = around.store();
    this.observer =
        new HostObserver(
            new HostLife(store, around.registry(), wallClock, policy, around.self()),
            new MoveWatch(store, wallClock),
            new WireWatch(store, around.registry()));
    this.desk =
        Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("desk").factory());
    this.follower = new StoreFollower(store, new Taking(), revision, FAILURE_PAUSE);
  }

  /**
   * Opens a desk; it knows all that the store has when it comes back.
   *
   * @throws net.viaduct.controller.store.StoreFailure if the store cannot be read
   */
  public static Desk open(Surroundings around) {
    StoreFollower.Known known = StoreFollower.load(around.store());
    Set<String> seen = known.index().hostsNotWithdrawn();
    Desk desk = new Desk(around, known);
    desk.observer.begin(seen);
    desk.follower.start();
    var _ =
        desk.desk.scheduleWithFixedDelay(
            desk.guarded(desk::look), LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    LOG.info("hosts are told what revision {} says", known.revision());
    return desk;
  }

  /** Hands over what the store says, and waits until it is taken. */
  private final class Taking implements StoreFollower.Taker {
    @Override
    public void begin(StoreFollower.Known known) {
      awaitDone(desk.submit(() -> Desk.this.begin(known)));
    }

    @Override
    public void take(List<Change> changes, long upTo) {
      awaitDone(desk.submit(() -> Desk.this.take(changes, upTo)));
    }

    private void awaitDone(Future<?> future) {
      try {
        future.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("the desk failed at a change of the store", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  /** Begins anew: what became of members meanwhile is not known. Desk. */
  private void begin(StoreFollower.Known known) {
    index = known.index();
    revision = known.revision();
    log.beginAt(revision);
    for (Session session : List.copyOf(sessions.values())) {
      if (session.isOf(known.memberships().get(session.host()))) {
        pump(session);
      } else {
        check(session, () -> pump(session)); // it may have joined just now
      }
    }
  }

  /** Takes changes of the store in, and tells them. Desk. */
  private void take(List<Change> changes, long upTo) {
    for (Change change : changes) {
      if (change.revision() > revision) {
        for (Delta delta : StoreFollower.understood(index, change)) {
          log.add(change.revision(), delta);
        }
        if (change.key().startsWith(Members.PREFIX)) {
          putOutIfRevoked(change);
        }
      }
    }
    revision = Math.max(revision, upTo);
    List.copyOf(sessions.values()).forEach(this::pump);
  }

  /** The change tells who was put out; the store may tell of one that joined after him. Desk. */
  private void putOutIfRevoked(Change change) {
    String host = change.key().substring(Members.PREFIX.length());
    Session session = sessions.get(host);
    if (session == null) {
      if (change.after() == null && index.wasSeen(host)) {
        observer.gone(host); // it is away, or at another controller
      }
    } else if (session.isOf(membership(change.before()))
        && !session.isOf(membership(change.after()))) {
      endAsRevoked(session);
    }
  }

  private static @Nullable String membership(@Nullable String json) {
    return json == null ? null : Members.membership(json);
  }

  private void endAsRevoked(Session session) {
    LOG.warn("host {} was revoked: it is out", session.host());
    end(session, Status.UNAUTHENTICATED.withDescription("host " + session.host() + " was revoked"));
  }

  /**
   * Asks the store whether it is a member's session, and ends it if it is not; a thread of its own
   * waits for that. Desk.
   *
   * @param ifSo what is done then, by the desk
   */
  private void check(Session session, Runnable ifSo) {
    Thread.ofVirtual()
        .name("check of " + session.host())
        .start(() -> {
          boolean member;
          try {
            member = members.isMember(session.caller().host());
          } catch (RuntimeException e) {
            LOG.warn(
                "whether host {} is one cannot be found out: {}", session.host(), e.toString());
            Status status = Status.UNAVAILABLE.withDescription("the store does not answer");
            execute(session, () -> end(session, status));
            return;
          }
          execute(
              session,
              () -> {
                if (!member) {
                  endAsRevoked(session);
                } else if (sessions.get(session.host()) == session) {
                  ifSo.run();
                }
              });
        });
  }

  private void pump(Session session) {
    try {
      session.pump(index, log, revision, clock.nanoTime());
    } catch (RuntimeException e) {
      failed(session, e);
    }
  }

  /** Looks who is silent, and gives signs of life. Desk. */
  private void look() {
    long now = clock.nanoTime();
    for (Session session : List.copyOf(sessions.values())) {
      if (session.isSilentSince(now - policy.awayAfter().toNanos())) {
        end(session, Status.UNAVAILABLE.withDescription("nothing was heard of you"));
      } else if (session.isExpired(wallClock.instant())) {
        end(session, Status.UNAUTHENTICATED.withDescription("your certificate has ended"));
      } else {
        pump(session);
        if (!session.isToldSince(now - SIGN_OF_LIFE_NS)) {
          session.tellAlive(now);
        }
      }
    }
    tellWatchers(now);
    Watchers watchers = index.watchers();
    observer.look(index.hasMoves(), watchers.sights(observer.asked()), watchers.isAnybodyThere());
  }

  /** Tells some of those hosts whom they watch that were told otherwise. Desk. */
  private void tellWatchers(long now) {
    Watchers watchers = index.watchers();
    for (String host : watchers.takeChanged(LISTS_PER_LOOK)) {
      Session session = sessions.get(host);
      if (session != null
          && !session.tellWatch(watchers.watchedBy(host), policy.missedAfter(), now)) {
        watchers.touch(host); // it takes nothing now
      }
    }
  }

  private void failed(Session session, RuntimeException e) {
    LOG.error("the controller failed at host {}, whose session ends", session.host(), e);
    end(session, Status.INTERNAL.withDescription("the controller failed; its log tells more"));
  }

  private void end(Session session, Status status) {
    try {
      session.end(status);
    } catch (RuntimeException e) {
      LOG.debug("the session of host {} has ended by itself: {}", session.host(), e.toString());
    }
    leave(session);
  }

  private void leave(Session session) {
    if (sessions.remove(session.host(), session)) {
      meters.forget(session.host());
      observer.gone(session.host());
    }
  }

  private Runnable guarded(Runnable action) {
    return () -> {
      try {
        action.run();
      } catch (RejectedExecutionException _) {
        // it is being closed
      } catch (RuntimeException e) {
        LOG.error("the desk failed at something", e);
      }
    };
  }

  /** Does something for a session, which ends if that fails. Any thread. */
  void execute(Session session, Runnable action) {
    try {
      desk.execute(
          guarded(() -> {
            try {
              action.run();
            } catch (RuntimeException e) {
              failed(session, e);
            }
          }));
    } catch (RejectedExecutionException _) {
      // it is closed, and so are all streams
    }
  }

  /**
   * Says something to a host that is no fact, if it is connected here. Any thread.
   *
   * @return done by the desk's thread; never, if that is closed
   */
  public CompletableFuture<Reach> say(String host, ControllerMessage message) {
    CompletableFuture<Reach> reach = new CompletableFuture<>();
    try {
      desk.execute(
          guarded(() -> {
            Session session = sessions.get(host);
            if (session == null) {
              reach.complete(Reach.NOT_HERE);
            } else {
              reach.complete(session.say(message) ? Reach.HERE : Reach.BUSY);
            }
          }));
    } catch (RejectedExecutionException _) {
      // whoever asks has patience, but not for ever
    }
    return reach;
  }

  /**
   * The other hosts of a network with which a host has no address family in common. Any thread.
   *
   * @return done by the desk's thread; never, if that is closed
   */
  public CompletableFuture<List<String>> unreached(String network, Host host) {
    CompletableFuture<List<String>> found = new CompletableFuture<>();
    try {
      desk.execute(guarded(() -> found.complete(index.unreached(network, host))));
    } catch (RejectedExecutionException _) {
      // whoever asks has patience, but not for ever
    }
    return found;
  }

  /** A host has called. Any thread. */
  Session enter(Caller caller, ServerCallStreamObserver<ControllerMessage> stream) {
    return new Session(caller, stream, storeId, clock.nanoTime());
  }

  /**
   * It says what it knows. First it is entered, then the store is asked whether it is a host: one
   * that is revoked before that is not found, one that is revoked after is told of. Desk.
   */
  void greet(Session session, Hello hello) {
    if (!session.calls()) {
      session.next();
      return;
    }
    Session before = sessions.put(session.host(), session);
    if (before != null) {
      end(before, Status.ABORTED.withDescription("you have called again"));
    }
    session.heard(clock.nanoTime());
    check(session, () -> welcome(session, hello));
  }

  private void welcome(Session session, Hello hello) {
    session.greet(hello, log, revision);
    index.watchers().touch(session.host());
    LOG.info("host {} is here", session.host());
    observer.here(session.host(), hello.getReport(), wallClock.instant());
    pump(session);
    session.next();
  }

  /** It says what it sees. Desk. */
  void report(Session session, Report report) {
    session.heard(clock.nanoTime());
    if (sessions.get(session.host()) == session) {
      observer.here(session.host(), report, wallClock.instant());
    }
    session.next();
  }

  /** It says what it has counted. Desk. */
  void meters(Session session, Meters told) {
    session.heard(clock.nanoTime());
    if (sessions.get(session.host()) == session) {
      meters.take(session.host(), told);
    }
    session.next();
  }

  /** It says that it lives. Desk. */
  void heard(Session session) {
    session.heard(clock.nanoTime());
    session.next();
  }

  /** It takes more. Desk. */
  void ready(Session session) {
    if (sessions.get(session.host()) == session) {
      pump(session);
    }
  }

  /** Its stream has ended. Desk. */
  void left(Session session) {
    leave(session);
  }

  /** Ends all sessions; hosts go on with what they know. */
  @Override
  public void close() {
    follower.close();
    desk.shutdownNow();
    observer.close();
    try {
      boolean ended = follower.end();
      ended &= desk.awaitTermination(END_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      ended &= observer.end(END_TIMEOUT.toMillis());
      if (!ended) {
        LOG.error("the desk did not end within {}", END_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
