package net.viaduct.vtep.legs;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import net.viaduct.io.Endpoint;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.MovePart;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.Origin;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Machine;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.settings.LoopSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.PortSettings;
import net.viaduct.vtep.settings.StormLimits;
import net.viaduct.vtep.settings.StormSettings;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A network over hosts 0 to 3 and a wire. Hosts 0 and 1 have a leg, and 0 is the gateway; 2 and 3
 * have none. Each host has a machine, and two more are on the wire.
 */
@DisplayName("P25, U4: a network that is also a VLAN, with two legs")
@ParameterizedClass(name = "{0} threads")
@ValueSource(ints = {1, 3})
class LegsTest {
  private static final int BLUE = 100;
  private static final int HOSTS = 4;
  private static final int BESIDE = 1;
  private static final int FAR = 2;
  private static final long D0 = mac(20);
  private static final long D1 = mac(21);
  private static final NetworkSettings SEEKING_LOOPS =
      NetworkSettings.DEFAULT.with(
          new StormSettings(StormLimits.NONE, StormLimits.NONE, LoopSettings.ON));

  private final MemoryRig rig;
  private final Wire wire;
  private final List<Machine> machines = new ArrayList<>();

  LegsTest(int threads) {
    rig = new MemoryRig(HOSTS, MemoryRig.impatient(VtepConfig.DEFAULT), threads);
    wire = new Wire(rig);
  }

  @BeforeEach
  void open() {
    for (int host = 0; host < HOSTS; host++) {
      rig.await(rig.control(host).addNetwork(network(host, 0)));
      machines.add(rig.machine(host, BLUE, "m" + host));
      if (host <= BESIDE) {
        MemoryPort leg = new MemoryPort("leg");
        rig.await(rig.control(host).attachPort(BLUE, "leg", leg, PortSettings.DEFAULT.asLeg()));
        wire.leg("leg" + host, leg);
      }
    }
    wire.plug("d0");
    wire.plug("d1");
  }

  @AfterEach
  void close() {
    for (int host = 0; host < HOSTS; host++) {
      Conservation.check(rig.view(host));
    }
    rig.close();
  }

  /** What a host is told when this one is the gateway. */
  private NetworkConfig network(int host, int gateway) {
    List<Endpoint> flood = new ArrayList<>();
    Set<IpAddress> accepted = new HashSet<>();
    for (int other = 0; other < HOSTS; other++) {
      if (other != host) {
        accepted.add(rig.endpoint(other).address());
        boolean hosts = host > BESIDE || host == gateway;
        boolean others = other > BESIDE || (other == gateway && host > BESIDE);
        if (hosts && others) {
          flood.add(rig.endpoint(other));
        }
      }
    }
    return new NetworkConfig(
        BLUE, "blue", new FloodList.Remotes(flood, true), accepted, SEEKING_LOOPS);
  }

  private void tellGateway(int host, int gateway) {
    rig.await(rig.control(host).changeNetwork(network(host, gateway)));
  }

  private void sayDirect(long mac, int gateway) {
    for (int host = 0; host < HOSTS; host++) {
      say(host, mac, host <= BESIDE ? host : gateway, "leg");
    }
  }

  private void sayAt(long mac, int at, String port) {
    for (int host = 0; host < HOSTS; host++) {
      say(host, mac, at, port);
    }
  }

  private void say(int host, long mac, int at, String port) {
    Location place =
        host == at ? new Location.AtPort(port) : new Location.AtRemote(rig.endpoint(at).address());
    rig.await(rig.control(host).addStation(BLUE, mac, place, Origin.CONTROLLER));
  }

  private void send(int host, byte[] frame) {
    machines.get(host).send(frame);
    wire.settle();
  }

  /** How many frames each machine got since this was asked last; none is not told. */
  private TreeMap<String, Integer> received() {
    TreeMap<String, Integer> counts = new TreeMap<>();
    for (Machine machine : machines) {
      int count = 0;
      while (machine.receive() != null) {
        count++;
      }
      counts.put(machine.port(), count);
    }
    counts.put("d0", wire.received("d0").size());
    counts.put("d1", wire.received("d1").size());
    counts.values().removeIf(count -> count == 0);
    return counts;
  }

  private static TreeMap<String, Integer> onceEach(String... names) {
    TreeMap<String, Integer> counts = new TreeMap<>();
    for (String name : names) {
      counts.put(name, 1);
    }
    return counts;
  }

  private long counted(int host, String counter) {
    return rig.view(host).counters().values().get(counter);
  }

