package net.viaduct.vtep.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.viaduct.io.Endpoint;
import net.viaduct.runtime.CounterValues;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.VtepView;
import net.viaduct.vtep.show.GroupStatus;
import net.viaduct.vtep.show.NetworkStatus;
import net.viaduct.vtep.show.PortStatus;
import net.viaduct.vtep.show.RemoteStatus;

/** No frame is lost without a word: the algebra of the counters, checked. Stateless. */
public final class Conservation {
  /** Of frames that came from a port and have no network, as their VLAN has no port. */
  private static final Set<String> DROPPED_WITHOUT_NETWORK =
      Set.of("egress-received-frames", "egress-dropped-frames");

  private Conservation() {}

  /** Checks everything that always holds between two duty cycles. */
  public static void check(VtepView view) {
    checkTraffic("VTEP", view.counters());
    for (NetworkStatus network : view.networks()) {
      checkTraffic("network " + network.config().vni(), network.counters());
    }
  }

  /** Checks what holds besides as long as no port, network, remote or group was taken away. */
  public static void checkSums(VtepView view) {
    check(view);
    Map<String, Long> total = view.counters().values();
    List<CounterValues> networks = view.networks().stream().map(NetworkStatus::counters).toList();
    List<CounterValues> ports = view.ports().stream().map(PortStatus::counters).toList();
    assertThat(sum(ports, "received-frames"))
        .as("received from all ports")
        .isEqualTo(total.get("egress-received-frames"));
    assertThat(sum(ports, "received-bytes")).isEqualTo(total.get("egress-received-bytes"));
    assertThat(sum(ports, "sent-frames"))
        .as("sent to all ports")
        .isEqualTo(total.get("egress-delivered-frames") + total.get("ingress-delivered-frames"));
    assertThat(sum(ports, "sent-bytes"))
        .isEqualTo(total.get("egress-delivered-bytes") + total.get("ingress-delivered-bytes"));
    List<CounterValues> beyond =
        new ArrayList<>(view.remotes().stream().map(RemoteStatus::counters).toList());
    beyond.addAll(view.groups().stream().map(GroupStatus::counters).toList());
    assertThat(sum(beyond, "sent-frames"))
        .as("sent to all remotes and groups")
        .isEqualTo(total.get("egress-sent-frames"));
    assertThat(sum(beyond, "sent-datagrams")).isEqualTo(total.get("egress-sent-datagrams"));
    checkTargetDrops(total, ports, beyond);
    for (String counter :
        List.of(
            "egress-received-frames",
            "egress-replicas",
            "egress-delivered-frames",
            "egress-sent-frames",
            "egress-sent-datagrams",
            "egress-dropped-frames",
            "egress-consumed-frames",
            "egress-originated-frames",
            "ingress-replicas",
            "ingress-consumed-frames",
            "ingress-originated-frames",
            "ingress-delivered-frames")) {
      boolean countsDrops = DROPPED_WITHOUT_NETWORK.contains(counter);
      assertThat(sum(networks, counter))
          .as("%s of networks", counter)
          .isEqualTo(total.get(counter) - (countsDrops ? total.get("drop-vlan-not-attached") : 0));
    }
  }

  /**
   * Checks that what one host sent to another is what the other received from it. Holds while the
   * underlay loses nothing; bytes without super-frames, whose segments each have headers.
   */
  public static void checkTunnel(
      VtepView sender, Endpoint senderAt, VtepView receiver, Endpoint receiverAt) {
    Map<String, Long> sent = remote(sender, receiverAt);
    Map<String, Long> received = remote(receiver, senderAt);
    assertThat(received.get("received-datagrams"))
        .as("datagrams from %s to %s", senderAt, receiverAt)
        .isEqualTo(sent.get("sent-datagrams"));
    assertThat(received.get("received-bytes"))
        .as("bytes from %s to %s", senderAt, receiverAt)
        .isPositive()
        .isEqualTo(sent.get("sent-bytes"));
  }

  private static Map<String, Long> remote(VtepView view, Endpoint at) {
    return view.remotes().stream()
        .filter(remote -> remote.endpoint().equals(at))
        .findFirst()
        .orElseThrow()
        .counters()
        .values();
  }

  private static void checkTargetDrops(
      Map<String, Long> total, List<CounterValues> ports, List<CounterValues> beyond) {
    for (DropReason reason : DropReason.ALL) {
      if (reason.side() == DropReason.Side.TARGET) {
        String counter = "drop-" + reason.label();
        assertThat(sum(ports, counter) + sum(beyond, counter))
            .as("%s of all targets", counter)
            .isEqualTo(total.get(counter));
      }
    }
  }

  private static long sum(List<CounterValues> blocks, String counter) {
    return blocks.stream().mapToLong(block -> block.values().getOrDefault(counter, 0L)).sum();
  }

  private static void checkTraffic(String what, CounterValues counters) {
    Map<String, Long> c = counters.values();
    for (String way : List.of("egress", "ingress")) {
      long in =
          c.get(way + "-received-frames")
              + c.get(way + "-originated-frames")
              + c.get(way + "-replicas")
              + c.get(way + "-cut-frames");
      assertThat(in)
          .as(
              "%s, %s: received + originated + replicas + cut = what became of them; %s",
              what, way, c)
          .isEqualTo(
              c.get(way + "-delivered-frames")
                  + c.getOrDefault(way + "-sent-frames", 0L)
                  + c.get(way + "-consumed-frames")
                  + c.get(way + "-queued-frames")
                  - c.get(way + "-unqueued-frames")
                  + c.get(way + "-dropped-frames"));
    }
    long byReason =
        DropReason.ALL.stream()
            .filter(reason -> reason.side() != DropReason.Side.BEFORE)
            .mapToLong(reason -> c.get("drop-" + reason.label()))
            .sum();
    assertThat(c.get("egress-dropped-frames") + c.get("ingress-dropped-frames"))
        .as("%s: drops in all = drops by reason; %s", what, c)
        .isEqualTo(byReason);
  }
}
