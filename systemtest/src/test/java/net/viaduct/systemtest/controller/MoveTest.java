package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.systemtest.ViaductHost;
import net.viaduct.wire.MacAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A virtual machine migrates between two hosts, there and back, while it and a machine at a third
 * host send each other 1,000 frames a second. {@code VIADUCT_MOVES=200} lets it move more often,
 * and {@code VIADUCT_DEATHS=50} lets more hosts be killed under it.
 */
@DisplayName("U3: moves under traffic")
class MoveTest {
  private static final int MOVES =
      Integer.parseInt(System.getenv().getOrDefault("VIADUCT_MOVES", "6"));
  private static final int DEATHS =
      Integer.parseInt(System.getenv().getOrDefault("VIADUCT_DEATHS", "2"));
  private static final long VM = 0x0200_0000_0001L;
  private static final long OTHER = 0x0200_0000_0002L;
  private static final long PAUSE_NS = 20_000_000;
  private static final int TRIES = 2_000;
  private static final long TRY_NS = 5_000_000;
  private static final String DEVICE = "vm1";

  /** So many are sent to it while no controller is there. */
  private static final int FRAMES_ALONE = 1_000;

  private final DistinctErrors errors = new DistinctErrors(System::nanoTime);

  @TempDir private Path directory;
  private ControlledHosts hosts;
  private ControllerApi api;
  private MigratingMachine vm;
  private MigratingMachine other;

  @BeforeEach
  void build() throws Exception {
    hosts = new ControlledHosts(directory, 3);
    api = hosts.controller().api();
    vm =
        MigratingMachine.at(
            hosts.lab(), DEVICE, VM, OTHER, errors, List.of(hosts.place(0), hosts.place(1)));
    other = MigratingMachine.at(hosts.lab(), "vm2", OTHER, VM, errors, List.of(hosts.place(2)));
    api.ask("POST", "/networks", "{\"name\":\"blue\",\"vni\":100}");
    port(DEVICE, VM, "h1");
    port("vm2", OTHER, "h3");
    hosts.host(0).awaitAnswer("/v1/stations", "\"remote\":\"10.77.0.3");
    hosts.host(2).awaitAnswer("/v1/stations", "\"remote\":\"10.77.0.1");
    vm.start();
    other.start();
    awaitAll("before the first move");
  }

  private void port(String name, long mac, String host) throws Exception {
    String json =
        "{\"name\":\"%s\",\"network\":\"blue\",\"mac\":\"%s\",\"host\":\"%s\"}"
            .formatted(name, MacAddress.format(mac), host);
    api.ask("POST", "/ports", json);
  }

  @AfterEach
  void close() throws Exception {
    if (vm != null) {
      vm.end();
      other.end();
    }
    if (hosts != null) {
      hosts.close();
    }
  }

  /** Lets all that was sent arrive, but for what is lost; returns how much that is. */
  private int lost(MigratingMachine from, MigratingMachine to) {
    int sent = from.sent();
    int arrived = to.arrived(sent);
    for (int i = 0; i < 100 && arrived < sent; i++) {
      LockSupport.parkNanos(TRY_NS);
      arrived = to.arrived(sent);
    }
    return sent - arrived;
  }

  /** How much was lost when no more is: hosts show what is told a moment before all of it holds. */
  private int settled() {
    int before = lost(other, vm) + lost(vm, other);
    for (int i = 0; i < 10; i++) {
      LockSupport.parkNanos(TRY_NS);
      int now = lost(other, vm) + lost(vm, other);
      if (now == before) {
        break;
      }
      before = now;
    }
    return before;
  }

  private void awaitAll(String when) {
    for (int i = 0; i < TRIES; i++) {
      if (vm.sent() > 0 && other.sent() > 0 && vm.arrived(other.sent()) > 0) {
        return;
      }
      LockSupport.parkNanos(TRY_NS);
    }
    throw new AssertionError(when + ": nothing arrives; " + hosts.controller().log());
  }

