package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.io.rtnetlink.Links;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.lab.ping.PingFlow;
import net.viaduct.lab.ping.PingPlan;
import net.viaduct.lab.ping.PingResult;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.wire.MacAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Twenty machines on a wire, which is a bridge of the kernel, ping each other in a ring. One after
 * the other comes to hosts h2 and h3, and goes back to the wire, where h1 has a leg.
 */
@DisplayName("P29, U4: a VLAN under traffic is converted, and converted back")
class TransitionTest {
  private static final int MACHINES =
      Integer.parseInt(System.getenv().getOrDefault("VIADUCT_TRANSITION_MACHINES", "20"));
  private static final int FEW = 3;
  private static final long MS = 1_000_000;

  /** Both of its machines go off the wire, and back to it. */
  private static final int STEPS_OF_A_PAIR = 4;

  @TempDir private Path directory;
  private ControlledHosts hosts;
  private ControllerProcess controller;
  private LabSwitch wire;
  private final List<Machine> machines = new ArrayList<>();
  private final Map<String, Machine> byMac = new HashMap<>();

  @BeforeEach
  void build() throws Exception {
    hosts = new ControlledHosts(directory, 3);
    controller = hosts.controller();
    wire = new LabSwitch(hosts.lab(), "wire", 1504);
    LabHost gateway = hosts.place(0);
    wire.attach(gateway.name(), gateway.namespace(), "eth1");
    Links links = gateway.net().links();
    links.up(links.require("eth1").index());
    controller.run("network", "create", "blue", "vni=100", "legs=h1:eth1");
  }

  /** Makes so many machines that are on the wire, and waits until they reach each other. */
  private void plug(int count) throws Exception {
    for (int i = 1; i <= count; i++) {
      Machine machine = new Machine(hosts.lab(), MachineSpec.numbered(i));
      machine.plug(wire, "m" + i);
      machines.add(machine);
      byMac.put(MacAddress.format(machine.spec().mac()), machine);
    }
    hosts.host(0).awaitAnswer("/v1/networks", "\"ports\":1[,}]");
    awaitReach();
  }

  @AfterEach
  void close() {
    if (hosts != null) {
      hosts.close();
    }
  }

  private PingRun ping(int count) {
    List<PingFlow> flows = new ArrayList<>();
    for (int i = 0; i < machines.size(); i++) {
      Machine from = machines.get(i);
      Machine to = machines.get((i + 1) % machines.size());
      flows.add(new PingFlow(from.name(), to.name(), from.pingSocket(false), to.ip(false)));
    }
    PingPlan plan = new PingPlan(count, 50 * MS, 2000 * MS, 56);
    return PingRun.start(flows, plan, new EpollReadiness(), System::nanoTime);
  }

  private void awaitReach() throws Exception {
    for (int i = 0; i < 20; i++) {
      if (ping(1).await().stream().allMatch(result -> result.lost() == 0)) {
        return;
      }
    }
  }

  /** Gives the command, and attaches each machine elsewhere when it is told to. */
  private String transit(String verb, Path set) throws Exception {
    try (TransitionRun command = new TransitionRun(controller, directory, verb, set)) {
      for (String mac = command.awaitAsked(); !mac.isEmpty(); mac = command.awaitAsked()) {
        machine(mac).changeOver();
        command.done();
      }
      return command.end();
    }
  }

  private Machine machine(String mac) {
    return Objects.requireNonNull(byMac.get(mac), mac);
  }

  /** Gives the command, and kills it when the second of those machines is to be attached. */
  private void transitAndKill(String verb, Path set, boolean isAttached) throws Exception {
    try (TransitionRun command = new TransitionRun(controller, directory, verb, set)) {
      machine(command.awaitAsked()).changeOver();
      command.done();
      String second = command.awaitAsked();
      if (isAttached) {
        machine(second).changeOver();
      }
      command.kill();
    }
  }

