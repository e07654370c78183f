package net.viaduct.vtep.moving;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.viaduct.vtep.CommandRefused;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.MovePart;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.Origin;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.Machine;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.vtep.show.MovingStatus;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A machine moves from host 0 to host 1, as a controller tells them. Machine a is at host 0, b at
 * host 1, c at host 2.
 */
@DisplayName("U3: a machine moves, and no frame for it is lost")
@ParameterizedClass(name = "{0} threads")
@ValueSource(ints = {1, 3})
class MoveTest {
  private static final int BLUE = 100;
  private static final long VM = mac(9);
  private static final long STRANGER = mac(55);
  private static final int OLD = 0;
  private static final int NEW = 1;
  private static final int FAR = 2;

  private final MemoryRig rig;
  private final List<Machine> others = new ArrayList<>();
  private Machine before;
  private Machine after;

  MoveTest(int threads) {
    rig = new MemoryRig(3, MemoryRig.impatient(VtepConfig.DEFAULT), threads);
  }

  @BeforeEach
  void open() {
    for (int host = 0; host < 3; host++) {
      List<net.viaduct.io.Endpoint> rest = new ArrayList<>();
      for (int other = 0; other < 3; other++) {
        if (other != host) {
          rest.add(rig.endpoint(other));
        }
      }
      rig.await(
          rig.control(host)
              .addNetwork(
                  new NetworkConfig(
                      BLUE,
                      "blue",
                      new FloodList.Remotes(rest),
                      Set.of(),
                      NetworkSettings.DEFAULT.with(StationPolicy.USUAL.announcingNew(true)))));
      others.add(rig.machine(host, BLUE, "m" + host));
    }
    before = rig.machine(OLD, BLUE, "vm");
    after = rig.machine(NEW, BLUE, "vm");
    for (int host = 0; host < 3; host++) {
      for (int at = 0; at < 3; at++) {
        say(host, mac(at), at, "m" + at);
      }
      say(host, VM, OLD, "vm");
    }
  }

  @AfterEach
  void close() {
    for (int host = 0; host < 3; host++) {
      Conservation.check(rig.view(host));
    }
    rig.close();
  }

  private void say(int host, long mac, int at, String port) {
    Location place =
        host == at ? new Location.AtPort(port) : new Location.AtRemote(rig.endpoint(at).address());
    rig.await(rig.control(host).addStation(BLUE, mac, place, Origin.CONTROLLER));
  }

  private void prepare() {
    rig.await(rig.control(NEW).move(BLUE, VM, new MovePart.Arriving("vm")));
    rig.await(rig.control(OLD).move(BLUE, VM, new MovePart.Leaving(rig.endpoint(NEW).address())));
  }

  private void send(Machine from, byte[] frame) {
    from.send(frame);
    rig.settle();
  }

  private static List<byte[]> received(Machine machine) {
    List<byte[]> all = new ArrayList<>();
    for (byte[] one = machine.receive(); one != null; one = machine.receive()) {
      all.add(one);
    }
    return all;
  }

  private long counted(int host, String counter) {
    return rig.view(host).counters().values().get(counter);
  }

  @Test
  void shouldDeliverAtBothPlacesWhileNobodyKnowsWhereItIs() {
    prepare();
    for (int at = 0; at < 3; at++) {
      byte[] frame = frame(VM, mac(at));
      send(others.get(at), frame);
      assertThat(received(before)).as("from host " + at).containsExactly(frame);
      assertThat(received(after)).as("from host " + at).containsExactly(frame);
    }
    assertThat(counted(OLD, "moves-copied-frames")).isEqualTo(2);
    assertThat(counted(NEW, "moves-copied-frames")).isEqualTo(1);
  }

  @Test
  void shouldLetItSpeakFromWhereverItIs() {
    prepare();
    byte[] frame = frame(mac(FAR), VM);
    send(before, frame);
    send(after, frame);
    assertThat(received(others.get(FAR))).containsExactly(frame, frame);
    send(after, broadcast(VM));
    assertThat(received(others.get(FAR))).hasSize(1);
    assertThat(rig.view(FAR).station(BLUE, VM).orElseThrow().location())
        .isEqualTo(new Location.AtRemote(rig.endpoint(OLD).address()));
  }

  @Test
  @DisplayName("Where a sender is, no copy tells: it comes from the old host, whoever sent it")
  void shouldLearnNothingFromCopies() {
    prepare();
    hear(FAR, STRANGER);
    byte[] frame = frame(VM, STRANGER);
    send(others.get(FAR), frame);
    assertThat(received(before)).containsExactly(frame);
    assertThat(received(after)).containsExactly(frame);
    assertThat(placeOf(NEW, STRANGER)).isEqualTo(atRemote(FAR));
    say(OLD, VM, NEW, "vm");
    send(others.get(FAR), frame);
    assertThat(received(after)).as("sent after it").containsExactly(frame);
    assertThat(placeOf(NEW, STRANGER)).isEqualTo(atRemote(FAR));
  }

  /** All hosts learn where a station is by its broadcast, which its neighbours get. */
  private void hear(int at, long mac) {
    send(others.get(at), broadcast(mac));
    drain();
  }

  private void drain() {
    others.forEach(MoveTest::received);
    received(before);
    received(after);
  }

  private Location placeOf(int host, long mac) {
    return rig.view(host).station(BLUE, mac).orElseThrow().location();
  }

