package net.viaduct.vtep;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static net.viaduct.vtep.behaviour.Frames.vxlan;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.viaduct.io.Endpoint;
import net.viaduct.runtime.Agent;
import net.viaduct.runtime.CountersCapacity;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.runtime.ManualClock;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * No byte is allocated for a frame that a worker forwards, hands over or finds no room for. The
 * worker has port "a" and a lane of the underlay; station A is behind that port, B behind "b",
 * which is the data-path thread's, and FAR at a remote.
 */
class WorkersAllocationTest {
  private static final int BLUE = 100;
  private static final long A = mac(1);
  private static final long B = mac(2);
  private static final long FAR = mac(3);
  private static final long NOBODY = mac(9);

  private final ManualClock clock = new ManualClock();
  private final AllocationMeter meter = new AllocationMeter(clock);
  private final EndlessUnderlay lane = new EndlessUnderlay();
  private final EndlessUnderlay underlay = new EndlessUnderlay(lane);
  private final CountersFile counters =
      CountersFile.anonymous(CountersCapacity.forBlocks(64), clock);
  private final Vtep vtep =
      new Vtep(
          MemoryRig.impatient(VtepConfig.DEFAULT),
          new VtepParts(
              underlay,
              new SteadyReadiness(),
              clock,
              counters,
              new DistinctErrors(clock),
              bytes -> Arena.ofAuto().allocate(bytes, Long.BYTES),
              List.of(new SteadyReadiness())));
  private final Agent worker = vtep.workers().getFirst();

  @BeforeEach
  void open() {
    Endpoint remote = new Endpoint(IpAddress.parse("10.77.0.2"), 4789);
    FloodList flood = new FloodList.Remotes(List.of(remote));
    run(vtep.control().addNetwork(new NetworkConfig(BLUE, "blue", flood)));
  }

  @AfterEach
  void close() throws Exception {
    worker.onClose();
    vtep.onClose();
  }

  private <T> T run(CompletableFuture<T> command) {
    while (vtep.doWork() > 0) {}
    return command.join();
  }

  private EndlessPort port(String name, byte[]... frames) {
    EndlessPort port = new EndlessPort(name, frames);
    run(vtep.control().attachPort(BLUE, port));
    return port;
  }

  private void both() throws Exception {
    worker.doWork();
    vtep.doWork();
  }

  private long counted(String block, String counter) {
    vtep.collect();
    return counters.snapshot().blocks().stream()
        .filter(each -> each.label().equals(block))
        .mapToLong(each -> each.values().get(counter))
        .sum();
  }

  /** Lets everybody say where he is, and brings the three to rest. */
  private void learn(EndlessPort b) throws Exception {
    lane.datagrams = new EndlessFrames(vxlan(BLUE, broadcast(FAR)));
    meter.allocatedBy(lane.datagrams, 1, this::both);
    meter.allocatedBy(b.frames, 1, this::both);
    both();
  }

  @Test
  void shouldNotAllocateWhenForwarding() throws Exception {
    EndlessPort a =
        port(
            "a", broadcast(A), frame(B, A), Frames.tcp(FAR, A, 5, 1000), Frames.udp(FAR, A, 6, 10));
    learn(port("b", broadcast(B)));
    meter.expectNoAllocation(a.frames, this::both);
    assertThat(counted("worker-1", "forwarded-frames")).isGreaterThan(AllocationMeter.FRAMES / 2);

    byte[] datagram = vxlan(BLUE, Frames.unfragmentable(Frames.udp(B, FAR, 6, 64)));
    lane.datagrams = new EndlessFrames(datagram, vxlan(BLUE, Frames.tcp(B, FAR, 5, 1000)));
    long before = counted("worker-1", "forwarded-frames");
    meter.expectNoAllocation(lane.datagrams, this::both);
    assertThat(counted("worker-1", "forwarded-frames") - before)
        .isGreaterThanOrEqualTo(AllocationMeter.FRAMES);
  }

  @Test
  void shouldNotAllocateWhenHandingOver() throws Exception {
    EndlessPort a = port("a", broadcast(A), frame(NOBODY, A), Frames.tcp(NOBODY, A, 5, 1000));
    learn(port("b", broadcast(B)));
    meter.expectNoAllocation(a.frames, this::both);
    assertThat(counted("worker-1", "handed-over-frames"))
        .isGreaterThanOrEqualTo(AllocationMeter.FRAMES);

    byte[] datagram = vxlan(BLUE, broadcast(FAR));
    byte[] train = new byte[4 * datagram.length];
    for (int i = 0; i < 4; i++) {
      System.arraycopy(datagram, 0, train, i * datagram.length, datagram.length);
    }
    lane.datagrams = new EndlessFrames(train);
    lane.trainOf = datagram.length;
    long before = counted("worker-1", "handed-over-frames");
    meter.expectNoAllocation(lane.datagrams, this::both);
    assertThat(counted("worker-1", "handed-over-frames") - before)
        .isGreaterThanOrEqualTo(4 * AllocationMeter.FRAMES);
  }

  @Test
  void shouldNotAllocateForWhatFindsNoRoom() throws Exception {
    EndlessPort a = port("a", broadcast(A), frame(NOBODY, A));
    learn(port("b", broadcast(B)));
    meter.expectNoAllocation(a.frames, worker::doWork);
    lane.datagrams = new EndlessFrames(vxlan(BLUE, broadcast(FAR)), vxlan(BLUE, frame(B, NOBODY)));
    meter.expectNoAllocation(lane.datagrams, worker::doWork);
    vtep.collect();
    assertThat(vtep.view().drops().get(DropReason.HANDOVER_FULL))
        .isGreaterThan(AllocationMeter.FRAMES);
  }
}
