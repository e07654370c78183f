package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.rtnetlink.LinkKind;
import net.viaduct.io.rtnetlink.LinkSpec;
import net.viaduct.io.rtnetlink.Links;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host that is changed all the time: each reload adds and removes networks with their groups and
 * moves a port, and now and then a device vanishes and returns, the owner of a tap is restarted,
 * and the underlay gets another address or port. It must hold no more at the end than at the
 * beginning. 10,000 reloads; as many as {@code VIADUCT_SOAK_RELOADS} says, if it says any.
 */
class SoakTest {
  private static final int USUAL_RELOADS = 10_000;
  private static final int WARM_UP_ROUNDS = 500;

  /** Of so many rounds, some are not reloads only. */
  private static final int ROUNDS = 500;

  private static final int NETWORKS = 12;
  private static final int CHANGED_NETWORKS = 3;
  private static final IpAddress ADDRESS = IpAddress.parse("10.77.0.1");
  private static final IpAddress OTHER_ADDRESS = IpAddress.parse("10.78.0.99");
  private static final IpAddress ADDRESS_6 = IpAddress.parse("fd77::1");

  /** A heap that is full of garbage (128 MiB) and all beside it; a leak of more ends the host. */
  private static final long MOST_MIB = 320;

  @TempDir private Path directory;

  private LabHost host;
  private ViaductHost viaduct;
  private int reloads;
  private int othersDone;

  @Test
  @DisplayName("10,000 reloads, devices that return, an underlay that is renumbered: no leak")
  void shouldHoldNoMoreAfterThousandsOfChanges() throws Exception {
    try (Lab lab = SystemLab.open(directory)) {
      host = new LabHost(lab, new LabSwitch(lab, "sw", 1600), "h1", ADDRESS, 24);
      host.net().addresses().add(host.uplinkIndex(), ADDRESS_6, 64);
      addVeth();
      viaduct = ViaductHost.start(lab, host, underlay(ADDRESS, 4789), networks(0));
      for (int round = 0; round < WARM_UP_ROUNDS; round++) {
        change(round);
      }
      settle();
      ProcessFootprint before = footprint();
      SortedMap<String, String> groupsBefore = memberships();
      assertThat(groupsBefore).as("memberships").hasSizeGreaterThan(NETWORKS);

      String asked = System.getenv("VIADUCT_SOAK_RELOADS");
      int wanted = asked == null ? USUAL_RELOADS : Integer.parseInt(asked);
      reloads = 0;
      othersDone = 0;
      for (int round = 0; reloads < wanted; round++) {
        change(round);
      }
      settle();
      ProcessFootprint after = footprint();
      System.out.printf(
          "soak: %d reloads, %d other changes; before %s, after %s%n",
          reloads, othersDone, before, after);
      assertThat(memberships()).as("memberships").isEqualTo(groupsBefore);
      assertThat(after.descriptors())
          .as("open files")
          .isLessThanOrEqualTo(before.descriptors() + 2);
      assertThat(after.threads()).as("threads").isLessThanOrEqualTo(before.threads() + 2);
      assertThat(after.residentMib()).as("MiB in all").isLessThan(MOST_MIB);
    }
  }

  /** One of the things that happen to a host in its life. */
  private void change(int round) throws Exception {
    switch (round % ROUNDS) {
      case 50 -> replaceDevice();
      case 150 -> deleteTap();
      case 250 -> restartOwnerOfTap();
      case 350 -> renumber();
      case 450 -> {
        reload(underlay(ADDRESS, 8472), networks(round));
        reload(underlay(ADDRESS, 4789), networks(round));
        othersDone++;
      }
      default -> reload(networks(round));
    }
  }

  private void replaceDevice() throws Exception {
    Links links = host.net().links();
    links.delete(links.require("veth7").index());
    viaduct.awaitAnswer("/v1/ports", "missing");
    addVeth();
    viaduct.awaitAnswer("/v1/ports", "\"name\":\"veth7\"[^}]*attached");
    othersDone++;
  }

  private void deleteTap() throws Exception {
    Links links = host.net().links();
    int index = links.require("vm1").index();
    links.delete(index);
    awaitNewTap(index);
  }