  @Test
  void shouldBringBroadcastOnceToEachWhoeverSends() {
    send(0, broadcast(mac(0)));
    assertThat(received()).isEqualTo(onceEach("m1", "m2", "m3", "d0", "d1"));
    send(1, broadcast(mac(1)));
    assertThat(received()).isEqualTo(onceEach("m0", "m2", "m3", "d0", "d1"));
    send(2, broadcast(mac(2)));
    assertThat(received()).isEqualTo(onceEach("m0", "m1", "m3", "d0", "d1"));
    wire.send("d0", broadcast(D0));
    assertThat(received()).isEqualTo(onceEach("m0", "m1", "m2", "m3", "d1"));
  }

  @Test
  void shouldBringBroadcastOnceWithStationsThatAreTold() {
    for (int host = 0; host < HOSTS; host++) {
      sayAt(mac(host), host, "m" + host);
    }
    sayDirect(D0, 0);
    shouldBringBroadcastOnceToEachWhoeverSends();
    assertThat(rig.view(1).station(BLUE, mac(2)).orElseThrow().location())
        .as("heard at the leg, told to be elsewhere")
        .isEqualTo(new Location.AtRemote(rig.endpoint(2).address()));
  }

  @Test
  void shouldReachEachOtherWithoutBeingTold() {
    wire.send("d0", broadcast(D0));
    for (int host = 0; host < HOSTS; host++) {
      send(host, broadcast(mac(host)));
    }
    received();
    for (int from = 0; from < HOSTS; from++) {
      send(from, frame(D0, mac(from)));
      assertThat(received())
          .as("from m" + from)
          .containsEntry("d0", 1)
          .containsOnlyKeys("d0", "d1");
      wire.send("d0", frame(mac(from), D0));
      assertThat(received()).containsEntry("m" + from, 1).doesNotContainKey("d0");
      for (int to = 0; to < HOSTS; to++) {
        if (to != from) {
          send(from, frame(mac(to), mac(from)));
          assertThat(received()).as(from + " to " + to).containsEntry("m" + to, 1);
        }
      }
    }
    for (int host = 0; host < HOSTS; host++) {
      assertThat(rig.view(host).flaps()).as("host " + host).isEmpty();
      assertThat(counted(host, "stations-moved")).as("host " + host).isZero();
    }
  }

  @Test
  void shouldReachDirectStationsByTheOwnLegOrTheGateway() {
    for (int host = 0; host < HOSTS; host++) {
      sayAt(mac(host), host, "m" + host);
    }
    sayDirect(D0, 0);
    for (int host = 0; host < HOSTS; host++) {
      send(host, frame(D0, mac(host)));
      assertThat(received()).as("from m" + host).isEqualTo(onceEach("d0", "d1"));
      wire.send("d0", frame(mac(host), D0));
      assertThat(received()).as("to m" + host).isEqualTo(onceEach("m" + host, "d1"));
    }
    assertThat(counted(BESIDE, "drop-split-horizon")).as("what is not its to carry").isPositive();
  }

  @Test
  void shouldTunnelBetweenMachinesOfHostsWithLegs() {
    sayAt(mac(0), 0, "m0");
    sayAt(mac(1), 1, "m1");
    send(0, frame(mac(1), mac(0)));
    assertThat(received()).as("not on the wire").isEqualTo(onceEach("m1"));
  }

  @Test
  void shouldGoOnThroughTheNextLegWhenTheGatewayGoesAway() {
    sayDirect(D0, 0);
    send(2, broadcast(mac(2)));
    wire.send("d1", broadcast(D1));
    received();
    wire.cut("leg0");
    rig.await(rig.control(0).removeStation(BLUE, D0, Origin.CONTROLLER));
    rig.await(rig.control(0).detachPort("leg"));
    for (int host = 1; host < HOSTS; host++) {
      tellGateway(host, 1);
      say(host, D0, 1, "leg");
    }
    wire.send("d0", broadcast(D0));
    assertThat(received()).isEqualTo(onceEach("m1", "m2", "m3", "d1"));
    send(2, broadcast(mac(2)));
    assertThat(received()).isEqualTo(onceEach("m1", "m3", "d0", "d1"));
    send(3, frame(D0, mac(3)));
    assertThat(received()).isEqualTo(onceEach("d0", "d1"));
    send(3, frame(D1, mac(3)));
    assertThat(received()).as("learned at the old gateway").containsEntry("d1", 1);
  }

  @Test
  void shouldBringNothingTwiceWhenTwoBelieveToBeTheGateway() {
    tellGateway(BESIDE, BESIDE);
    wire.send("d0", broadcast(D0));
    assertThat(received()).isEqualTo(onceEach("m0", "m1", "m2", "m3", "d1"));
    send(2, broadcast(mac(2)));
    assertThat(received()).isEqualTo(onceEach("m0", "m1", "m3", "d0", "d1"));
    assertThat(counted(FAR, "drop-split-horizon")).isPositive();
  }

