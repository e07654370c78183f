package net.viaduct.vtep.forward;

import static org.assertj.core.api.Assertions.assertThat;

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
import net.viaduct.vtep.DropReason;
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
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** A defect that one copy meets is counted for that copy. */
class FlooderTest {
  private static final Endpoint HERE = new Endpoint(IpAddress.parse("10.77.0.1"), 4789);
  private static final Endpoint THERE = new Endpoint(IpAddress.parse("10.77.0.2"), 4789);

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

  private LocalPort port(int index, int mtuBytes) {
    String name = "p" + index;
    MemoryPort memory = new MemoryPort(name);
    memory.mtuBytes(mtuBytes);
    LocalPort port =
        new LocalPort(
            index,
            name,
            new PortDevice(memory, 1, new MemoryReadiness()),
            network,
            PortSettings.DEFAULT,
            counters.allocate(Layouts.PORT, name),
            8);
    port.device().add(port);
    network.add(port);
    return port;
  }

  /** Says that it is longer than its memory: only who looks into it finds out. */
  private static Frame brokenFrame() {
    Frame frame = new Frame(MemorySegment.ofArray(new byte[Frame.HEADROOM_BYTES + 4]), 0);
    frame.lengthBytes(1000);
    return frame;
  }

  private long value(CounterBlock block, TrafficCounter counter) {
    return block.get(counter.index());
  }

  @Test
  void shouldCountDefectOncePerCopyThatMeetsIt() {
    PortOutput ports = new PortOutput(8, tally, errors);
    TunnelOutput tunnels = new TunnelOutput(new MemoryNetwork().open(HERE), tally, errors);
    Flooder flooder = new Flooder(ports, tunnels, tally, errors);
    Remote sender = new Remote(0, THERE, counters.allocate(Layouts.REMOTE, "there"), 0);
    LocalPort large = port(0, 1500);
    port(1, 500);
    LocalPort alsoLarge = port(2, 1500);
    tally.received(Direction.INGRESS, 1, 1000);
    tally.assigned(Direction.INGRESS, network.counters(), 1, 1000);

    FloodScope scope = new FloodScope();
    for (LocalPort port : network.ports()) {
      scope.add(port);
    }
    assertThat(flooder.fromTunnel(network, sender, scope, brokenFrame())).isNull();

    assertThat(List.of(large.batch(0).size(), alsoLarge.batch(0).size()))
        .as("the copies before and after the one that met it still go")
        .containsExactly(1, 1);
    assertThat(sender.counters().get(Layouts.placeDrop(DropReason.DEFECT))).isEqualTo(1);
    assertThat(errors.snapshot()).hasSize(1);
    ports.flush(Direction.INGRESS);
    for (CounterBlock block : List.of(tally.total(), network.counters())) {
      assertThat(block.get(Layouts.trafficDrop(DropReason.DEFECT))).isEqualTo(1);
      assertThat(
              value(block, TrafficCounter.INGRESS_RECEIVED_FRAMES)
                  + value(block, TrafficCounter.INGRESS_REPLICAS))
          .isEqualTo(
              value(block, TrafficCounter.INGRESS_DELIVERED_FRAMES)
                  + value(block, TrafficCounter.INGRESS_DROPPED_FRAMES));
    }
  }
}
