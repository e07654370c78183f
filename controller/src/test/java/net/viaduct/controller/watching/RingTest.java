package net.viaduct.controller.watching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RingTest {
  private static List<String> names(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> "h" + i).toList();
  }

  private static Map<String, Set<String>> lists(Ring ring) {
    Map<String, Set<String>> lists = new HashMap<>();
    ring.hosts().forEach(host -> lists.put(host, ring.watchedBy(host)));
    return lists;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 8, 9, 10, 15, 16, 17, 64, 99, 100, 101, 1_000, 10_000})
  void shouldCoverEveryHostByAboutTwiceTheRoot(int n) {
    Ring ring = Ring.of(names(n));
    double root = Math.sqrt(n);
    Map<String, Set<String>> watchers = new HashMap<>();
    long all = 0;
    for (Map.Entry<String, Set<String>> list : lists(ring).entrySet()) {
      assertThat(list.getValue()).doesNotContain(list.getKey());
      assertThat((double) list.getValue().size()).isLessThanOrEqualTo(2 * root + 1);
      all += list.getValue().size();
      list.getValue()
          .forEach(host -> watchers.computeIfAbsent(host, _ -> new HashSet<>()).add(list.getKey()));
    }
    for (String host : ring.hosts()) {
      Set<String> its = watchers.getOrDefault(host, Set.of());
      assertThat(its.size()).as(host).isGreaterThanOrEqualTo((int) Math.min(n - 1, root));
      assertThat((double) its.size()).as(host).isLessThanOrEqualTo(12 * root);
      assertThat(ring.watchersOf(host)).as(host).isEqualTo(its);
    }
    if (n >= 100) {
      assertThat((double) all / n).isBetween(1.4 * root, 2 * root + 1);
    }
  }

  @Test
  void shouldTellWatchersAsTheListsSayForEverySmallRing() {
    for (int n = 0; n <= 70; n++) {
      Ring ring = Ring.of(names(n));
      Map<String, Set<String>> lists = lists(ring);
      for (String host : ring.hosts()) {
        Set<String> its = new HashSet<>();
        lists.forEach((watcher, list) -> {
          if (list.contains(host)) {
            its.add(watcher);
          }
        });
        assertThat(ring.watchersOf(host)).as("%s of %s", host, n).isEqualTo(its);
      }
    }
  }

  @Test
  void shouldChangeOnlyTheListsOfThoseThatWatchTheOneThatComesOrGoes() {
    Ring ring = Ring.of(names(1_000));
    Map<String, Set<String>> before = lists(ring);
    Ring more = ring.with("another");
    assertThat(more.isDividedAs(ring)).isTrue();
    Set<String> changed = new HashSet<>();
    lists(more)
        .forEach((host, list) -> {
          if (!list.equals(before.get(host))) {
            changed.add(host);
          }
        });
    changed.remove("another");
    assertThat(more.watchersOf("another")).containsAll(changed);
    assertThat(changed).hasSizeBetween(20, 120);
    assertThat(lists(more.without("another"))).isEqualTo(before);
  }

  @Test
  void shouldBeTheSameHoweverItCameToBe() {
    SplittableRandom random = new SplittableRandom(7);
    List<String> there = new ArrayList<>();
    Ring ring = Ring.EMPTY;
    for (int step = 0; step < 400; step++) {
      if (there.isEmpty() || random.nextInt(3) > 0) {
        there.add("n" + step);
        ring = ring.with("n" + step);
      } else {
        ring = ring.without(there.remove(random.nextInt(there.size())));
      }
    }
    assertThat(lists(ring)).isEqualTo(lists(Ring.of(there)));
    assertThat(ring.with(there.getFirst())).isSameAs(ring);
    assertThat(ring.without("nobody")).isSameAs(ring);
    assertThat(ring.watchedBy("nobody")).isEmpty();
    assertThat(ring.watchersOf("nobody")).isEmpty();
  }
}