  @Test
  void shouldTakeNoLegOfAnotherHostForALoop() {
    for (int i = 0; i < 10; i++) {
      rig.advance(Duration.ofMillis(500));
      wire.settle();
    }
    received();
    send(1, broadcast(mac(1)));
    assertThat(received()).isEqualTo(onceEach("m0", "m2", "m3", "d0", "d1"));
  }

  @Test
  void shouldLoseNothingOfAMachineThatLeavesTheWire() {
    for (int host = 0; host < HOSTS; host++) {
      sayAt(mac(host), host, "m" + host);
    }
    sayDirect(D0, 0);
    Machine after = rig.machine(FAR, BLUE, "new");
    rig.await(rig.control(FAR).move(BLUE, D0, new MovePart.Arriving("new")));
    rig.await(rig.control(0).move(BLUE, D0, new MovePart.Leaving(rig.endpoint(FAR).address())));
    expectForMoving(after, "while it is on the wire", true);
    wire.unplug("d0");
    expectForMoving(after, "when it has left", false);
    after.send(frame(D1, D0));
    wire.settle();
    assertThat(wire.received("d1")).as("it speaks from its new place").hasSize(1);
    sayAt(D0, FAR, "new");
    expectForMoving(after, "when all are told", false);
  }

  @Test
  void shouldLoseNothingOfAMachineThatGoesFromTheWireToAHostWithALeg() {
    for (int host = 0; host < HOSTS; host++) {
      sayAt(mac(host), host, "m" + host);
    }
    sayDirect(D0, 0);
    Machine after = rig.machine(BESIDE, BLUE, "new");
    rig.await(rig.control(BESIDE).move(BLUE, D0, new MovePart.Arriving("new")));
    wire.unplug("d0");
    expectForMoving(after, "when it has left", false);
    sayAt(D0, BESIDE, "new");
    expectForMoving(after, "when all are told", false);
  }

  @Test
  void shouldLoseNothingOfAMachineThatGoesBackToTheWire() {
    for (int host = 0; host < HOSTS; host++) {
      sayAt(mac(host), host, "m" + host);
    }
    wire.unplug("d0");
    for (int at : new int[] {FAR, BESIDE}) {
      Machine before = rig.machine(at, BLUE, "old");
      sayAt(D0, at, "old");
      boolean hasLeg = at == BESIDE;
      rig.await(rig.control(hasLeg ? at : 0).move(BLUE, D0, new MovePart.Arriving("leg")));
      if (!hasLeg) {
        rig.await(rig.control(at).move(BLUE, D0, new MovePart.Leaving(rig.endpoint(0).address())));
      }
      expectForMoving(before, "while it is at host " + at, false);
      wire.plug("d0");
      expectForMoving(before, "when it has left host " + at, true);
      sayDirect(D0, 0);
      rig.await(rig.control(at).detachPort("old"));
      expectOnWire();
      wire.unplug("d0");
      rig.await(rig.control(0).settle(BLUE, D0));
      rig.await(rig.control(at).settle(BLUE, D0));
    }
  }

  /**
   * Each sends a frame to D0: it is there once at its port, and once on the wire if it is there.
   */
  private void expectForMoving(Machine at, String when, boolean onWire) {
    for (int from = 0; from < HOSTS; from++) {
      send(from, frame(D0, mac(from)));
      expectOnce(at, when + ", from m" + from, onWire);
    }
    wire.send("d1", frame(D0, D1));
    expectOnce(at, when + ", from the wire", onWire);
  }

  private void expectOnce(Machine at, String when, boolean onWire) {
    int count = 0;
    while (at.receive() != null) {
      count++;
    }
    assertThat(count).as("at the port " + when).isEqualTo(1);
    if (onWire) {
      assertThat(wire.received("d0")).as("on the wire " + when).hasSize(1);
    }
    forget();
  }

  private void expectOnWire() {
    for (int from = 0; from < HOSTS; from++) {
      send(from, frame(D0, mac(from)));
      assertThat(wire.received("d0")).as("on the wire from m" + from).hasSize(1);
    }
    wire.send("d1", frame(D0, D1));
    assertThat(wire.received("d0")).as("on the wire").hasSize(1);
  }

  private void forget() {
    for (Machine machine : machines) {
      while (machine.receive() != null) {
        continue;
      }
    }
    wire.received("d1");
  }
}
