package net.viaduct.vtep;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static net.viaduct.vtep.behaviour.Frames.vxlan;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import net.viaduct.io.Endpoint;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.memory.Faults;
import net.viaduct.io.memory.FaultyLine;
import net.viaduct.io.memory.FaultyUnderlay;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryNetwork;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.io.memory.MemoryReadiness;
import net.viaduct.runtime.AgentRunner;
import net.viaduct.runtime.CountersCapacity;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.runtime.SystemClock;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A VTEP as an agent: its cycles, its thread, its end. */
class VtepAgentTest {
  private static final int BLUE = 100;
  private static final int RED = 200;
  private static final long A = mac(1);
  private static final long FAR = mac(3);
  private static final Endpoint REMOTE = new Endpoint(IpAddress.parse("10.77.0.50"), 4789);

  private final MemoryRig rig = new MemoryRig(1, MemoryRig.impatient(VtepConfig.DEFAULT));
  private final VtepControl control = rig.control(0);

  @AfterEach
  void close() {
    rig.close();
  }

  private static NetworkConfig byRemotes(int vni, Endpoint... remotes) {
    return new NetworkConfig(vni, "n" + vni, new FloodList.Remotes(List.of(remotes)));
  }

  private MemoryPort attach(int vni, String name) {
    MemoryPort port = new MemoryPort(name);
    rig.attach(0, vni, port);
    return port;
  }

  @Test
  void shouldNotLetOnePortStarveAnother() {
    rig.await(control.addNetwork(byRemotes(BLUE)));
    MemoryPort busy = attach(BLUE, "busy");
    MemoryPort quiet = attach(BLUE, "quiet");
    busy.queueFrames(100_000);
    quiet.queueFrames(100_000);
    for (int i = 0; i < 50_000; i++) {
      busy.inject(frame(FAR, A));
    }
    quiet.inject(broadcast(mac(9)));
    rig.host(0).vtep().doWork();
    rig.host(0).vtep().doWork();
    assertThat(busy.takeAll()).as("what the quiet one sent").hasSize(1);
    rig.host(0).vtep().doWork();
  }

  @Test
  void shouldTryPortAgainLaterWhenReceivingFails() {
    rig.await(control.addNetwork(byRemotes(BLUE)));
    MemoryPort behind = new MemoryPort("broken");
    MemoryPort other = attach(BLUE, "other");
    FailingPort failing = new FailingPort(behind);
    rig.attach(0, BLUE, failing);
    failing.broken = true;
    behind.inject(broadcast(A));
    rig.settle();
    rig.settle();
    assertThat(failing.calls).as("not asked again and again").isEqualTo(1);
    assertThat(rig.host(0).errors().snapshot()).hasSize(1);
    failing.broken = false;
    rig.advance(Duration.ofSeconds(2));
    rig.settle();
    assertThat(other.takeAll()).hasSize(1);
  }

  @Test
  void shouldTryUnderlayAgainLaterWhenReceivingFails() {
    AtomicInteger calls = new AtomicInteger();
    MemoryRig failing =
        new MemoryRig(
            1,
            MemoryRig.impatient(VtepConfig.DEFAULT),
            (underlay, clock) -> {
              FaultyLine<FaultyUnderlay.Received> in =
                  new FaultyLine<>(Faults.NONE, clock, 1) {
                    @Override
                    public FaultyUnderlay.Received leave() {
                      if (calls.incrementAndGet() == 1) {
                        throw new IllegalStateException("the underlay is gone");
                      }
                      return super.leave();
                    }
                  };
              return new FaultyUnderlay(underlay, in, new FaultyLine<>(Faults.NONE, clock, 1));
            });
    failing.await(failing.control(0).addNetwork(byRemotes(BLUE, REMOTE)));
    failing
        .network()
        .carry(new MemoryDatagram(REMOTE, failing.endpoint(0), vxlan(BLUE, broadcast(FAR))));
    failing.settle();
    failing.settle();
    assertThat(calls).as("not asked again and again").hasValue(1);
    failing.advance(Duration.ofSeconds(2));
    failing.settle();
    assertThat(failing.view(0).counters().values()).containsEntry("ingress-received-frames", 1L);
    failing.close();
  }

  @Test
  void shouldRefuseCommandsWhenItHasEnded() {
    MemoryNetwork network = new MemoryNetwork();
    Vtep vtep = vtep(network);
    CompletableFuture<Void> waiting = vtep.control().addNetwork(byRemotes(BLUE));
    vtep.onClose();
    assertThat(waiting).isCompletedExceptionally();
    assertThat(vtep.control().addNetwork(byRemotes(RED))).isCompletedExceptionally();
  }

  @Test
  void shouldCloseWhatIsAttachedWhenItEnds() {
    rig.await(control.addNetwork(byRemotes(BLUE)));
    MemoryPort a = attach(BLUE, "a");
    rig.host(0).vtep().onClose();
    assertThat(a.isClosed()).isTrue();
  }

  @Test
  void shouldRefuseCommandWhenTooManyWait() {
    MemoryNetwork network = new MemoryNetwork();
    Vtep vtep = vtep(network);
    List<CompletableFuture<Void>> commands = new ArrayList<>();
    for (int i = 0; i < 1025; i++) {
      commands.add(vtep.control().addNetwork(byRemotes(BLUE)));
    }
    assertThat(commands.getFirst()).isNotDone();
    assertThat(commands.getLast()).isCompletedExceptionally();
    vtep.onClose();
  }

  private static Vtep vtep(MemoryNetwork network) {
    SystemClock clock = new SystemClock();
    return new Vtep(
        VtepConfig.DEFAULT,
        new VtepParts(
            network.open(new Endpoint(IpAddress.parse("10.77.0.1"), 4789)),
            new MemoryReadiness(),
            clock,
            CountersFile.anonymous(CountersCapacity.forBlocks(1024), clock),
            new DistinctErrors(clock)));
  }

  @Test
  @Timeout(60)
  void shouldWorkOnThreadOfItsOwnWhileOthersLookAndCommand() throws Exception {
    MemoryNetwork network = new MemoryNetwork();
    Vtep vtep = vtep(network);
    try (AgentRunner runner = new AgentRunner(vtep, new DistinctErrors(new SystemClock()))) {
      runner.start();
      vtep.control().addNetwork(byRemotes(BLUE, REMOTE)).get();
      for (int round = 0; round < 50; round++) {
        MemoryPort a = new MemoryPort("a");
        MemoryPort b = new MemoryPort("b");
        vtep.control().attachPort(BLUE, a).get();
        vtep.control().attachPort(BLUE, b).get();
        a.inject(broadcast(mac(100 + round)));
        vtep.wake();
        while (b.take() == null) {
          Thread.onSpinWait();
        }
        while (vtep.view().station(BLUE, mac(100 + round)).isEmpty()) {
          Thread.onSpinWait();
        }
        assertThat(vtep.view().ports()).hasSize(2);
        assertThat(vtep.control().detachPort("a").get()).containsSame(a);
        assertThat(vtep.control().detachPort("b").get()).containsSame(b);
        assertThat(vtep.view().station(BLUE, mac(100 + round))).isEmpty();
      }
    }
    assertThat(vtep.control().removeNetwork(BLUE)).isCompletedExceptionally();
  }

  /** A port whose device fails now and then. */
  private static final class FailingPort extends DelegatingPort {
    boolean broken;
    int calls;

    FailingPort(MemoryPort port) {
      super(port);
    }

    @Override
    public int receive(ReceiveBatch batch) {
      calls++;
      if (broken) {
        throw new IllegalStateException("the device is gone");
      }
      return super.receive(batch);
    }
  }
}
