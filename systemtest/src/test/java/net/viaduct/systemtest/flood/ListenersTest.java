package net.viaduct.systemtest.flood;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.systemtest.SystemLab;
import net.viaduct.systemtest.ViaductHost;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eight hosts that run {@code viaduct up}, with a machine each, whose kernels speak IGMP. Machine 1
 * sends a stream to a group that machines 3 and 6 listen to.
 */
@Tag("R65")
@Tag("P11")
class ListenersTest {
  private static final int HOSTS = 8;
  private static final String GROUP = "239.1.2.3"; // modulo 4 it is 3
  private static final String MAPPED_GROUP = "239.2.0.4";
  private static final int STREAM = 2000;
  private static final long STREAM_BYTES = STREAM * (long) GroupListener.PAYLOAD_BYTES;

  /** What else is said meanwhile: queries, reports, neighbours, probes. */
  private static final int CHATTER = STREAM / 4;

  private static final String SNOOPING =
      "snooping: true, querier: { interval: 1s, response: 200ms, last-member: 200ms }";

  @TempDir private Path directory;

  private Lab lab;
  private final List<Machine> machines = new ArrayList<>();
  private final List<ViaductHost> hosts = new ArrayList<>();

  @BeforeEach
  void build() throws Exception {
    lab = SystemLab.open(directory);
    LabSwitch underlay = new LabSwitch(lab, "sw", 1600);
    for (int i = 1; i <= HOSTS; i++) {
      LabHost host = new LabHost(lab, underlay, "h" + i, IpAddress.parse("10.77.0." + i), 24);
      Machine machine = new Machine(lab, MachineSpec.numbered(i));
      machine.attachVeth(host, "veth" + i);
      machines.add(machine);
      hosts.add(ViaductHost.start(lab, host, byRemotes(i)));
    }
  }

  private static String byRemotes(int host) {
    String others =
        IntStream.rangeClosed(1, HOSTS)
            .filter(other -> other != host)
            .mapToObj(other -> "10.77.0." + other)
            .collect(Collectors.joining(", "));
    return network("remotes: [" + others + "]", SNOOPING, host);
  }

  private static String byGroups(int host) {
    String groups = "underlay-groups: [239.2.0.1, 239.2.0.2, 239.2.0.3, " + MAPPED_GROUP + "]";
    return network("group: 239.1.1.100", SNOOPING + ", " + groups, host);
  }

  private static String network(String flood, String multicast, int host) {
    return """
    blue:
      vni: 100
      flood: { %s }
      multicast: { %s }
      ports: [{ device: veth%d }]
    """
        .formatted(flood, multicast, host);
  }

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  @DisplayName("2 of 8 listen: two copies by remotes, and two hosts reached by mapped groups")
  void shouldSendAStreamOnlyWhereSomebodyListens() throws Exception {
    try (GroupListener sender = GroupListener.of(machines.get(0));
        GroupListener three = GroupListener.of(machines.get(2)).join(machines.get(2), GROUP);
        GroupListener six = GroupListener.of(machines.get(5)).join(machines.get(5), GROUP)) {
      awaitPruned(List.of("10.77.0.3", "10.77.0.6"));
      List<Long> before = sentToEach();
      sender.send(GROUP, STREAM);
      awaitAll(three, six);
      List<Long> after = sentToEach();
      for (int host = 2; host <= HOSTS; host++) {
        long copies = after.get(host - 2) - before.get(host - 2);
        if (host == 3 || host == 6) {
          assertThat(copies)
              .as("to host %d", host)
              .isBetween((long) STREAM, STREAM + (long) CHATTER);
        } else {
          assertThat(copies).as("to host %d", host).isLessThan(CHATTER);
        }
      }

      for (int i = 1; i <= HOSTS; i++) {
        hosts.get(i - 1).rewrite(byGroups(i));
        assertThat(hosts.get(i - 1).reload().status()).isEqualTo(200);
      }
      Awaiting.await(
          "two members of " + MAPPED_GROUP, () -> membersOfMapped().equals(List.of(3, 6)));
      List<Long> arrivedBefore = arrived();
      int already = three.received();
      sender.send(GROUP, STREAM);
      Awaiting.await(
          "the whole stream",
          () -> {
            three.poll();
            six.poll();
            return three.received() >= already + STREAM && six.received() >= already + STREAM;
          });
      List<Long> arrivedAfter = arrived();
      for (int host = 2; host <= HOSTS; host++) {
        long bytes = arrivedAfter.get(host - 1) - arrivedBefore.get(host - 1);
        if (host == 3 || host == 6) {
          assertThat(bytes).as("at host %d", host).isGreaterThanOrEqualTo(STREAM_BYTES);
        } else {
          assertThat(bytes).as("at host %d", host).isLessThan(STREAM_BYTES / 4);
        }
      }
      assertThat(three.received()).isEqualTo(2 * STREAM);
      assertThat(six.received()).isEqualTo(2 * STREAM);
    }
  }

  /** Until host 1 knows who listens, and that nobody else is too new to have been asked. */
  private void awaitPruned(List<String> remotes) throws Exception {
    ViaductHost first = hosts.getFirst();
    Awaiting.await(
        "listeners at " + remotes,
        () -> {
          String groups = first.get("/v1/groups").replaceAll("\\s", "");
          return !groups.contains("\"kind\":\"new\"")
              && groups.contains("\"kind\":\"asked-here\"")
              && remotes.stream()
                  .allMatch(remote ->
                      groups.matches(
                          ".*\"group\":\"" + GROUP + "\"[^}]*\"remote\":\"" + remote + "\".*"));
        });
  }

  private List<Long> sentToEach() throws Exception {
    List<Long> sent = new ArrayList<>();
    for (int host = 2; host <= HOSTS; host++) {
      sent.add(Sent.toRemote(hosts.getFirst(), "10.77.0." + host));
    }
    return sent;
  }

  private List<Long> arrived() throws Exception {
    List<Long> arrived = new ArrayList<>();
    for (ViaductHost host : hosts) {
      arrived.add(Sent.bytesFromRemotes(host, "blue"));
    }
    return arrived;
  }

  private static void awaitAll(GroupListener... listeners) throws Exception {
    for (GroupListener listener : listeners) {
      Awaiting.await("the whole stream", () -> listener.poll() == STREAM);
      assertThat(listener.received()).as("none twice").isEqualTo(STREAM);
    }
  }

  /** Which hosts' kernels are members of the group of the underlay that the stream goes by. */
  private List<Integer> membersOfMapped() {
    String littleEndian = "040002EF";
    List<Integer> members = new ArrayList<>();
    for (int i = 1; i <= HOSTS; i++) {
      String memberships =
          hosts
              .get(i - 1)
              .host()
              .namespace()
              .call(() -> Files.readString(Path.of("/proc/thread-self/net/igmp")));
      if (memberships.contains(littleEndian)) {
        members.add(i);
      }
    }
    return members;
  }
}
