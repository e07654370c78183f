package net.viaduct.vtep.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.memory.MemoryNetwork;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.io.memory.MemoryReadiness;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.runtime.CountersCapacity;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.runtime.ManualClock;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.counting.Layouts;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.counting.TrafficCounter;
import net.viaduct.vtep.output.PortOutput;
import net.viaduct.vtep.output.TunnelOutput;
import net.viaduct.vtep.settings.PortSettings;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.PortDevice;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.TunnelTarget;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** Frames that a VTEP makes are counted each way, so that the sums hold, and nothing is reused. */
class OriginatorTest {
  private static final Endpoint HERE = new Endpoint(IpAddress.parse("10.77.0.1"), 4789);
  private static final Endpoint THERE = new Endpoint(IpAddress.parse("10.77.0.2"), 4789);
  private static final int FRAME_BYTES = 60;

  private final ManualClock clock = new ManualClock(0);
  private final CountersFile counters =
      CountersFile.anonymous(CountersCapacity.forBlocks(16), clock);
  private final DistinctErrors errors = new DistinctErrors(clock);
  private final Tally tally = new Tally(counters.allocate(Layouts.VTEP, "vtep"));
  private final Network network =
      new Network(
          0,
          new NetworkConfig(100, "blue", FloodList.NOBODY),
          counters.allocate(Layouts.NETWORK, "blue"));
  private final MemoryNetwork underlay = new MemoryNetwork();
  private final PortOutput ports = new PortOutput(8, tally, errors);
  private final TunnelOutput tunnels = new TunnelOutput(underlay.open(HERE), tally, errors);
  private final MemorySegment memory =
      Arena.ofAuto().allocate((long) Originator.SLOTS * Frame.SLOT_BYTES);
  private final Originator originator =
      new Originator(memory, ports, tunnels, new Flooder(ports, tunnels, tally, errors), tally);

  private LocalPort port(int index) {
    MemoryPort machine = new MemoryPort("p" + index);
    LocalPort port =
        new LocalPort(
            index,
            machine.name(),
            new PortDevice(machine, 1, new MemoryReadiness()),
            network,
            PortSettings.DEFAULT,
            counters.allocate(Layouts.PORT, "p" + index),
            64);
    port.device().add(port);
    network.add(port);
    return port;
  }

  private Frame frame(Direction way) {
    Frame frame = originator.next(way);
    frame.lengthBytes(FRAME_BYTES);
    return frame;
  }

  private long value(TrafficCounter counter) {
    CounterBlock block = network.counters();
    assertThat(tally.total().get(counter.index())).isEqualTo(block.get(counter.index()));
    return block.get(counter.index());
  }

  @Test
  void shouldCountEachWayByItselfWhenFrameGoesToPortsAndBeyond() {
    underlay.open(THERE);
    Remote remote = new Remote(0, THERE, counters.allocate(Layouts.REMOTE, "there"), 0);
    network.apply(network.config(), new TunnelTarget[] {remote}, false, new long[0]);
    port(0);
    port(1);

    originator.toEverybody(Direction.INGRESS, network, frame(Direction.INGRESS));
    originator.flush(Direction.INGRESS);

    assertThat(value(TrafficCounter.INGRESS_ORIGINATED_FRAMES)).isEqualTo(1);
    assertThat(value(TrafficCounter.INGRESS_REPLICAS)).isEqualTo(1);
    assertThat(value(TrafficCounter.INGRESS_DELIVERED_FRAMES)).isEqualTo(2);
    assertThat(value(TrafficCounter.EGRESS_ORIGINATED_FRAMES)).isEqualTo(1);
    assertThat(value(TrafficCounter.EGRESS_REPLICAS)).isZero();
    assertThat(value(TrafficCounter.EGRESS_SENT_FRAMES)).isEqualTo(1);
    assertThat(errors.snapshot()).isEmpty();
  }

  @Test
  void shouldSendWhatWaitsWhenItRunsOutOfFrames() {
    LocalPort port = port(0);
    for (int i = 0; i < Originator.SLOTS + 1; i++) {
      originator.toPort(Direction.EGRESS, port, frame(Direction.EGRESS));
    }
    assertThat(value(TrafficCounter.EGRESS_DELIVERED_FRAMES)).isEqualTo(Originator.SLOTS);
    assertThat(port.batch(0).size()).isEqualTo(1);
    originator.flush(Direction.EGRESS);
    assertThat(value(TrafficCounter.EGRESS_DELIVERED_FRAMES)).isEqualTo(Originator.SLOTS + 1);
  }

  @Test
  void shouldTellWhenThereIsNobody() {
    assertThat(originator.to(Direction.EGRESS, network, new FloodScope(), frame(Direction.EGRESS)))
        .isFalse();
    assertThat(List.of(value(TrafficCounter.EGRESS_ORIGINATED_FRAMES))).containsExactly(0L);
  }
}
