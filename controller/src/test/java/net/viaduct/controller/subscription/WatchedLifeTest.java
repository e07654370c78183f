package net.viaduct.controller.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.viaduct.controller.watching.Sight;
import net.viaduct.controller.watching.Word;
import net.viaduct.protocol.Report;
import net.viaduct.protocol.Watching;
import org.junit.jupiter.api.Test;

/** What controllers of one store write of hosts, after those that watch these. */
class WatchedLifeTest extends HostLifeGround {
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