  @Test
  @DisplayName("at most one frame is lost by a planned move, and its black-out is told")
  void shouldLoseNothingByPlannedMoves() throws Exception {
    List<Integer> losses = new ArrayList<>();
    int before = lost(other, vm) + lost(vm, other);
    for (int i = 0; i < MOVES; i++) {
      int to = 1 - vm.place();
      api.ask("POST", "/ports/vm1/move", "{\"to\":\"h" + (to + 1) + "\"}");
      api.await("/ports/vm1/move", "\"step\":\"ready\"");
      vm.migrate(to, PAUSE_NS);
      api.await("/ports/vm1/move", "\"here\":true");
      api.ask("POST", "/ports/vm1/move/activate", "");
      api.await("/ports/vm1/move", "\"step\":\"moved\".*\"blackoutMs\"");
      hosts.host(2).awaitAnswer("/v1/stations", "02:00:00:00:00:01[^}]*10\\.77\\.0\\." + (to + 1));
      int now = lost(other, vm) + lost(vm, other);
      losses.add(now - before);
      before = now;
    }
    String told = api.ask("GET", "/ports/vm1/move", "");
    System.out.println(
        "moves "
            + MOVES
            + ", frames lost by each "
            + losses
            + ", twice "
            + vm.twice()
            + ", "
            + told);
    assertThat(losses).as(hosts.drops()).allMatch(lost -> lost <= 1);
    assertThat(told).containsPattern("\"blackoutMs\":[0-9]");
  }

  @Test
  @DisplayName("one that nobody prepared is carried out too, and then all arrives again")
  void shouldGoOnAfterAMoveThatWasNotPrepared() throws Exception {
    vm.migrate(1, PAUSE_NS);
    api.ask("POST", "/ports/vm1/move", "{\"to\":\"h2\"}");
    api.ask("POST", "/ports/vm1/move/activate?atOnce=true", "");
    hosts.host(2).awaitAnswer("/v1/stations", "02:00:00:00:00:01[^}]*10\\.77\\.0\\.2");
    hosts.host(1).awaitAnswer("/v1/stations", "02:00:00:00:00:01[^}]*\"port\":\"vm1\"");
    hosts.host(1).awaitAnswer("/v1/stations", "02:00:00:00:00:02[^}]*10\\.77\\.0\\.3");
    int before = settled();
    LockSupport.parkNanos(100_000_000);
    assertThat(lost(other, vm) + lost(vm, other)).as(hosts.drops()).isEqualTo(before);
    assertThat(hosts.host(1).ask("show", "ports").output()).contains("vm1");
  }

  @Test
  @DisplayName("U3: when its host dies, no more is lost than is sent until hosts are told")
  void shouldLoseNothingAfterHostsAreToldThatItsHostIsDead() throws Exception {
    List<String> losses = new ArrayList<>();
    for (int i = 0; i < DEATHS; i++) {
      int from = vm.place();
      int to = 1 - from;
      int before = lost(other, vm);
      boolean isCutOff = i % 2 == 1; // as when its machine loses power: nobody is told that it ends
      if (isCutOff) {
        hosts.place(from).net().links().down(hosts.place(from).uplinkIndex());
      }
      hosts.host(from).process().kill();
      int killed = other.sent();
      api.await("/hosts/h" + (from + 1), "\"state\":\"away\"");
      int noticed = other.sent();
      vm.migrate(to, 0); // it is started anew there
      api.ask("POST", "/ports/vm1/move", "{\"to\":\"h" + (to + 1) + "\"}");
      api.ask("POST", "/ports/vm1/move/activate?atOnce=true", "");
      hosts.host(to).awaitAnswer("/v1/stations", "02:00:00:00:00:01[^}]*\"port\":\"vm1\"");
      hosts.host(2).awaitAnswer("/v1/stations", "02:00:00:00:00:01[^}]*10\\.77\\.0\\." + (to + 1));
      hosts.host(to).awaitAnswer("/v1/stations", "02:00:00:00:00:02[^}]*10\\.77\\.0\\.3");
      int told = other.sent();
      settled();
      int held = other.sent(); // from here on what is told holds
      if (isCutOff) {
        hosts.place(from).net().links().up(hosts.place(from).uplinkIndex());
      }
      hosts.restart(from);
      hosts
          .host(from)
          .awaitAnswer("/v1/stations", "02:00:00:00:00:01[^}]*10\\.77\\.0\\." + (to + 1));
      assertAllArriveSince(held);
      int lost = told - vm.arrived(told) - before;
      losses.add(lost + " of " + (noticed - killed) + "+" + (told - noticed));
    }
    System.out.println(
        "hosts killed "
            + DEATHS
            + ", every second one cut off too, frames lost of those sent until it was noticed and"
            + " those sent until hosts were told "
            + losses
            + ", twice "
            + vm.twice());
  }