  /** A container engine has the tap in the container's namespace, and ends with it. */
  private void restartOwnerOfTap() throws Exception {
    Links links = host.net().links();
    int index = links.require("vm1").index();
    try (NetNamespace owner = NetNamespace.createUnnamed("owner")) {
      links.move(index, owner.descriptor(), "eth0");
      reload(networks(reloads)); // it is a port wherever it is
      viaduct.awaitAnswer("/v1/ports", "\"name\":\"vm1\"[^}]*attached");
    }
    awaitNewTap(index);
  }

  private void awaitNewTap(int oldIndex) throws Exception {
    ViaductHost.await(
        "a new tap",
        () -> host.net().links().find("vm1").filter(link -> link.index() != oldIndex).isPresent());
    viaduct.awaitAnswer("/v1/ports", "\"name\":\"vm1\"[^}]*attached");
    othersDone++;
  }

  /** The new address is there before it is configured, and the old one is taken away after. */
  private void renumber() throws Exception {
    int uplink = host.uplinkIndex();
    host.net().addresses().add(uplink, OTHER_ADDRESS, 24);
    reload(underlay(OTHER_ADDRESS, 4789), networks(reloads));
    host.net().addresses().remove(uplink, ADDRESS, 24);
    assertThat(viaduct.get("/v1/status")).contains("\"underlayAddress\":\"" + OTHER_ADDRESS);
    reload(underlay(OTHER_ADDRESS, 4789), networks(reloads));
    host.net().addresses().add(uplink, ADDRESS, 24);
    reload(underlay(ADDRESS, 4789), networks(reloads));
    host.net().addresses().remove(uplink, OTHER_ADDRESS, 24);
    othersDone++;
  }

  private void settle() throws Exception {
    reload(networks(0));
    viaduct.awaitAnswer("/v1/ports", "\"name\":\"vm1\"[^}]*attached");
    viaduct.awaitAnswer("/v1/ports", "\"name\":\"veth7\"[^}]*attached");
  }

  private void addVeth() {
    LinkKind pair = new LinkKind.Veth(new LinkKind.PeerSpec("veth7p", 1500, 0), -1);
    Links links = host.net().links();
    int index = links.create(new LinkSpec("veth7", pair).withMtu(1500));
    links.up(index);
    links.up(links.require("veth7p").index());
  }

  private static String underlay(IpAddress address, int port) {
    return "{ address: [%s, \"%s\"], port: %d }".formatted(address, ADDRESS_6, port);
  }

  private void reload(String networks) throws Exception {
    reload(underlay(ADDRESS, 4789), networks);
  }

  private void reload(String underlay, String networks) throws Exception {
    viaduct.rewrite(underlay, networks);
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
      int number = (round * CHANGED_NETWORKS + i) % 400;
      String group = (number % 2 == 0 ? "239.1.2.%d" : "\"ff05::2:%d\"").formatted(number % 200);
      text.append(
          """
          n%d:
            vni: %d
            flood: { group: %s }
            ports: [{ device: veth7, vlan: %d }]
          """
              .formatted(number, 1000 + number, group, 1000 + number));
    }
    return text.append("white: { vni: 99, ports: [{ device: veth7 }] }\n").toString();
  }

  private ProcessFootprint footprint() throws Exception {
    return ProcessFootprint.of(viaduct.process().pid());
  }

  /** The groups that are joined, and how often; the timers beside them go on. */
  private SortedMap<String, String> memberships() {
    SortedMap<String, String> users = new TreeMap<>();
    String two = read("igmp");
    Matcher each = Pattern.compile("\\t([0-9A-F]{8}) +([0-9]+) ").matcher(two);
    while (each.find()) {
      users.merge(each.group(1), each.group(2), (one, other) -> one + "+" + other);
    }
    Pattern line = Pattern.compile(LabHost.UPLINK + " +([0-9a-f]{32}) +([0-9]+) ");
    Matcher six = line.matcher(read("igmp6"));
    while (six.find()) {
      users.put(six.group(1), six.group(2));
    }
    return users;
  }

  private String read(String file) {
    return host.namespace().call(() -> Files.readString(Path.of("/proc/thread-self/net", file)));
  }
}
