package net.viaduct.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import net.viaduct.controller.etcd.EtcdCluster;
import net.viaduct.controller.etcd.EtcdStore;
import net.viaduct.controller.meters.MeterQuery;
import net.viaduct.controller.meters.Told;
import net.viaduct.controller.subscription.LifePolicy;
import net.viaduct.protocol.Changes;
import net.viaduct.protocol.MetersRequest;
import net.viaduct.protocol.PeersGrpc;
import net.viaduct.protocol.PortMeter;
import net.viaduct.trust.Credentials;
import net.viaduct.trust.Tls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts, two controllers, and what is common to these: an etcd. */
class HostsOfSeveralControllersTest {
  private static final LifePolicy LIFE =
      new LifePolicy(Duration.ofSeconds(1), Duration.ofMillis(1_500));

  /** A host that is away is withdrawn long after the test has ended. */
  private static final LifePolicy PATIENT =
      new LifePolicy(Duration.ofMinutes(10), Duration.ofMinutes(20));

  @TempDir Path directory;

  private static HostsRig controller(EtcdCluster cluster) throws Exception {
    return controller(cluster, LIFE);
  }

  private static HostsRig controller(EtcdCluster cluster, LifePolicy life) throws Exception {
    return new HostsRig(EtcdStore.open(cluster.config("hosts/"), 100_000), life);
  }

  @Test
  void shouldTellEachHostWhatWasSaidToAnotherControllerAndGoOnThere() throws Exception {
    FollowingHost h1 = new FollowingHost();
    FollowingHost h2 = new FollowingHost();
    try (EtcdCluster cluster = EtcdCluster.start(directory, 1);
        HostsRig second = controller(cluster)) {
      HostsRig first = controller(cluster);
      try (first) {
        Credentials one = first.join(first.token(), "h1");
        h1.call(first, one, "10.77.0.1");
        h2.call(second, second.join(first.token(), "h2"), "10.77.0.2");
        second.awaitHosts("h1");
        first.awaitHosts("h2");
        second.create(HostsRig.network("blue", 100));
        second.create(HostsRig.port("vm1", "h1", "02:00:00:00:00:01"));
        first.create(HostsRig.port("vm2", "h2", "02:00:00:00:00:02"));
        HostsRig.await("each is told all", () -> knowAll(h1, h2, 5));
        h1.hangUp();
        h1.messages.clear();
        h1.call(second, one, "10.77.0.1");
        second.create(HostsRig.port("vm3", "h1", "02:00:00:00:00:03"));
        HostsRig.await("it goes on at the other one", () -> knowAll(h1, h2, 6));
        assertThat(h1.messages.stream().anyMatch(Changes::getAnew))
            .as("a revision is the same at each controller")
            .isFalse();
      }
      second.create(HostsRig.port("vm4", "h2", "02:00:00:00:00:04"));
      HostsRig.await("the first one is not missed", () -> knowAll(h1, h2, 7));
    }
  }

  @Test
  void shouldWithdrawAtOnceAHostThatIsPutOutAtAnotherController() throws Exception {
    try (EtcdCluster cluster = EtcdCluster.start(directory, 1);
        HostsRig first = controller(cluster, PATIENT);
        HostsRig second = controller(cluster, PATIENT)) {
      FollowingHost h1 = new FollowingHost();
      h1.call(first, first.join(first.token(), "h1"), "10.77.0.1");
      FollowingHost h2 = new FollowingHost();
      h2.call(second, second.join(first.token(), "h2"), "10.77.0.2");
      first.awaitHosts("h1", "h2");
      first.create(HostsRig.network("blue", 100));
      first.create(HostsRig.port("vm1", "h1", "02:00:00:00:00:01"));
      first.create(HostsRig.port("vm2", "h2", "02:00:00:00:00:02"));
      HostsRig.await("each is told all", () -> knowAll(h1, h2, 5));
      String[] alone = {"member h2 100", "network blue 100", "station 020000000002 at h2 vm2"};
      second.hosts.joining().members().revoke("h1", HostsRig.OPERATOR);
      HostsRig.awaitFacts(h2, alone);
      HostsRig.await("it is out", () -> h1.ended() != null);
      HostsRig.await("which is written", () -> state(first, "h1").contains("\"withdrawn\":true"));
      Credentials anew = second.join(second.token(), "h1");
      second.create(HostsRig.port("vm3", "h2", "02:00:00:00:00:03"));
      HostsRig.await("what came after it joined is told", () -> h2.facts().size() == 4);
      assertThat(h2.facts()).as("it is not there yet").contains(alone);
      h1.call(second, anew, "10.77.0.1");
      HostsRig.await("it is there again", () -> knowAll(h1, h2, 6));
    }
  }

  private static String state(HostsRig at, String host) {
    return at.store.get("host-state/" + host).orElseThrow().value();
  }

  @Test
  void shouldTellWhatAnyHostHasCountedWhereverItIsConnected() throws Exception {
    try (EtcdCluster cluster = EtcdCluster.start(directory, 1);
        HostsRig first = controller(cluster);
        HostsRig second = controller(cluster)) {
      FollowingHost h1 = new FollowingHost();
      Credentials one = first.join(first.token(), "h1");
      h1.call(first, one, "10.77.0.1");
      FollowingHost h2 = new FollowingHost();
      h2.call(second, second.join(first.token(), "h2"), "10.77.0.2");
      h1.tell(Told.host(1, 100, "vm1", "10.77.0.2", 1_000));
      h2.tell(Told.host(1, 100, "vm2", "10.77.0.1", 2_000));
      h1.tell(Told.host(3, 100, "vm1", "10.77.0.2", 3_000));
      for (HostsRig any : List.of(first, second)) {
        HostsRig.await("each knows of both", () -> counted(any, new MeterQuery.Everything()) == 2);
        HostsRig.await(
            "all of a host", () -> ports(any, new MeterQuery.OfHost("h1")).equals("vm1"));
        HostsRig.await("of a network", () -> counted(any, new MeterQuery.OfNetwork(100)) == 2);
        assertThat(counted(any, new MeterQuery.OfNetwork(101))).isZero();
      }
      assertThatThrownBy(() -> askAsAHost(second, one))
          .hasMessageContaining("only controllers are answered");
      h1.hangUp();
      HostsRig.await(
          "one that has gone is not known any more",
          () -> counted(second, new MeterQuery.Everything()) == 1);
    }
  }

  private static int counted(HostsRig at, MeterQuery query) {
    return at.hosts.services().meters().ask(query).size();
  }

  private static String ports(HostsRig at, MeterQuery query) {
    return at.hosts.services().meters().ask(query).stream()
        .flatMap(it -> it.last().getPortsList().stream())
        .map(PortMeter::getName)
        .sorted()
        .collect(Collectors.joining());
  }

  private static void askAsAHost(HostsRig at, Credentials host) {
    PeersGrpc.newBlockingStub(at.channel(Tls.client(() -> host)))
        .metered(MetersRequest.getDefaultInstance())
        .forEachRemaining(it -> {
          throw new AssertionError(it);
        });
  }

  private static boolean knowAll(FollowingHost one, FollowingHost other, int facts) {
    return one.facts().size() == facts && other.facts().size() == facts;
  }
}