  /** Lays the cables to h2 and h3; returns the lines that have the command convert all. */
  private Path prepareOffWire() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 1; i <= machines.size(); i++) {
      machines.get(i - 1).prepareMove(hosts.place(1 + i % 2), "vm" + i);
      String mac = MacAddress.format(machines.get(i - 1).spec().mac());
      lines.append("%s h%d vm%d vm%d%n".formatted(mac, 2 + i % 2, i, i));
    }
    return Files.writeString(directory.resolve("convert.set"), lines);
  }

  /** The same for the way back. */
  private Path prepareOntoWire() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 1; i <= machines.size(); i++) {
      machines.get(i - 1).prepareMove(wire, "w" + i);
      lines.append("vm%d%n".formatted(i));
    }
    return Files.writeString(directory.resolve("back.set"), lines);
  }

  private void awaitHeard() throws Exception {
    controller
        .api()
        .await("/networks/blue/transition", "(\"isHeard\":true.*){" + machines.size() + "}");
  }

  private void assertLittleIsLost(PingRun pings, int least) throws Exception {
    pings.stop();
    List<PingResult> results = pings.await();
    System.out.println(
        "frames lost by each pair " + results.stream().map(PingResult::lost).toList());
    assertThat(results)
        .as(hosts.drops())
        .allSatisfy(result -> assertThat(result.sent()).isGreaterThan(least));
    assertThat(results)
        .as(hosts.drops())
        .allSatisfy(result -> {
          assertThat(result.longestLoss()).isLessThanOrEqualTo(1);
          assertThat(result.lost()).isLessThanOrEqualTo(STEPS_OF_A_PAIR);
        });
  }

  @Test
  @DisplayName("no pair loses more than one frame by a step")
  void shouldConvertAndConvertBackUnderTraffic() throws Exception {
    plug(MACHINES);
    PingRun pings = ping(PingPlan.COUNT_MAX);
    awaitHeard();
    assertThat(controller.run("transition", "list", "blue"))
        .contains("gateway h1", "02:00:00:00:00:01  192.168.100.1");
    assertThat(controller.run("transition", "plan", "blue")).contains("02:00:00:00:00:01");

    String converted = transit("convert", prepareOffWire());
    assertThat(converted.lines().filter(line -> line.contains(" is at h"))).hasSize(MACHINES);
    assertThat(controller.run("transition", "status", "blue")).contains("vm1 ");
    assertThat(hosts.host(0).get("/v1/stations")).doesNotContain("\"port\":\"eth1\"");

    String returned = transit("back", prepareOntoWire());
    assertThat(returned.lines().filter(line -> line.contains(" is at the wire"))).hasSize(MACHINES);
    assertThat(controller.run("port", "list", "--json")).doesNotContain("vm1");
    assertLittleIsLost(pings, 100);
  }

  @Test
  @DisplayName("the same command goes on where one was killed between two steps, and so back")
  void shouldGoOnWhereItWasKilled() throws Exception {
    plug(FEW);
    PingRun pings = ping(PingPlan.COUNT_MAX);
    awaitHeard();
    Path convert = prepareOffWire();
    transitAndKill("convert", convert, false);
    assertThat(controller.run("transition", "status", "blue")).contains("ready");
    String converted = transit("convert", convert);
    assertThat(converted.lines().filter(line -> line.contains(" is at h"))).hasSize(FEW);
    assertThat(converted).contains("02:00:00:00:00:01 is at h3 already");

    Path back = prepareOntoWire();
    transitAndKill("back", back, true);
    String returned = transit("back", back);
    assertThat(returned.lines().filter(line -> line.contains(" is at the wire"))).hasSize(FEW);
    assertThat(returned)
        .contains("02:00:00:00:00:01 is at the wire already")
        .contains("02:00:00:00:00:02 is heard at the wire already");
    assertThat(controller.run("transition", "status", "blue")).contains("nobody came off the wire");
    assertThat(controller.ask("transition", "back", "blue", "vm9").exitCode()).isEqualTo(1);
    assertLittleIsLost(pings, 20);
  }
}
