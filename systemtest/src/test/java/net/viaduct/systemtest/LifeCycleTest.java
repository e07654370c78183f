package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import net.viaduct.io.rtnetlink.Link;
import net.viaduct.lab.KernelVtep;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program as a user starts, changes, asks and stops it. */
class LifeCycleTest {
  private static final int PROMISCUOUS = 0x100;
  private static final String BLUE =
      """
      blue:
        vni: 100
        flood: { group: 239.1.1.100 }
        ports:
          - tap: vm1
          - device: veth7
      """;

  @TempDir private Path directory;

  private Lab lab;
  private LabHost host;

  @BeforeEach
  void build() {
    lab = SystemLab.open(directory);
    LabSwitch underlay = new LabSwitch(lab, "sw", 1600);
    host = new LabHost(lab, underlay, "h1", IpAddress.parse("10.77.0.1"), 24);
    new Machine(lab, MachineSpec.numbered(1)).attachVeth(host, "veth7");
  }

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  private Optional<Link> link(String name) {
    return host.net().links().find(name);
  }

  private String memberships() {
    return host.namespace().call(() -> Files.readString(Path.of("/proc/thread-self/net/igmp")));
  }

  @ParameterizedTest
  @CsvSource({"TERM", "INT"})
  void shouldLeaveEverythingAsItWasWhenItIsStopped(String signal) throws Exception {
    Link before = link("veth7").orElseThrow();
    String groupsBefore = memberships();
    ViaductHost viaduct = ViaductHost.start(lab, host, BLUE);
    assertThat(link("vm1")).isPresent();
    assertThat(memberships()).as("239.1.1.100 was joined").contains("640101EF");

    CommandRun.signal(signal, viaduct.process().pid());
    assertThat(viaduct.awaitEnd()).as(viaduct.log()).isZero();
    assertThat(link("vm1")).as("a tap that it made").isEmpty();
    Link after = link("veth7").orElseThrow();
    assertThat(after.flags() & PROMISCUOUS).isEqualTo(before.flags() & PROMISCUOUS);
    assertThat(after.mtuBytes()).isEqualTo(before.mtuBytes());
    assertThat(after.isUp()).isEqualTo(before.isUp());
    assertThat(memberships()).isEqualTo(groupsBefore);
    assertThat(viaduct.socket()).doesNotExist();
  }

  @Test
  void shouldApplyDifferenceOnHangUpAndOnReload() throws Exception {
    ViaductHost viaduct = ViaductHost.start(lab, host, BLUE);
    int tapIndex = link("vm1").orElseThrow().index();
    viaduct.rewrite(
        BLUE + "red:\n  vni: 200\n  flood: { remotes: [10.77.0.9] }\n  ports:\n    - tap: vm2\n");
    CommandRun.signal("HUP", viaduct.process().pid());
    viaduct.awaitAnswer("/v1/ports", "vm2");
    assertThat(link("vm1").orElseThrow().index()).as("the same tap").isEqualTo(tapIndex);

    viaduct.rewrite(BLUE.replace("    - device: veth7\n", ""));
    assertThat(viaduct.ask("reload").exitCode()).isZero();
    assertThat(viaduct.get("/v1/ports")).contains("vm1").doesNotContain("veth7", "vm2");
    assertThat(link("vm2")).isEmpty();
    assertThat(link("vm1").orElseThrow().index()).as("the same tap").isEqualTo(tapIndex);
  }

