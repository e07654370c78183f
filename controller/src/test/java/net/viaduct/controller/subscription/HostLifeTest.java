package net.viaduct.controller.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import net.viaduct.controller.HostsRig;
import net.viaduct.controller.membership.Members;
import net.viaduct.controller.model.Host;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.registry.Audit;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.sqlite.SqliteStore;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.TamperedStore;
import net.viaduct.controller.store.Transaction;
import net.viaduct.controller.watching.Sight;
import net.viaduct.controller.watching.Word;
import net.viaduct.protocol.Endpoint;
import net.viaduct.protocol.Report;
import net.viaduct.protocol.Watching;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two controllers of one store, and hosts that are connected to either. */
class HostLifeTest {
  private static final Report REPORT = Report.getDefaultInstance();
  private static final LifePolicy POLICY =
      new LifePolicy(Duration.ofSeconds(3), Duration.ofSeconds(30));

  @TempDir Path directory;
  private final SetClock clock = new SetClock();
  private boolean diskFails;
  private final AtomicReference<Runnable> beforeCommit = new AtomicReference<>(() -> {});
  private Store store;
  private Map<String, Sight> sights = Map.of();
  private HostLife first;
  private HostLife second;

  @BeforeEach
  void open() {
    store = shared(SqliteStore.open(directory.resolve("c.db"), 100_000));
    List.of("h1", "h2", "h3", "h4", "h5", "h6").forEach(this::join);
    first = life("first");
    first.alive("h1", REPORT);
    first.alive("h2", REPORT);
    second = life("second");
    second.begin(Set.of("h1", "h2"));
    second.alive("h3", REPORT);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void join(String host) {
    commit(new Operation.Put(Members.PREFIX + host, "{}"));
  }

  private void revoke(String host) {
    commit(new Operation.Delete(Members.PREFIX + host));
  }

  private void commit(Operation operation) {
    store.commit(new Transaction(List.of(), List.of(operation)));
  }

  private HostLife life(String name) {
    return new HostLife(store, registry(), clock, POLICY, new PeerPlace(name));
  }

  /** As if it were in an etcd, with a disk that may fail. */
  private Store shared(Store store) {
    return TamperedStore.of(
        Store.class,
        store,
        (method, arguments, real) -> {
          if (method.equals("isShared")) {
            return true;
          }
          if (method.equals("commit")) {
            if (diskFails) {
              throw new StoreFailure("the disk is full");
            }
            beforeCommit.getAndSet(() -> {}).run();
          }
          return real.call();
        });
  }

  private Registry registry() {
    return new Registry(store, new Audit(clock, 1), 5_000, 5_999);
  }

  private HostState state(String host) {
    return HostState.parse(store.get(HostState.PREFIX + host).orElseThrow().value());
  }

  private void pass(Duration time, HostLife... living) {
    for (long s = 0; s < time.toSeconds(); s++) {
      clock.now = clock.now.plusSeconds(1);
      for (HostLife life : living) {
        life.look(sights, true);
      }
    }
  }

  @Test
  void shouldLeaveHostsAloneThatAreAtAnotherController() {
    pass(Duration.ofMinutes(2), first, second);
    assertThat(Set.of("h1", "h2", "h3"))
        .allSatisfy(host -> {
          assertThat(state(host).isAlive()).as(host).isTrue();
          assertThat(state(host).withdrawn()).as(host).isFalse();
        });
  }

  @Test
  void shouldCareForTheHostsOfAControllerThatWasKilled() {
    pass(Duration.ofSeconds(5), second);
    second.alive("h2", REPORT); // it found the other controller by itself
    pass(Duration.ofSeconds(20), second);
    assertThat(state("h1").isAlive()).isFalse();
    assertThat(state("h1").withdrawn()).as("it may still come").isFalse();
    pass(Duration.ofSeconds(31), second);
    assertThat(state("h1").withdrawn()).isTrue();
    assertThat(state("h2").isAlive()).isTrue();
    assertThat(state("h2").withdrawn()).isFalse();
  }

  @Test
  void shouldCareAtOnceForTheHostsOfAControllerThatEnded() {
    pass(Duration.ofSeconds(10), first, second);
    first.end();
    pass(Duration.ofSeconds(6), second);
    assertThat(state("h1").isAlive()).isFalse();
    assertThat(state("h3").isAlive()).isTrue();
  }

  @Test
  void shouldNotTakeAHostForAwayThatWentToAnotherController() {
    second.alive("h1", REPORT);
    first.away("h1");
    assertThat(state("h1").isAlive()).isTrue();
    pass(Duration.ofMinutes(1), first, second);
    assertThat(state("h1").withdrawn()).isFalse();
    first.away("h2");
    assertThat(state("h2").isAlive()).isFalse();
    pass(Duration.ofMinutes(1), first, second);
    assertThat(state("h2").withdrawn()).isTrue();
  }

  @Test
  void shouldTellItsHostsAnewWhenItWasTakenForDead() {
    pass(Duration.ofSeconds(25), second);
    assertThat(state("h1").isAlive()).isFalse();
    pass(Duration.ofSeconds(6), first, second);
    assertThat(state("h1").isAlive()).as("it only was slow").isTrue();
    pass(Duration.ofMinutes(2), first, second);
    assertThat(state("h1").withdrawn()).isFalse();
  }

  @Test
  void shouldTakeOverFromOneThatWasKilledBeforeThisOneBegan() {
    HostLife third = life("third");
    third.begin(Set.of("h1", "h2", "h3"));
    assertThat(state("h1").isAlive()).as("its controller may still live").isTrue();
    pass(Duration.ofSeconds(50), third);
    assertThat(state("h1").withdrawn()).isTrue();
    assertThat(state("h3").withdrawn()).isTrue();
  }

  @Test
  void shouldWriteWhatItKnowsWhenTheStoreWorksAgain() {
    diskFails = true;
    first.alive("h4", REPORT);
    first.away("h1");
    diskFails = false;
    assertThat(store.get(HostState.PREFIX + "h4")).isEmpty();
    pass(Duration.ofSeconds(6), first, second);
    assertThat(state("h4").isAlive()).isTrue();
    assertThat(state("h1").isAlive()).isFalse();
  }

  @Test
  void shouldCareForTheHostsOfAControllerThatEndedWhenTheStoreWorksAgain() {
    pass(Duration.ofSeconds(10), first, second);
    first.end();
    diskFails = true;
    pass(Duration.ofSeconds(6), second);
    diskFails = false;
    pass(Duration.ofSeconds(6), second);
    assertThat(state("h1").isAlive()).isFalse();
  }

  @Test
  void shouldTakeNobodyForDeadWhenThereWasNoRoomForSignsOfLife() {
    pass(Duration.ofSeconds(10), first, second);
    second.away("h3");
    diskFails = true;
    pass(Duration.ofSeconds(90), first, second);
    first.alive("h3", REPORT); // this cannot be written either
    diskFails = false;
    pass(Duration.ofSeconds(6), second);
    assertThat(state("h1").isAlive()).isTrue();
    assertThat(state("h3").withdrawn()).as("it may be elsewhere").isFalse();
    pass(Duration.ofMinutes(2), first, second);
    assertThat(Set.of("h1", "h2", "h3"))
        .allSatisfy(host -> assertThat(state(host).isAlive()).as(host).isTrue());
  }

  @Test
  void shouldCareForTheHostsOfAControllerThatWasKilledWhileTheStoreWasFull() {
    pass(Duration.ofSeconds(10), first, second);
    diskFails = true;
    pass(Duration.ofSeconds(90), second);
    diskFails = false;
    pass(Duration.ofSeconds(10), second);
    assertThat(state("h1").isAlive()).as("it may not have been able to write").isTrue();
    pass(Duration.ofSeconds(10), second);
    assertThat(state("h1").isAlive()).isFalse();
    pass(Duration.ofSeconds(40), second);
    assertThat(state("h1").withdrawn()).isTrue();
  }

  private static Report report(int... address) {
    byte[] bytes = new byte[address.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) address[i];
    }
    Endpoint underlay =
        Endpoint.newBuilder().setAddress(ByteString.copyFrom(bytes)).setPort(4_789).build();
    return Report.newBuilder().addUnderlay(underlay).build();
  }