  /** All that the other machine has sent from this number on arrives. */
  private void assertAllArriveSince(int first) throws Exception {
    int sent = other.sent();
    int missing = sent - first;
    for (int i = 0; i < TRIES && missing > 0; i++) {
      LockSupport.parkNanos(TRY_NS);
      missing = sent - first - (vm.arrived(sent) - vm.arrived(first));
    }
    assertThat(missing).as(hosts.drops()).isZero();
  }

  @Test
  @DisplayName("U3: one that was prepared goes on without a controller, and nothing is lost")
  void shouldLoseNothingByAPreparedMoveThatNoControllerSees() throws Exception {
    int before = lost(other, vm) + lost(vm, other);
    api.ask("POST", "/ports/vm1/move", "{\"to\":\"h2\"}");
    api.await("/ports/vm1/move", "\"step\":\"ready\"");
    hosts.controller().kill();
    for (ViaductHost host : hosts.all()) {
      host.awaitAnswer("/v1/controller", "\"state\":\"away\"");
    }
    vm.migrate(1, PAUSE_NS);
    int alone = other.sent() + FRAMES_ALONE;
    for (int i = 0; i < TRIES && other.sent() < alone; i++) {
      LockSupport.parkNanos(TRY_NS);
    }
    assertThat(lost(other, vm) + lost(vm, other)).as(hosts.drops()).isEqualTo(before);

    hosts.controller().restart();
    api.await("/ports/vm1/move", "\"here\":true");
    api.ask("POST", "/ports/vm1/move/activate", "");
    api.await("/ports/vm1/move", "\"step\":\"moved\"");
    hosts.host(2).awaitAnswer("/v1/stations", "02:00:00:00:00:01[^}]*10\\.77\\.0\\.2");
    assertThat(lost(other, vm) + lost(vm, other)).as(hosts.drops()).isEqualTo(before);
  }

  @Test
  @DisplayName("one that is cancelled changes nothing")
  void shouldStayWhereItIsWhenAMoveIsCancelled() throws Exception {
    String output = hosts.controller().run("port", "move", "vm1", "--to", "h2", "--prepare");
    assertThat(output).contains("h2 is ready for vm1, and h1 sends it copies");
    hosts.controller().run("port", "move", "vm1", "--cancel");
    hosts.host(1).awaitAnswer("/v1/networks", "\"networks\":\\[\\]");
    assertThat(lost(other, vm) + lost(vm, other)).as(hosts.drops()).isZero();
  }

  @Test
  @DisplayName("U3: viaduct port move does all of it")
  void shouldMoveByACommand() throws Exception {
    Thread migration =
        Thread.ofVirtual()
            .start(() -> {
              for (int i = 0; i < TRIES; i++) {
                if (isReady()) {
                  vm.migrate(1, PAUSE_NS);
                  return;
                }
                LockSupport.parkNanos(TRY_NS);
              }
            });
    String output = hosts.controller().run("port", "move", "vm1", "--to", "h2");
    migration.join();
    assertThat(output)
        .contains("h2 is ready for vm1, and h1 sends it copies")
        .containsPattern("vm1 is at h2; it was not heard for [0-9.]+ ms");
    assertThat(lost(other, vm) + lost(vm, other)).as(hosts.drops()).isLessThanOrEqualTo(1);
    assertThat(hosts.controller().run("port", "show", "vm1")).containsPattern("host +h2");
  }

  private boolean isReady() {
    try {
      return api.ask("GET", "/ports/vm1/move", "").contains("\"ready\"");
    } catch (java.io.IOException | AssertionError _) {
      return false; // it was not prepared yet
    }
  }
}
