package net.viaduct.controller.watching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.viaduct.controller.model.Host;
import net.viaduct.controller.model.Ip;
import org.junit.jupiter.api.Test;

class WatchersTest {
  private final Watchers watchers = new Watchers();

  private static Host host(String name, int number) {
    return new Host(name, List.of(new Ip("10.77.0." + number)), 4789, Map.of());
  }

  private void add(int count) {
    for (int i = 1; i <= count; i++) {
      watchers.member("h" + i, true);
      watchers.host("h" + i, host("h" + i, i));
      watchers.state("h" + i, true, new Word(9, List.of()));
    }
  }

  private Set<String> changed() {
    return new TreeSet<>(watchers.takeChanged(Integer.MAX_VALUE));
  }

  @Test
  void shouldTellThoseAgainThatWatchAHostWhoseAddressChanges() {
    add(5);
    assertThat(changed()).hasSize(5);
    assertThat(changed()).isEmpty();
    watchers.host("h3", host("h3", 33));
    Set<String> told = changed();
    assertThat(told).isNotEmpty().doesNotContain("h3");
    assertThat(told)
        .allSatisfy(
            watcher -> assertThat(watchers.watchedBy(watcher).get("h3")).isEqualTo(host("h3", 33)));
  }

  @Test
  void shouldLetNobodyWatchAHostThatCannotAnswerOrIsNoMore() {
    add(4);
    watchers.member("old", true);
    watchers.host("old", host("old", 9));
    watchers.state("old", true, null);
    watchers.host("h2", null);
    for (String watcher : List.of("h1", "h3", "h4")) {
      assertThat(watchers.watchedBy(watcher)).isNotEmpty().doesNotContainKeys("old", "h2");
    }
    assertThat(watchers.watchedBy("old")).isEmpty();
  }

  @Test
  void shouldNotCareWhoHearsAHostThatWasPutOut() {
    add(4);
    watchers.state("h2", false, new Word(3, List.of()));
    assertThat(watchers.sights(Set.of())).containsOnlyKeys("h2");
    watchers.member("h2", false);
    assertThat(watchers.sights(Set.of())).isEmpty();
    assertThat(watchers.watchedBy("h1")).doesNotContainKey("h2");
  }

  @Test
  void shouldGiveSomeAtATime() {
    add(5);
    assertThat(watchers.takeChanged(2)).hasSize(2);
    assertThat(watchers.takeChanged(2)).hasSize(2);
    assertThat(watchers.takeChanged(2)).hasSize(1);
  }

  @Test
  void shouldSayNothingOfThoseThatAllHear() {
    add(5);
    assertThat(watchers.sights(Set.of())).isEmpty();
  }

  @Test
  void shouldCountTheWordsOfThoseThatAreConnectedAndHearSomebody() {
    add(4);
    watchers.state("h1", true, new Word(3, List.of("h4")));
    watchers.state("h2", true, new Word(3, List.of("h1", "h3", "h4"))); // is itself cut off
    watchers.state("h3", false, new Word(3, List.of("h4")));
    assertThat(watchers.sights(Set.of()).get("h4"))
        .isEqualTo(new Sight(0, 1, List.of(), List.of("h1")));
    Sight ofThird = watchers.sights(Set.of()).get("h3");
    assertThat(ofThird.missing()).isZero();
    assertThat(ofThird.heardBy()).contains("h1", "h4").doesNotContain("h2");
    assertThat(watchers.sights(Set.of())).doesNotContainKey("h1");
  }

  @Test
  void shouldAskAboutThoseWhoseConnectionHasJustEndedAndNotAskThem() {
    add(4);
    watchers.member("out", false);
    Map<String, Sight> sights = watchers.sights(Set.of("h1", "h2", "out"));
    assertThat(sights).containsOnlyKeys("h1", "h2", "out");
    assertThat(sights.get("h1").heardBy()).contains("h4").doesNotContain("h2");
    assertThat(sights.get("out")).isEqualTo(Sight.NONE);
    assertThat(watchers.sights(Set.of("h1", "h2", "h3", "h4")))
        .as("of all at once nobody says anything")
        .allSatisfy((_, sight) -> assertThat(sight).isEqualTo(Sight.NONE));
  }
}