  @Test
  void shouldKeepLabelsThatAreGivenWhileAHostMakesItselfKnown() {
    first.alive("h1", report(10, 77, 0, 1));
    Host before = (Host) registry().get(Kind.HOST, "h1").orElseThrow().definition();
    Host labelled = new Host("h1", before.addresses(), before.udpPort(), Map.of("rack", "a"));
    beforeCommit.set(() -> registry().replace(labelled, OptionalLong.empty(), HostsRig.OPERATOR));
    first.alive("h1", report(10, 77, 0, 9));
    Host after = (Host) registry().get(Kind.HOST, "h1").orElseThrow().definition();
    assertThat(after.addresses()).hasToString("[10.77.0.9]");
    assertThat(after.labels()).containsEntry("rack", "a");
  }

  @Test
  void shouldTakeAHostForAliveWhoseAddressIsNoneOrAnothersAlready() {
    first.alive("h1", report(10, 77, 0, 1));
    first.alive("h5", report(1, 2, 3, 4, 5));
    first.alive("h6", report(10, 77, 0, 1));
    assertThat(state("h5").isAlive()).isTrue();
    assertThat(state("h6").isAlive()).isTrue();
    assertThat(registry().get(Kind.HOST, "h6")).isEmpty();
    registry().delete(Kind.HOST, "h1", OptionalLong.empty(), HostsRig.OPERATOR);
    pass(Duration.ofSeconds(6), first, second);
    assertThat(registry().get(Kind.HOST, "h6")).isPresent();
  }

