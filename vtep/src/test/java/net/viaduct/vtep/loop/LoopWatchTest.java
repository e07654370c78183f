package net.viaduct.vtep.loop;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Machine;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.settings.LoopSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.StormLimits;
import net.viaduct.vtep.settings.StormSettings;
import net.viaduct.vtep.show.PortStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("P25")
@ParameterizedClass(name = "{0} threads")
@ValueSource(ints = {1, 3})
class LoopWatchTest {
  private static final int BLUE = 100;

  private final MemoryRig rig;
  private Machine a;
  private Machine b;
  private Machine far;

  LoopWatchTest(int threads) {
    rig = new MemoryRig(2, MemoryRig.impatient(VtepConfig.DEFAULT), threads);
  }

  @AfterEach
  void close() {
    Conservation.checkSums(rig.view(0));
    Conservation.checkSums(rig.view(1));
    rig.close();
  }

  private void open(LoopSettings loops) {
    open(0, loops);
    open(1, loops);
    a = rig.machine(0, BLUE, "a");
    b = rig.machine(0, BLUE, "b");
    far = rig.machine(1, BLUE, "far");
  }

  private void open(int host, LoopSettings loops) {
    StormSettings storm = new StormSettings(StormLimits.NONE, StormLimits.NONE, loops);
    FloodList flood = new FloodList.Remotes(List.of(rig.endpoint(1 - host)));
    NetworkConfig config = new NetworkConfig(BLUE, "blue", flood);
    rig.await(rig.control(host).addNetwork(config.with(NetworkSettings.DEFAULT.with(storm))));
  }

  /** A cable between two machines' ports, for a while: what comes out goes in at the other. */
  private void joined(Machine one, Machine other, Duration time) {
    for (Duration past = Duration.ZERO; past.compareTo(time) < 0; past = past.plusMillis(100)) {
      rig.advance(Duration.ofMillis(100));
      for (int i = 0; i < 20; i++) {
        carry(one, other);
        carry(other, one);
        rig.settle();
      }
    }
  }

  private static void carry(Machine from, Machine to) {
    byte[] frame = from.receive();
    if (frame != null) {
      to.send(frame);
    }
  }

  private void advance(Duration time) {
    for (Duration past = Duration.ZERO; past.compareTo(time) < 0; past = past.plusMillis(100)) {
      rig.advance(Duration.ofMillis(100));
    }
  }

  private String blocked(int host, String port) {
    return rig.view(host).ports().stream()
        .filter(status -> status.name().equals(port))
        .map(PortStatus::blockedBy)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldBlockAndNameBothWhenTwoPortsAreJoined() {
    open(LoopSettings.ON);
    joined(a, b, Duration.ofSeconds(1));
    assertThat(blocked(0, "b")).isEqualTo("is joined outside with port a");
    assertThat(blocked(0, "a")).isEmpty();
    assertThat(rig.host(0).errors().snapshot()).hasSize(1);
    assertThat(rig.host(0).errors().snapshot().toString()).contains("port b", "port a", "blue");
  }

  @Test
  void shouldEndTheStormWhenALoopIsFound() {
    open(LoopSettings.ON);
    a.send(broadcast(mac(1)));
    joined(a, b, Duration.ofSeconds(1));
    long received = rig.view(0).counters().values().get("egress-received-frames");
    joined(a, b, Duration.ofSeconds(1));
    long more = rig.view(0).counters().values().get("egress-received-frames") - received;
    assertThat(more).as("only frames that look for loops").isLessThan(10);
  }

  @Test
  void shouldStayBlockedWhileTheLoopIsThereAndOpenWhenItIsGone() {
    open(LoopSettings.ON);
    joined(a, b, Duration.ofSeconds(40));
    assertThat(blocked(0, "b")).isNotEmpty();
    advance(Duration.ofSeconds(29));
    assertThat(blocked(0, "b")).isNotEmpty();
    advance(Duration.ofSeconds(2));
    assertThat(blocked(0, "b")).isEmpty();
    byte[] frame = broadcast(mac(1));
    a.send(frame);
    rig.settle();
    assertThat(isReceived(b, frame)).isTrue();
  }

  private static boolean isReceived(Machine machine, byte[] frame) {
    for (byte[] at = machine.receive(); at != null; at = machine.receive()) {
      if (Arrays.equals(at, frame)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void shouldBlockWhenAPortGetsBackWhatItSends() {
    open(LoopSettings.ON);
    joined(a, a, Duration.ofSeconds(1));
    assertThat(blocked(0, "a")).isEqualTo("gets back what it sends");
    assertThat(blocked(0, "b")).isEmpty();
  }

  @Test
  void shouldBlockAtOneHostWhenPortsOfTwoHostsAreJoined() {
    open(LoopSettings.ON);
    joined(a, far, Duration.ofSeconds(1));
    assertThat(blocked(1, "far")).isEqualTo("is joined outside with a port of host 10.77.0.1");
    assertThat(blocked(0, "a")).isEmpty();
  }

  @Test
  void shouldBlockHereWhenTheOtherHostDoesNotLook() {
    open(0, LoopSettings.ON);
    open(1, LoopSettings.OFF);
    a = rig.machine(0, BLUE, "a");
    far = rig.machine(1, BLUE, "far");
    joined(a, far, Duration.ofSeconds(1));
    assertThat(blocked(0, "a")).isEqualTo("is joined outside with a remote of its network");
  }

  @Test
  void shouldNotHeedWhenAnOldFrameIsSentAgain() {
    open(LoopSettings.ON);
    rig.advance(Duration.ofMillis(600));
    byte[] old = a.receive();
    assertThat(old).isNotNull();
    advance(Duration.ofSeconds(4));
    b.send(old);
    rig.settle();
    assertThat(blocked(0, "a")).isEmpty();
    assertThat(blocked(0, "b")).isEmpty();
  }

  @Test
  void shouldSendNothingWhenItIsOff() {
    open(LoopSettings.OFF);
    advance(Duration.ofSeconds(3));
    assertThat(a.receive()).isNull();
  }
}
