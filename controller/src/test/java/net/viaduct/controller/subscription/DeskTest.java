package net.viaduct.controller.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import net.viaduct.controller.HostsRig;
import net.viaduct.controller.membership.Caller;
import net.viaduct.controller.membership.Members;
import net.viaduct.controller.meters.MeterBoard;
import net.viaduct.controller.registry.Audit;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.sqlite.SqliteStore;
import net.viaduct.controller.store.Change;
import net.viaduct.controller.store.HistoryGone;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.TamperedStore;
import net.viaduct.controller.store.Transaction;
import net.viaduct.controller.store.Watch;
import net.viaduct.protocol.Alive;
import net.viaduct.protocol.Changes;
import net.viaduct.protocol.ControllerMessage;
import net.viaduct.protocol.Fact;
import net.viaduct.protocol.Hello;
import net.viaduct.protocol.HostMessage;
import net.viaduct.protocol.Report;
import net.viaduct.runtime.SystemClock;
import net.viaduct.trust.Authority;
import net.viaduct.trust.HostId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A desk whose store has bad times, and whose hosts may not be what they should. */
class DeskTest {
  private static final HostId H1 = new HostId("h1", "1".repeat(32));
  private static final HostId AGAIN = new HostId("h1", "2".repeat(32));
  private static final String STATE = HostState.PREFIX + "h1";

  @TempDir Path directory;
  private Store real;
  private Desk desk;
  private SubscriptionService service;
  private final HeardStream stream = new HeardStream();

  /** Changes take place, and are not heard yet. */
  private volatile boolean deaf;

  private final List<Change> held = new CopyOnWriteArrayList<>();
  private volatile boolean forgets;
  private volatile boolean knowsNoMembers;
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger looksAtState = new AtomicInteger();
  private volatile CountDownLatch disk = new CountDownLatch(0);

  @BeforeEach
  void open() {
    real = SqliteStore.open(directory.resolve("c.db"), 100_000);
    Store store = TamperedStore.of(Store.class, real, this::tamper);
    Clock clock = Clock.systemUTC();
    SecureRandom random = new SecureRandom();
    Authority authority = Authority.create(clock, random);
    Audit audit = new Audit(clock, 1);
    Members.Certifying certifying = new Members.Certifying(authority, Members.USUAL_LIFE);
    desk =
        Desk.open(
            new Desk.Surroundings(
                store,
                "a store",
                new Registry(store, audit, 5_000, 5_999),
                new Members(store, audit, certifying, clock, random),
                new SystemClock(),
                clock,
                new LifePolicy(Duration.ofMinutes(1), Duration.ofMinutes(2)),
                new MeterBoard(new SystemClock()),
                new PeerPlace("c1")));
    service = new SubscriptionService(desk, (_, _) -> {});
    enter(H1);
  }

  @AfterEach
  void close() {
    disk.countDown();
    desk.close();
    real.close();
  }

  private Object tamper(String method, Object[] arguments, TamperedStore.Real call)
      throws Throwable {
    switch (method) {
      case "get" -> {
        if (knowsNoMembers && arguments[0].toString().startsWith(Members.PREFIX)) {
          throw new StoreFailure("the disk does not read");
        }
        if (arguments[0].equals(STATE)) {
          looksAtState.incrementAndGet();
        }
      }
      case "range" -> {
        if (((Range) arguments[0]).prefix().isEmpty() && failures.getAndDecrement() > 0) {
          throw new StoreFailure("the disk does not read");
        }
      }
      case "commit" -> disk.await();
      case "watch" -> {
        return TamperedStore.of(Watch.class, (Watch) call.call(), this::tamperWatch);
      }
      default -> {}
    }
    return call.call();
  }

  private Object tamperWatch(String method, Object[] arguments, TamperedStore.Real call)
      throws Throwable {
    if (!method.equals("next")) {
      return call.call();
    }
    if (forgets) {
      forgets = false;
      held.clear();
      throw new HistoryGone(1, 2, 3);
    }
    for (Object change : (List<?>) call.call()) {
      held.add((Change) change);
    }
    List<Change> heard = deaf ? List.of() : List.copyOf(held);
    held.removeAll(heard);
    return heard;
  }

  /** The store has it that this is a host. */
  private void enter(HostId host) {
    String member = "{\"membership\":\"" + host.membership() + "\"}";
    put(new Operation.Put(Members.PREFIX + host.name(), member));
  }

  private void revoke() {
    put(new Operation.Delete(Members.PREFIX + "h1"));
  }

  private void put(Operation operation) {
    real.commit(new Transaction(List.of(), List.of(operation)));
  }

  private StreamObserver<HostMessage> call(HostId host) {
    return call(host, Hello.getDefaultInstance());
  }

  private StreamObserver<HostMessage> call(HostId host, Hello knows) {
    StreamObserver<HostMessage> toDesk =
        service.follow(new Caller(host, Instant.now().plusSeconds(3_600)), stream);
    Hello hello = knows.toBuilder().setReport(report("1")).build();
    toDesk.onNext(HostMessage.newBuilder().setHello(hello).build());
    return toDesk;
  }

  private static Report report(String version) {
    return Report.newBuilder().addWantedVnis(100).setVersion(version).build();
  }

  private void network() {
    new Registry(real, new Audit(Clock.systemUTC(), 2), 5_000, 5_999)
        .create(HostsRig.network("blue", 100), HostsRig.OPERATOR);
  }