  private static Sight sight(int hearing, int missing) {
    return new Sight(hearing, missing, List.of(), List.of());
  }

  @Test
  void shouldWithdrawNobodyThatOthersHearThoughItHasNoController() {
    sights = Map.of("h1", sight(3, 0));
    first.look(sights, true);
    first.away("h1");
    assertThat(state("h1").state()).isEqualTo(HostState.State.SEEN);
    pass(Duration.ofMinutes(5), first, second);
    assertThat(state("h1").state()).isEqualTo(HostState.State.SEEN);
    assertThat(state("h1").withdrawn()).isFalse();
    first.alive("h1", REPORT);
    assertThat(state("h1").isAlive()).isTrue();
    assertThat(state("h1").since()).isEqualTo(clock.instant().toString());
  }

  @Test
  void shouldWithdrawAHostThatNobodyHearsAnyMoreAndOnlyLater() {
    sights = Map.of("h1", sight(3, 0));
    first.look(sights, true);
    first.away("h1");
    pass(Duration.ofSeconds(60), first, second);
    sights = Map.of("h1", sight(1, 2));
    pass(Duration.ofSeconds(60), first, second);
    assertThat(state("h1").state()).isEqualTo(HostState.State.SEEN);
    sights = Map.of("h1", sight(0, 3));
    pass(Duration.ofSeconds(2), first, second);
    assertThat(state("h1").isAway()).isTrue();
    pass(Duration.ofSeconds(27), first, second);
    assertThat(state("h1").withdrawn()).isFalse();
    pass(Duration.ofSeconds(5), first, second);
    assertThat(state("h1").withdrawn()).isTrue();
    sights = Map.of("h1", sight(1, 2)); // one that has just begun to watch it
    pass(Duration.ofSeconds(5), first, second);
    assertThat(state("h1").withdrawn()).isTrue();
    String away = state("h1").since();
    sights = Map.of("h1", sight(2, 1));
    pass(Duration.ofSeconds(1), first, second);
    assertThat(state("h1").since()).isNotEqualTo(away);
    assertThat(state("h1").state()).isEqualTo(HostState.State.SEEN);
    assertThat(state("h1").withdrawn()).isFalse();
  }

  private static final Report WATCHES =
      Report.newBuilder().setWatching(Watching.newBuilder().setWatched(3)).build();

  private void answer(Map<String, Sight> said) {
    sights = said;
    first.look(said, true);
  }

