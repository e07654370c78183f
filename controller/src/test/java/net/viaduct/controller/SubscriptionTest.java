package net.viaduct.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import net.viaduct.controller.json.DefinitionWriter;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.model.Port;
import net.viaduct.controller.model.PortGroup;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Transaction;
import net.viaduct.controller.subscription.LifePolicy;
import net.viaduct.trust.Credentials;
import net.viaduct.trust.Tls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hosts are told: through TLS and gRPC, from a real store. */
class SubscriptionTest {
  @TempDir Path directory;
  private HostsRig rig;
  private Credentials first;
  private Credentials second;
  private final FollowingHost h1 = new FollowingHost();
  private final FollowingHost h2 = new FollowingHost();

  @BeforeEach
  void open() throws Exception {
    rig = new HostsRig(directory, LifePolicy.USUAL);
    first = rig.join(rig.token(), "h1");
    second = rig.join(rig.token(), "h2");
    h1.call(rig, first, "10.77.0.1");
    h2.call(rig, second, "10.77.0.2");
    rig.awaitHosts("h1", "h2");
    rig.create(HostsRig.network("blue", 100));
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  @Tag("R56")
  void shouldTellAHostWhatConcernsItAndNothingElse() {
    rig.create(HostsRig.port("vm1", "h1", "02:00:00:00:00:01"));
    HostsRig.awaitFacts(h1, "member h1 100", "network blue 100", "station 020000000001 at h1 vm1");
    assertThat(h2.facts()).isEmpty();
    rig.create(HostsRig.port("vm2", "h2", "02:00:00:00:00:02"));
    HostsRig.awaitFacts(
        h1,
        "member h1 100",
        "member h2 100",
        "network blue 100",
        "station 020000000001 at h1 vm1",
        "station 020000000002 at h2 vm2");
    HostsRig.awaitFacts(h2, h1.facts().toArray(String[]::new));
    rig.registry.delete(Kind.PORT, "vm2", OptionalLong.empty(), HostsRig.OPERATOR);
    HostsRig.awaitFacts(h1, "member h1 100", "network blue 100", "station 020000000001 at h1 vm1");
    HostsRig.awaitFacts(h2);
  }

  private static PortGroup gold(long sendBitsPerSecond) {
    return new PortGroup(
        "gold",
        OptionalLong.of(sendBitsPerSecond),
        OptionalLong.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        List.of(),
        Map.of());
  }

  @Test
  void shouldTellWhatTheGroupsOfPortsSayAndTellItAnewWhenThatChanges() {
    rig.create(gold(8_000));
    Port port = HostsRig.port("vm1", "h1", "02:00:00:00:00:01");
    rig.create(port);
    HostsRig.awaitFacts(h1, "member h1 100", "network blue 100", "station 020000000001 at h1 vm1");
    Port inGold =
        new Port(
            port.name(),
            port.network(),
            port.mac(),
            port.ips(),
            port.host(),
            port.device(),
            Optional.of("gold"),
            true,
            port.labels());
    rig.registry.replace(inGold, OptionalLong.empty(), HostsRig.OPERATOR);
    String station = "station 020000000001 at h1 vm1 in gold";
    HostsRig.awaitFacts(h1, "member h1 100", "network blue 100, gold sends 8000", station);
    rig.registry.replace(gold(9_000), OptionalLong.empty(), HostsRig.OPERATOR);
    HostsRig.awaitFacts(h1, "member h1 100", "network blue 100, gold sends 9000", station);
    rig.registry.replace(port, OptionalLong.empty(), HostsRig.OPERATOR);
    HostsRig.awaitFacts(h1, "member h1 100", "network blue 100", "station 020000000001 at h1 vm1");
  }

  @Test
  void shouldTellAMoveAsOneChange() {
    rig.create(HostsRig.port("vm1", "h1", "02:00:00:00:00:01"));
    rig.create(HostsRig.port("vm2", "h2", "02:00:00:00:00:02"));
    HostsRig.awaitFacts(
        h2,
        "member h1 100",
        "member h2 100",
        "network blue 100",
        "station 020000000001 at h1 vm1",
        "station 020000000002 at h2 vm2");
    rig.create(HostsRig.port("vm3", "h1", "02:00:00:00:00:03"));
    rig.registry.replace(
        HostsRig.port("vm1", "h2", "02:00:00:00:00:01"), OptionalLong.empty(), HostsRig.OPERATOR);
    HostsRig.awaitFacts(
        h2,
        "member h1 100",
        "member h2 100",
        "network blue 100",
        "station 020000000001 at h2 vm1",
        "station 020000000002 at h2 vm2",
        "station 020000000003 at h1 vm3");
    assertThat(h2.messages.stream().mapToInt(it -> it.getGoneCount()).sum())
        .as("the station was never nowhere")
        .isZero();
  }

  @Test
  void shouldTellOnlyWhatCameSinceToWhoComesBack() throws Exception {
    rig.create(HostsRig.port("vm1", "h1", "02:00:00:00:00:01"));
    rig.create(HostsRig.port("vm2", "h2", "02:00:00:00:00:02"));
    HostsRig.await("both are told", () -> h1.facts().size() == 5 && h2.facts().size() == 5);
    h1.hangUp();
    HostsRig.await("it has left", () -> h1.ended() != null);
    rig.create(HostsRig.port("vm3", "h2", "02:00:00:00:00:03"));
    h1.messages.clear();
    h1.call(rig, first, "10.77.0.1");
    HostsRig.await("it knows vm3", () -> h1.facts().size() == 6);
    assertThat(h1.messages).noneMatch(it -> it.getAnew());
    assertThat(h1.messages.stream().mapToInt(it -> it.getFactsCount()).sum()).isEqualTo(1);
  }

  @Test
  void shouldTellAllAnewAfterTheControllerHasForgotten() throws Exception {
    rig.create(HostsRig.port("vm1", "h1", "02:00:00:00:00:01"));
    HostsRig.await("it is told", () -> h1.facts().size() == 3);
    rig.hosts.close();
    rig.registry.delete(Kind.PORT, "vm1", OptionalLong.empty(), HostsRig.OPERATOR);
    rig.create(HostsRig.port("vm4", "h1", "02:00:00:00:00:04"));
    rig.hosts = rig.reopened();
    h1.messages.clear();
    h1.call(rig, first, "10.77.0.1");
    HostsRig.await(
        "it knows vm4 and not vm1",
        () ->
            h1.facts()
                .equals(
                    List.of(
                        "member h1 100", "network blue 100", "station 020000000004 at h1 vm4")));
    assertThat(h1.messages.getFirst().getAnew()).isTrue();
  }

  @Test
  void shouldWithdrawStationsOfAHostThatIsDeadButNotAtOnce() throws Exception {
    rig.takeOver(new LifePolicy(Duration.ofSeconds(1), Duration.ofMillis(2500)));
    h1.call(rig, first, "10.77.0.1");
    h2.call(rig, second, "10.77.0.2");
    rig.create(HostsRig.port("vm1", "h1", "02:00:00:00:00:01"));
    rig.create(HostsRig.port("vm2", "h2", "02:00:00:00:00:02"));
    HostsRig.await("both are told", () -> h1.facts().size() == 5 && h2.facts().size() == 5);
    h2.messages.clear();
    h1.die();
    HostsRig.await("h1 was noticed to be silent", () -> h1.ended() != null);
    assertThat(h2.facts()).hasSize(5);
    HostsRig.await(
        "h1 is withdrawn",
        () -> {
          return h2.facts()
              .equals(
                  List.of("member h2 100", "network blue 100", "station 020000000002 at h2 vm2"));
        });
  }

  @Test
  void shouldWithdrawNothingForAConnectionThatFlaps() throws Exception {
    rig.create(HostsRig.port("vm1", "h1", "02:00:00:00:00:01"));
    rig.create(HostsRig.port("vm2", "h2", "02:00:00:00:00:02"));
    HostsRig.await("both are told", () -> h1.facts().size() == 5 && h2.facts().size() == 5);
    h2.messages.clear();
    for (int i = 0; i < 5; i++) {
      h1.hangUp();
      HostsRig.await("it has left", () -> h1.ended() != null);
      h1.call(rig, first, "10.77.0.1");
    }
    rig.create(HostsRig.port("vm3", "h1", "02:00:00:00:00:03"));
    HostsRig.await(
        "h2 is told what came after",
        () -> {
          return h2.facts().size() == 6;
        });
    assertThat(h2.messages.stream().mapToInt(it -> it.getGoneCount()).sum()).isZero();
  }

  /** 120,000 changes, more than a controller keeps for those that are slow. */
  @Test
  @DisplayName("Slow readers are bounded: a host that reads nothing is told what is true, later")
  void shouldTellAllAnewToAHostThatReadNothingForLong() throws Exception {
    Credentials third = rig.join(rig.token(), "h3");
    FollowingHost slow = new FollowingHost().readsNothing();
    slow.call(rig.channel(Tls.client(() -> third), 65_535), "10.77.0.3", 100);
    rig.awaitHosts("h3");
    for (int round = 0; round <= 60; round++) {
      List<Operation> operations = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        String mac = "02:00:00:00:%02x:%02x".formatted(i >> 8, i & 255);
        Port port = HostsRig.port("vm" + i, round % 2 == 0 ? "h1" : "h2", mac);
        operations.add(
            new Operation.Put(port.key(), Documents.write(DefinitionWriter.write(port))));
      }
      rig.store.commit(new Transaction(List.of(), operations));
    }
    rig.create(HostsRig.port("last", "h1", "02:00:00:00:ff:ff"));
    HostsRig.await("others do not wait for it", () -> knowsTheLast(h1));
    assertThat(slow.messages).isEmpty();
    slow.readAll();
    HostsRig.await("it is told the last", () -> knowsTheLast(slow));
    assertThat(slow.facts()).isEqualTo(h1.facts()).hasSize(1 + 2 + 2_001);
    assertThat(slow.messages.stream().mapToInt(it -> it.getFactsCount()).sum())
        .as("what there is, and what the connection held")
        .isLessThan(30_000);
    assertThat(slow.ended()).isNull();
  }

  private static boolean knowsTheLast(FollowingHost host) {
    return host.facts().contains("station 02000000ffff at h1 last");
  }

  @Test
  void shouldTellAHostThatWantsANetworkOfItsFile() throws Exception {
    rig.create(HostsRig.port("vm2", "h2", "02:00:00:00:00:02"));
    h1.hangUp();
    HostsRig.await("it has left", () -> h1.ended() != null);
    h1.call(rig, first, "10.77.0.1", 100);
    HostsRig.awaitFacts(
        h1, "member h1 100", "member h2 100", "network blue 100", "station 020000000002 at h2 vm2");
  }
}