  @Test
  void shouldChangeNothingWhenReloadIsRefused() throws Exception {
    ViaductHost viaduct = ViaductHost.start(lab, host, BLUE);
    String before = viaduct.ports();
    viaduct.rewrite(BLUE + "    - tap: vm2\n    - device: nosuch\n");
    CommandRun.Result reload = viaduct.ask("reload");
    assertThat(reload.exitCode()).isEqualTo(1);
    assertThat(reload.output()).contains("h1.yaml:13:", "nosuch");
    assertThat(viaduct.ports()).isEqualTo(before);
    assertThat(link("vm2")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vni: 100       | vni: 16777216    | h1.yaml:8:  | 16777215",
        "vni: 100       | vin: 100         | h1.yaml:8:  | vni",
        "device: veth7  | device: veth8    | h1.yaml:12: | veth7",
        "239.1.1.100    | 10.1.1.100       | h1.yaml:9:  | multicast",
        "address: 10.77.0.1 | address: 10.77.0.3 | h1.yaml:3: | 10.77.0.1",
      })
  void shouldNameLineAndWhatWouldBeRight(String right, String wrong, String line, String remedy)
      throws Exception {
    Path config = lab.directory().resolve("h1.yaml");
    String file =
        "host: h1\nunderlay:\n  address: 10.77.0.1\napi:\n  socket: "
            + lab.directory().resolve("h1.sock")
            + "\nnetworks:\n"
            + BLUE.indent(2);
    assertThat(file).contains(right);
    Files.writeString(config, file.replace(right, wrong));
    for (String[] arguments :
        new String[][] {
          {"up", "--check", "-c", config.toString()}, {"up", "-c", config.toString()}
        }) {
      CommandRun.Result result = CommandRun.viaduct(host.namespace(), arguments);
      assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
      assertThat(result.output()).contains(line).contains(remedy);
    }
    assertThat(link("vm1")).as("nothing is half applied").isEmpty();
  }

  @Test
  void shouldNameWhoHoldsThePort() throws Exception {
    new KernelVtep(host, 100, 4789, null);
    Path config = lab.directory().resolve("h1.yaml");
    Files.writeString(
        config,
        "host: h1\nunderlay:\n  address: 10.77.0.1\napi:\n  socket: "
            + lab.directory().resolve("h1.sock")
            + "\nnetworks:\n"
            + BLUE.indent(2));
    CommandRun.Result result = CommandRun.viaduct(host.namespace(), "up", "-c", config.toString());
    assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
    assertThat(result.output()).contains("h1.yaml:", "4789", "vxlan");
    assertThat(link("vm1")).isEmpty();
  }

  @Test
  void shouldRefuseSecondHostOnTheSameSocket() throws Exception {
    ViaductHost viaduct = ViaductHost.start(lab, host, BLUE);
    CommandRun.Result second =
        CommandRun.viaduct(host.namespace(), "up", "-c", viaduct.config().toString());
    assertThat(second.exitCode()).isEqualTo(1);
    assertThat(second.output()).contains("already");
    assertThat(viaduct.get("/v1/status")).contains("h1");
  }

  @Test
  void shouldComeUpAgainAfterItWasKilled() throws Exception {
    ViaductHost viaduct = ViaductHost.start(lab, host, BLUE);
    CommandRun.signal("KILL", viaduct.process().pid());
    viaduct.process().stop();
    ViaductHost again = ViaductHost.start(lab, host, BLUE);
    assertThat(again.get("/v1/ports")).contains("vm1", "veth7");
  }

  @Test
  void shouldShowCountersOfHostThatHangs() throws Exception {
    ViaductHost viaduct = ViaductHost.start(lab, host, BLUE);
    String file = viaduct.get("/v1/status");
    assertThat(file).contains("h1");
    CommandRun.signal("STOP", viaduct.process().pid());
    try {
      CommandRun.Result counters = viaduct.ask("show", "counters", "--all");
      assertThat(counters.output()).contains("vm1");
      assertThat(counters.exitCode()).as(counters.output()).isZero();
    } finally {
      CommandRun.signal("CONT", viaduct.process().pid());
    }
  }

  @Test
  void shouldShowEverythingAsTableAndAsJson() throws Exception {
    ViaductHost viaduct = ViaductHost.start(lab, host, BLUE);
    for (String thing :
        new String[] {"ports", "networks", "stations", "remotes", "flood", "drops"}) {
      CommandRun.Result table = viaduct.ask("show", thing);
      assertThat(table.exitCode()).as(table.output()).isZero();
      CommandRun.Result json = viaduct.ask("show", thing, "--json");
      assertThat(json.exitCode()).as(json.output()).isZero();
      assertThat(json.output().strip()).startsWith("{").endsWith("}");
    }
  }
}
