package net.viaduct.vtep.storm;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.behaviour.MemoryRig.MemoryMachine;
import net.viaduct.vtep.behaviour.MulticastFrames;
import net.viaduct.vtep.settings.LoopSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.StormLimits;
import net.viaduct.vtep.settings.StormLimits.RateLimit;
import net.viaduct.vtep.settings.StormSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("P25")
@ParameterizedClass(name = "{0} threads")
@ValueSource(ints = {1, 3})
class StormControlTest {
  private static final int BLUE = 100;
  private static final RateLimit TEN = new RateLimit(10, 0);

  private final MemoryRig rig;
  private MemoryMachine a;
  private MemoryMachine b;

  StormControlTest(int threads) {
    rig = new MemoryRig(2, MemoryRig.impatient(VtepConfig.DEFAULT), threads);
  }

  @AfterEach
  void close() {
    Conservation.checkSums(rig.view(0));
    rig.close();
  }

  private void open(StormLimits network, StormLimits port) {
    StormSettings storm = new StormSettings(network, port, LoopSettings.OFF);
    FloodList flood = new FloodList.Remotes(List.of(rig.endpoint(1)));
    rig.await(
        rig.control(0)
            .addNetwork(
                new NetworkConfig(BLUE, "blue", flood).with(NetworkSettings.DEFAULT.with(storm))));
    a = rig.machine(0, BLUE, "a");
    b = rig.machine(0, BLUE, "b");
  }

  private static StormLimits broadcasts(RateLimit limit) {
    return new StormLimits(limit, RateLimit.NONE, RateLimit.NONE);
  }

  private void send(MemoryMachine machine, byte[] frame, int times) {
    for (int i = 0; i < times; i++) {
      machine.send(frame);
      rig.settle();
    }
  }

  private long dropped(DropReason reason) {
    return rig.view(0).drops().get(reason);
  }

  @Test
  void shouldFloodAsMuchAsThePortMayWhenItSendsMore() {
    open(StormLimits.NONE, broadcasts(TEN));
    send(a, broadcast(mac(1)), 25);
    assertThat(dropped(DropReason.BROADCAST_STORM)).isEqualTo(15);
    send(b, broadcast(mac(2)), 10);
    assertThat(dropped(DropReason.BROADCAST_STORM)).as("each port has its own").isEqualTo(15);
    rig.advance(Duration.ofMillis(500));
    send(a, broadcast(mac(1)), 10);
    assertThat(dropped(DropReason.BROADCAST_STORM)).as("five more").isEqualTo(20);
  }

  @Test
  void shouldFloodAsMuchAsTheNetworkMayWhenPortsAndRemotesSendMore() {
    open(broadcasts(TEN), StormLimits.NONE);
    send(a, broadcast(mac(1)), 4);
    send(b, broadcast(mac(2)), 4);
    for (int i = 0; i < 4; i++) {
      rig.network()
          .carry(
              new MemoryDatagram(
                  rig.endpoint(1), rig.endpoint(0), Frames.vxlan(BLUE, broadcast(mac(3)))));
      rig.settle();
    }
    assertThat(dropped(DropReason.BROADCAST_STORM)).isEqualTo(2);
  }

  @Test
  void shouldLimitEachKindForItselfWhenLimitsDiffer() {
    open(new StormLimits(TEN, new RateLimit(3, 0), new RateLimit(5, 0)), StormLimits.NONE);
    send(a, broadcast(mac(1)), 10);
    send(a, frame(mac(77), mac(1)), 5);
    send(a, MulticastFrames.toGroup(mac(1), 0x0a00_0001, 0xef01_0101), 9);
    assertThat(dropped(DropReason.BROADCAST_STORM)).isZero();
    assertThat(dropped(DropReason.UNKNOWN_UNICAST_STORM)).isEqualTo(2);
    assertThat(dropped(DropReason.MULTICAST_STORM)).isEqualTo(4);
    send(b, frame(mac(1), mac(2)), 50);
    assertThat(dropped(DropReason.UNKNOWN_UNICAST_STORM)).as("known stations").isEqualTo(2);
  }

  @Test
  void shouldCountBitsWhenBitsAreLimited() {
    open(StormLimits.NONE, broadcasts(new RateLimit(0, 5 * 60 * 8)));
    send(a, broadcast(mac(1)), 8);
    assertThat(broadcast(mac(1))).hasSize(60);
    assertThat(dropped(DropReason.BROADCAST_STORM)).isEqualTo(3);
  }

  @Test
  void shouldCountSegmentsWhenFrameIsASuperFrame() {
    open(StormLimits.NONE, new StormLimits(RateLimit.NONE, new RateLimit(50, 0), RateLimit.NONE));
    byte[] large = Frames.unfinished(Frames.tcp(mac(77), mac(1), 1000, 40_000));
    for (int i = 0; i < 3; i++) {
      a.memory()
          .inject(
              net.viaduct.io.memory.MemoryFrame.of(large)
                  .withChecksumPartial(34, 16)
                  .withSegmentation(net.viaduct.io.Offload.TCP_IPV4, 1000));
      rig.settle();
    }
    assertThat(dropped(DropReason.UNKNOWN_UNICAST_STORM)).isEqualTo(2);
  }

  @Test
  void shouldStartAnewWhenLimitsChange() {
    open(StormLimits.NONE, broadcasts(TEN));
    send(a, broadcast(mac(1)), 11);
    NetworkConfig config = rig.view(0).networks().getFirst().config();
    StormSettings none = new StormSettings(StormLimits.NONE, StormLimits.NONE, LoopSettings.OFF);
    rig.await(rig.control(0).changeNetwork(config.with(NetworkSettings.DEFAULT.with(none))));
    send(a, broadcast(mac(1)), 50);
    assertThat(dropped(DropReason.BROADCAST_STORM)).isEqualTo(1);
  }
}