  private boolean isToldOfTheNetwork() {
    return stream.messages.stream()
        .flatMap(message -> message.getChanges().getFactsList().stream())
        .anyMatch(Fact::hasNetwork);
  }

  private void awaitHello() {
    HostsRig.await("it is known", () -> stream.requested.get() == 2);
  }

  private void awaitEnd(Status.Code code) {
    HostsRig.await("its session ends", () -> stream.ended != null);
    assertThat(Optional.ofNullable(stream.ended)).map(Status::getCode).contains(code);
  }

  /** What it is told first when it calls and knows this. */
  private Changes told(String store, long revision) {
    stream.messages.clear();
    call(H1, Hello.newBuilder().setStore(store).setRevision(revision).build());
    HostsRig.await(
        "it is told", () -> stream.messages.stream().anyMatch(ControllerMessage::hasChanges));
    return stream.messages.stream()
        .filter(ControllerMessage::hasChanges)
        .findFirst()
        .orElseThrow()
        .getChanges();
  }

  @Test
  void shouldTellAllAnewToWhoWasToldLessOfTheSameRevision() {
    Changes all = told("", 0);
    assertThat(all.getAnew()).isTrue();
    assertThat(told(all.getStore(), all.getRevision()).getAnew()).isFalse();
    assertThat(told("a store", all.getRevision()).getAnew()).as("by one before").isTrue();
  }

  @Test
  void shouldGoOnTellingWhenReadingAllAnewFailedAtFirst() {
    call(H1);
    awaitHello();
    deaf = true;
    network();
    failures.set(1);
    forgets = true;
    HostsRig.await("it is told", this::isToldOfTheNetwork);
    assertThat(failures.get()).as("reading was tried more than once").isNegative();
  }

  @Test
  void shouldTellWhatFollowsOnSomethingInTheStoreThatNobodyUnderstands() {
    call(H1);
    awaitHello();
    put(new Operation.Put("port/vm1", "{\"name\":7}"));
    network();
    HostsRig.await("it is told", this::isToldOfTheNetwork);
  }

  @Test
  void shouldEndTheSessionOfWhoIsRevokedAlsoIfTheStoreCannotBeAsked() {
    call(H1);
    awaitHello();
    knowsNoMembers = true;
    revoke();
    awaitEnd(Status.Code.UNAUTHENTICATED);
  }

  @Test
  void shouldEndTheSessionOfWhoWasRevokedInWhatTheStoreHasForgotten() {
    call(H1);
    awaitHello();
    deaf = true;
    revoke();
    forgets = true;
    awaitEnd(Status.Code.UNAUTHENTICATED);
  }

  @Test
  void shouldNotEndTheSessionOfWhoJoinedAgainForTheRevocationBefore() {
    HostsRig.await("nobody is here", () -> stream.messages.isEmpty());
    deaf = true;
    revoke();
    enter(AGAIN);
    call(AGAIN);
    awaitHello();
    deaf = false;
    network();
    HostsRig.await("it is told what came later", this::isToldOfTheNetwork);
    assertThat(Optional.ofNullable(stream.ended)).isEmpty();
  }

  @Test
  void shouldObserveNothingOfAHostThatIsPutOutBeforeItWasThere() {
    enter(new HostId("h2", "3".repeat(32)));
    put(new Operation.Delete(Members.PREFIX + "h2"));
    call(H1);
    awaitHello(); // the desk hears of changes, and writes what it observes, in their order
    HostsRig.await("what comes later is written", () -> real.get(STATE).isPresent());
    assertThat(real.get(HostState.PREFIX + "h2")).isEmpty();
  }

  @Test
  void shouldLetNobodyInWhoWasRevokedJustBefore() {
    revoke();
    call(H1);
    awaitEnd(Status.Code.UNAUTHENTICATED);
    assertThat(stream.messages).isEmpty();
  }

  @Test
  void shouldEndASessionToWhichNothingCanBeSaid() {
    stream.broken = true;
    call(H1);
    awaitEnd(Status.Code.INTERNAL);
  }

  @Test
  void shouldLetAHostSendTheNextMessageWhenTheLastIsDone() throws InterruptedException {
    StreamObserver<HostMessage> toDesk = call(H1);
    awaitHello();
    CountDownLatch busy = new CountDownLatch(1);
    Session other = desk.enter(new Caller(H1, Instant.MAX), new HeardStream());
    desk.execute(
        other,
        () -> {
          try {
            busy.await();
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
        });
    toDesk.onNext(HostMessage.newBuilder().setAlive(Alive.getDefaultInstance()).build());
    assertThat(stream.requested.get()).as("it is not done").isEqualTo(2);
    busy.countDown();
    HostsRig.await("it is done", () -> stream.requested.get() == 3);
  }

  @Test
  void shouldWriteTheNewestAloneOfAHostThatTellsMuchWhileTheStoreIsSlow() {
    StreamObserver<HostMessage> toDesk = call(H1);
    awaitHello();
    disk = new CountDownLatch(1);
    for (int i = 1; i <= 1_000; i++) {
      Report report = report("v" + i);
      toDesk.onNext(HostMessage.newBuilder().setReport(report).build());
    }
    HostsRig.await("all were taken", () -> stream.requested.get() == 1_002);
    disk.countDown();
    HostsRig.await(
        "the newest is written",
        () -> real.get(STATE).filter(it -> it.value().contains("\"v1000\"")).isPresent());
    assertThat(looksAtState.get()).isLessThan(20);
  }
}