  @Test
  void shouldAskThoseThatWatchAHostBeforeItIsCalledAway() {
    first.alive("h1", WATCHES);
    String alive = state("h1").since();
    clock.now = clock.now.plusSeconds(1);
    first.away("h1");
    assertThat(state("h1").since()).isEqualTo(alive);
    assertThat(first.asked()).containsExactly("h1");
    answer(Map.of()); // it was asked for that before
    assertThat(state("h1").since()).isEqualTo(alive);
    answer(Map.of("h1", sight(3, 0)));
    assertThat(state("h1").state()).isEqualTo(HostState.State.SEEN);
    String seen = state("h1").since();
    assertThat(first.asked()).as("the desk does not know this of the store yet").contains("h1");
    pass(Duration.ofSeconds(2), first);
    assertThat(first.asked()).isEmpty();
    assertThat(state("h1").since()).isEqualTo(seen);
    answer(Map.of("h1", sight(0, 3)));
    assertThat(state("h1").isAway()).isTrue();
  }

  @Test
  void shouldWriteNothingOfAHostThatCallsAgainBeforeItWasAskedFor() {
    first.alive("h1", WATCHES);
    HostState before = state("h1");
    clock.now = clock.now.plusSeconds(1);
    first.away("h1");
    first.alive("h1", WATCHES);
    assertThat(first.asked()).isEmpty();
    answer(Map.of("h1", sight(3, 0)));
    assertThat(state("h1")).isEqualTo(before.judged(sight(3, 0), clock.now, clock.now));
  }

  @Test
  void shouldLetTheOtherControllerJudgeAHostThatWentThereBeforeItWasAskedFor() {
    first.alive("h1", WATCHES);
    first.away("h1");
    second.alive("h1", WATCHES);
    HostState there = state("h1");
    answer(Map.of("h1", sight(3, 0)));
    assertThat(state("h1")).isEqualTo(there);
    assertThat(first.asked()).as("its word counts").isEmpty();
  }

  @Test
  void shouldCallAHostAwayOfWhichNobodySaysAnything() {
    first.alive("h1", WATCHES);
    first.away("h1");
    answer(Map.of("h1", Sight.NONE));
    assertThat(state("h1").isAway()).isTrue();
    answer(Map.of());
    pass(Duration.ofSeconds(29), first);
    assertThat(state("h1").withdrawn()).isFalse();
    pass(Duration.ofSeconds(2), first);
    assertThat(first.asked()).as("it has no word, perhaps").containsExactly("h1");
    answer(Map.of("h1", Sight.NONE));
    assertThat(state("h1").withdrawn()).isTrue();
  }

  @Test
  void shouldAskBeforeTheHostsOfAControllerThatEndedAreCalledAway() {
    first.alive("h1", WATCHES);
    pass(Duration.ofSeconds(10), first, second);
    first.end();
    pass(Duration.ofSeconds(6), second);
    assertThat(state("h1").isAlive()).isTrue();
    assertThat(second.asked()).containsExactly("h1");
    second.look(Map.of("h1", sight(2, 0)), true);
    assertThat(state("h1").state()).isEqualTo(HostState.State.SEEN);
  }

  @Test
  void shouldWithdrawAtOnceWhoIsPutOutThoughItIsWatched() {
    first.alive("h1", WATCHES);
    revoke("h1");
    first.away("h1");
    assertThat(state("h1").withdrawn()).isTrue();
  }

  @Test
  void shouldWithdrawAtOnceWhoIsPutOutThoughOthersHearIt() {
    sights = Map.of("h1", sight(3, 0));
    pass(Duration.ofSeconds(1), first, second);
    revoke("h1");
    second.away("h1"); // it hears of that earlier
    assertThat(state("h1").connected()).as("the first one judges").isTrue();
    first.away("h1");
    assertThat(state("h1").isAway()).isTrue();
    assertThat(state("h1").withdrawn()).isTrue();
    pass(Duration.ofMinutes(1), first, second);
    sights = Map.of();
    pass(Duration.ofMinutes(1), first, second);
    assertThat(state("h1").withdrawn()).isTrue();
    join("h1");
    pass(Duration.ofMinutes(1), first, second);
    assertThat(state("h1").withdrawn()).as("it is not there yet").isTrue();
    second.alive("h1", REPORT);
    assertThat(state("h1").isAlive()).isTrue();
    assertThat(state("h1").withdrawn()).isFalse();
  }

