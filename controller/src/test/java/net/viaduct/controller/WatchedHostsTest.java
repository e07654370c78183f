package net.viaduct.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.store.Watch;
import net.viaduct.controller.subscription.LifePolicy;
import net.viaduct.trust.Credentials;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that are told to watch each other, and tell what they hear, through TLS and gRPC. */
class WatchedHostsTest {
  private static final LifePolicy LIFE =
      new LifePolicy(Duration.ofSeconds(1), Duration.ofMillis(1_500));

  @TempDir Path directory;
  private HostsRig rig;
  private final List<FollowingHost> hosts = new ArrayList<>();
  private final List<Credentials> credentials = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    rig = new HostsRig(directory, LIFE);
    for (int i = 1; i <= 3; i++) {
      FollowingHost host = new FollowingHost();
      hosts.add(host);
      credentials.add(rig.join(rig.token(), "h" + i));
      host.misses(address(i));
      host.call(rig, credentials.getLast(), address(i));
    }
    awaitWatched(1, "h2", "h3");
    awaitWatched(2, "h1", "h3");
    awaitWatched(3, "h1", "h2");
    for (int i = 1; i <= 3; i++) {
      host(i).misses(address(i));
    }
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static String address(int number) {
    return "10.77.0." + number;
  }

  private FollowingHost host(int number) {
    return hosts.get(number - 1);
  }

  private void awaitWatched(int number, String... names) {
    HostsRig.await(
        "h" + number + " watches " + List.of(names),
        () -> host(number).watched().keySet().equals(java.util.Set.of(names)));
  }

  private String state(String host) {
    return rig.store.get("host-state/" + host).orElseThrow().value();
  }

  private void awaitState(String host, String... words) {
    HostsRig.await(
        host + ": " + List.of(words),
        () -> List.of(words).stream().allMatch(state(host)::contains));
  }

  @Test
  void shouldTellThoseThatWatchWhoComesAndGoes() throws Exception {
    FollowingHost another = new FollowingHost();
    another.misses(address(4));
    another.call(rig, rig.join(rig.token(), "h4"), address(4));
    HostsRig.await("it watches", () -> !another.watched().isEmpty());
    HostsRig.await(
        "it is watched", () -> hosts.stream().anyMatch(it -> it.watched().containsKey("h4")));
    assertThat(another.watched()).containsValue(1).doesNotContainKey("h4");
    another.hangUp();
    awaitState("h4", "\"connected\":false");
    rig.registry.delete(Kind.HOST, "h4", OptionalLong.empty(), HostsRig.OPERATOR);
    awaitWatched(1, "h2", "h3");
    awaitWatched(2, "h1", "h3");
    awaitWatched(3, "h1", "h2");
    assertThat(host(1).watched()).isEqualTo(Map.of("h2", 1, "h3", 1));
  }

  @Test
  void shouldWithdrawAHostWithoutAControllerOnlyWhenThoseThatWatchItDoNotHearIt() throws Exception {
    host(2).hangUp();
    awaitState("h2", "\"state\":\"seen-by-others\"", "\"hearing\":2", "\"withdrawn\":false");
    host(1).misses(address(1), "h2", "h3"); // it hears nobody: its word does not count
    awaitState("h2", "\"state\":\"seen-by-others\"", "\"hearing\":1", "\"heardBy\":[\"h3\"]");
    host(1).misses(address(1), "h2");
    awaitState("h2", "\"state\":\"seen-by-others\"", "\"missedBy\":[\"h1\"]");
    host(3).misses(address(3), "h2");
    awaitState("h2", "\"state\":\"away\"", "\"missing\":2");
    awaitState("h2", "\"withdrawn\":true");
    host(1).misses(address(1));
    host(3).misses(address(3));
    awaitState("h2", "\"state\":\"seen-by-others\"", "\"withdrawn\":false");
    host(2).call(rig, credentials.get(1), address(2));
    awaitState("h2", "\"state\":\"alive\"");
    HostsRig.await("nothing is left of it", () -> !state("h2").contains("watchers"));
  }

  @Test
  void shouldWithdrawAHostThatWasPutOutThoughOthersHearIt() {
    rig.hosts.joining().members().revoke("h2", HostsRig.OPERATOR);
    awaitState("h2", "\"withdrawn\":true", "\"state\":\"away\"");
    awaitWatched(1, "h3");
  }

  @Test
  void shouldCallAHostAwayOnceWhoseConnectionEndsBeforeThoseThatWatchItMissIt() throws Exception {
    for (int i = 1; i <= 3; i++) {
      awaitState("h" + i, "\"watched\":2");
    }
    List<String> states = new ArrayList<>();
    try (Watch watch = rig.store.watch("host-state/h2", rig.store.revision())) {
      host(2).hangUp();
      awaitState("h2", "\"state\":\"seen-by-others\"", "\"connected\":false");
      host(1).misses(address(1), "h2");
      host(3).misses(address(3), "h2");
      awaitState("h2", "\"withdrawn\":true");
      while (watch.revision() < rig.store.revision()) {
        watch.next(Duration.ofSeconds(1)).forEach(it -> states.add(word(it.after())));
      }
    }
    assertThat(states.stream().distinct()).containsExactly("seen-by-others", "away");
    assertThat(states).isSortedAccordingTo(Comparator.reverseOrder());
  }

  private static String word(@Nullable String state) {
    return Documents.parseObject(String.valueOf(state)).path("state").asString("");
  }
}
