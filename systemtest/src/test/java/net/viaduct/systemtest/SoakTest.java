package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.viaduct.io.rtnetlink.LinkKind;
import net.viaduct.io.rtnetlink.LinkSpec;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host that is changed all the time: networks, ports and devices come and go, the underlay is
 * renumbered. It must hold no more at the end than at the beginning. Half a minute; as many seconds
 * as {@code VIADUCT_SOAK_SECONDS} says, if it says any.
 */
class SoakTest {
  private static final int WARM_UP_ROUNDS = 30;
  private static final int NETWORKS = 40;

  /** A heap that is full of garbage (128 MiB) and all beside it; a leak of more ends the host. */
  private static final long MOST_MIB = 320;

  @TempDir private Path directory;

  private LabHost host;
  private ViaductHost viaduct;
  private int reloads;

  @Test
  void shouldHoldNoMoreAfterThousandsOfChanges() throws Exception {
    try (Lab lab = SystemLab.open(directory)) {
      host =
          new LabHost(lab, new LabSwitch(lab, "sw", 1600), "h1", IpAddress.parse("10.77.0.1"), 24);
      addVeth();
      viaduct = ViaductHost.start(lab, host, networks(0));
      for (int round = 0; round < WARM_UP_ROUNDS; round++) {
        change(round);
      }
      settle();
      ProcessFootprint before = footprint();
      SortedMap<String, String> groupsBefore = memberships();

      String asked = System.getenv("VIADUCT_SOAK_SECONDS");
      Duration time = Duration.ofSeconds(asked == null ? 30 : Long.parseLong(asked));
      long endNs = System.nanoTime() + time.toNanos();
      for (int round = 0; System.nanoTime() < endNs; round++) {
        change(round);
      }
      settle();
      ProcessFootprint after = footprint();
      System.out.printf("soak: %d reloads; before %s, after %s%n", reloads, before, after);
      assertThat(memberships()).as("memberships").hasSizeGreaterThan(40).isEqualTo(groupsBefore);
      assertThat(after.descriptors())
          .as("open files")
          .isLessThanOrEqualTo(before.descriptors() + 2);
      assertThat(after.threads()).as("threads").isLessThanOrEqualTo(before.threads() + 2);
      assertThat(after.residentMib()).as("MiB in all").isLessThan(MOST_MIB);
    }
  }

  /** One of the things that happen to a host in its life. */
  private void change(int round) throws Exception {
    switch (round % 20) {
      case 5 -> {
        host.net().links().delete(host.net().links().require("veth7").index());
        viaduct.awaitAnswer("/v1/ports", "missing");
        addVeth();
        viaduct.awaitAnswer("/v1/ports", "\"name\":\"veth7\"[^}]*attached");
      }
      case 12 -> {
        host.net().links().delete(host.net().links().require("vm1").index());
        viaduct.awaitAnswer("/v1/ports", "\"name\":\"vm1\"[^}]*attached");
      }
      case 17 -> {
        renumber(8472);
        renumber(4789);
      }
      default -> reload(networks(round));
    }
  }

  private void settle() throws Exception {
    reload(networks(0));
    viaduct.awaitAnswer("/v1/ports", "\"name\":\"vm1\"[^}]*attached");
    viaduct.awaitAnswer("/v1/ports", "\"name\":\"veth7\"[^}]*attached");
  }

  private void addVeth() {
    LinkKind pair = new LinkKind.Veth(new LinkKind.PeerSpec("veth7p", 1500, 0), -1);
    var links = host.net().links();
    int index = links.create(new LinkSpec("veth7", pair).withMtu(1500));
    links.up(index);
    links.up(links.require("veth7p").index());
  }

  private void renumber(int port) throws Exception {
    String text = Files.readString(viaduct.config());
    String without = text.replaceAll("\n  port: [0-9]+", "");
    Files.writeString(
        viaduct.config(), without.replaceFirst("(address: [0-9.]+)", "$1\n  port: " + port));
    reload();
  }

  private void reload(String networks) throws Exception {
    viaduct.rewrite(networks);
    reload();
  }

  private void reload() throws Exception {
    var answer = viaduct.reload();
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    reloads++;
  }

  /** A tap, a device that moves between networks with groups, and networks that come and go. */
  private static String networks(int round) {
    StringBuilder text =
        new StringBuilder(
            """
            blue:
              vni: 100
              flood: { group: 239.1.1.100 }
              ports: [{ tap: vm1 }, { device: veth7, vlan: %d }]
            """
                .formatted(1 + round % 100));
    for (int i = 0; i < NETWORKS; i++) {
      int number = (round * 7 + i) % 400;
      text.append(
          """
          n%d:
            vni: %d
            flood: { group: 239.1.2.%d }
            ports: [{ device: veth7, vlan: %d }]
          """
              .formatted(number, 1000 + number, 1 + number % 200, 1000 + number));
    }
    return text.append("white: { vni: 99, ports: [{ device: veth7 }] }\n").toString();
  }

  private ProcessFootprint footprint() throws Exception {
    return ProcessFootprint.of(viaduct.process().pid());
  }

  /** The groups that are joined, and how often; the timers beside them go on. */
  private SortedMap<String, String> memberships() {
    String text =
        host.namespace().call(() -> Files.readString(Path.of("/proc/thread-self/net/igmp")));
    SortedMap<String, String> users = new TreeMap<>();
    Matcher each = Pattern.compile("\\t([0-9A-F]{8}) +([0-9]+) ").matcher(text);
    while (each.find()) {
      users.merge(each.group(1), each.group(2), (one, other) -> one + "+" + other);
    }
    return users;
  }
}