  private Location atRemote(int host) {
    return new Location.AtRemote(rig.endpoint(host).address());
  }

  @Test
  @DisplayName("The first frame of a station goes to all hosts, and to who is awaited here too")
  void shouldCopyFirstFramesToo() {
    prepare();
    byte[] first = frame(VM, STRANGER);
    send(others.get(NEW), first);
    assertThat(received(before)).containsExactly(first);
    assertThat(received(after)).containsExactly(first);
    assertThat(counted(NEW, "moves-copied-frames")).isOne();
  }

  @Test
  void shouldTellNoSenderThatOnlyTheCopyWasTooLarge() {
    prepare();
    rig.host(OLD).underlay().mtuBytes(1300);
    rig.advance(Duration.ofSeconds(2));
    drain(); // of what hosts announce
    send(others.get(OLD), Frames.unfragmentable(Frames.udp(VM, mac(OLD), 1, 1400)));
    assertThat(received(before)).hasSize(1);
    assertThat(rig.view(OLD).drops().get(DropReason.DATAGRAM_LARGER_THAN_PATH_MTU)).isOne();
    send(others.get(OLD), Frames.unfragmentable(Frames.udp(mac(FAR), mac(OLD), 1, 100)));
    assertThat(received(others.get(OLD))).as("no answer: both have arrived").isEmpty();
  }

  @Test
  void shouldSendWhatComesLateAfterIt() {
    prepare();
    say(NEW, VM, NEW, "vm");
    say(OLD, VM, NEW, "vm");
    rig.await(rig.control(OLD).detachPort("vm"));
    byte[] late = frame(VM, mac(FAR));
    send(others.get(FAR), late);
    assertThat(received(after)).containsExactly(late);
    assertThat(counted(OLD, "moves-redirected-frames")).isEqualTo(1);
    byte[] local = frame(VM, mac(OLD));
    send(others.get(OLD), local);
    assertThat(received(after)).containsExactly(local);
  }

  @Test
  void shouldTakeWhatIsSentAfterItAlsoBeforeItKnows() {
    prepare();
    say(OLD, VM, NEW, "vm"); // the old host and a remote are told before the new one
    say(FAR, VM, NEW, "vm");
    send(others.get(OLD), frame(VM, mac(OLD)));
    send(others.get(FAR), frame(VM, mac(FAR)));
    assertThat(received(after)).hasSize(2);
  }

  @Test
  void shouldSendNothingBackToWhereItCameFrom() {
    prepare();
    say(OLD, VM, NEW, "vm");
    send(others.get(NEW), frame(VM, mac(NEW))); // which still believes that it is at the old host
    assertThat(received(after)).as("by its own host alone").hasSize(1);
    assertThat(rig.view(OLD).drops().get(DropReason.TUNNEL_TO_TUNNEL)).isOne();
  }

  @Test
  void shouldBeAsEverAfterIt() {
    prepare();
    say(OLD, VM, NEW, "vm");
    say(NEW, VM, NEW, "vm");
    rig.await(rig.control(OLD).settle(BLUE, VM));
    rig.await(rig.control(NEW).settle(BLUE, VM));
    send(others.get(FAR), frame(VM, mac(FAR)));
    assertThat(received(after)).isEmpty();
    assertThat(rig.view(OLD).moving()).isEmpty();
    say(FAR, VM, NEW, "vm");
    send(others.get(FAR), frame(VM, mac(FAR)));
    assertThat(received(after)).hasSize(1);
    assertThat(counted(OLD, "moves-copied-frames")).isZero();
  }

  @Test
  void shouldTellWhenItWasHeard() {
    prepare();
    assertThat(rig.view(NEW).moving()).singleElement().matches(it -> it.firstHeardNs().isEmpty());
    send(after, frame(mac(FAR), mac(77))); // another station behind that port
    assertThat(rig.view(NEW).moving()).singleElement().matches(it -> it.firstHeardNs().isEmpty());
    long first = rig.clock().nanoTime();
    send(after, frame(mac(FAR), VM));
    rig.clock().advanceNs(1_000);
    send(after, frame(mac(FAR), VM));
    MovingStatus heard = rig.view(NEW).moving().getFirst();
    assertThat(heard.firstHeardNs()).hasValue(first);
    assertThat(heard.lastHeardNs()).hasValue(first + 1_000);
  }

  @Test
  void shouldCarryLargeFramesAfterIt() {
    prepare();
    say(OLD, VM, NEW, "vm");
    byte[] large = Frames.tcp(VM, mac(FAR), 1000, 1400);
    send(others.get(FAR), large);
    assertThat(received(after)).containsExactly(large);
  }

  @Test
  void shouldForgetAPortThatHasGone() {
    prepare();
    rig.await(rig.control(NEW).detachPort("vm"));
    send(others.get(FAR), frame(VM, mac(FAR)));
    assertThat(received(before)).hasSize(1);
    assertThat(counted(NEW, "ingress-dropped-frames")).isEqualTo(1);
  }

  @Test
  void shouldRefuseAPortThatIsNotThere() {
    Assertions.assertThatThrownBy(
            () -> rig.await(rig.control(NEW).move(BLUE, VM, new MovePart.Arriving("no"))))
        .hasRootCauseInstanceOf(CommandRefused.class)
        .hasMessageContaining("port no is not in network 'blue'");
  }
}