  @Test
  void shouldWithdrawAtOnceWhoIsPutOutWhileItIsAway() {
    first.away("h1");
    assertThat(state("h1").withdrawn()).isFalse();
    revoke("h1");
    second.away("h1");
    assertThat(state("h1").withdrawn()).isTrue();
  }

  @Test
  void shouldWithdrawWhoWasPutOutWhileNoControllerLived() {
    revoke("h1");
    pass(Duration.ofSeconds(30), second);
    assertThat(state("h1").withdrawn()).isTrue();
    assertThat(state("h2").withdrawn()).isFalse();
  }

  @Test
  void shouldNotCareForOneThatMissesAHostWhichIsConnected() {
    sights = Map.of("h1", sight(0, 1));
    pass(Duration.ofMinutes(5), first, second);
    assertThat(state("h1").isAlive()).isTrue();
    assertThat(state("h1").sight().missing()).isEqualTo(1);
    sights = Map.of("h1", sight(1, 7));
    pass(Duration.ofMinutes(5), first, second);
    assertThat(state("h1").isAlive()).isTrue();
    sights = Map.of();
    pass(Duration.ofSeconds(1), first, second);
    assertThat(state("h1").sight()).isEqualTo(Sight.NONE);
  }

  @Test
  void shouldWithdrawAHostThatIsConnectedAndThatNobodyHears() {
    sights = Map.of("h1", sight(0, 2));
    pass(Duration.ofSeconds(1), first, second);
    assertThat(state("h1").isAway()).isTrue();
    first.alive("h1", REPORT); // it reports something: that is no sign of its VTEP
    pass(Duration.ofSeconds(28), first, second);
    assertThat(state("h1").withdrawn()).isFalse();
    first.alive("h1", REPORT);
    pass(Duration.ofSeconds(4), first, second);
    assertThat(state("h1").withdrawn()).isTrue();
    sights = Map.of();
    pass(Duration.ofSeconds(1), first, second);
    assertThat(state("h1").isAlive()).isTrue();
    assertThat(state("h1").withdrawn()).isFalse();
  }

  @Test
  void shouldWithdrawNobodyWhileNoHostAtAllHasAController() {
    first.away("h1");
    first.away("h2");
    for (int i = 0; i < 300; i++) {
      clock.now = clock.now.plusSeconds(1);
      first.look(Map.of(), false);
    }
    assertThat(state("h1").isAway()).isTrue();
    assertThat(state("h1").withdrawn()).isFalse();
    first.alive("h2", REPORT);
    pass(Duration.ofSeconds(28), first);
    assertThat(state("h1").withdrawn()).as("it has the usual time").isFalse();
    pass(Duration.ofSeconds(4), first);
    assertThat(state("h1").withdrawn()).isTrue();
  }

  @Test
  void shouldJudgeByTheSameAfterAControllerWasKilled() {
    sights = Map.of("h1", sight(3, 0), "h2", sight(0, 3));
    pass(Duration.ofSeconds(50), second);
    assertThat(state("h1").state()).isEqualTo(HostState.State.SEEN);
    assertThat(state("h1").withdrawn()).isFalse();
    assertThat(state("h2").withdrawn()).isTrue();
  }

  @Test
  void shouldTellSinceWhenInWholeSeconds() {
    clock.now = clock.now.plusMillis(1_234);
    first.alive("h4", REPORT);
    assertThat(state("h4").since()).isEqualTo("1970-01-12T13:46:41Z");
  }

  @Test
  void shouldKeepWhatAHostSaysOfOthers() {
    Report told =
        Report.newBuilder()
            .setWatching(Watching.newBuilder().setWatched(4).addMissed("h7").addMissed("h2"))
            .build();
    first.alive("h1", told);
    assertThat(state("h1").word()).contains(new Word(4, List.of("h2", "h7")));
    assertThat(state("h2").word()).isEmpty();
  }
}
