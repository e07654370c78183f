package net.viaduct.vtep.worker;

import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static net.viaduct.vtep.behaviour.Frames.vxlan;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.List;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Pollable;
import net.viaduct.io.Readiness;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryNetwork;
import net.viaduct.io.memory.MemoryReadiness;
import net.viaduct.io.memory.MemorySource;
import net.viaduct.io.memory.MemoryUnderlay;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.runtime.CountersCapacity;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.runtime.ManualClock;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.VtepParts;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.counting.LaneCounters;
import net.viaduct.vtep.counting.Layouts;
import net.viaduct.vtep.counting.TrafficCounter;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A worker before a gate, with nobody who works through what it hands over. */
class WorkerTest {
  private final Endpoint here = new Endpoint(IpAddress.parse("10.77.0.1"), 4789);
  private final MemoryUnderlay underlay = new MemoryNetwork().open(here);
  private final CountedReadiness readiness = new CountedReadiness();
  private final Gate gate = new Gate(1);
  private final ManualClock time = new ManualClock();
  private final DistinctErrors errors = new DistinctErrors(time);
  private CounterBlock total;

  /** How many headers are read before one meets a defect; none does if it is negative. */
  private int soundReads = -1;

  private final Worker worker = worker();
  private final MemorySource lane = (MemorySource) underlay.lanes().getFirst();
  private Endpoint from = new Endpoint(IpAddress.parse("10.77.0.2"), 50_000);

  /** Counts how often somebody asked what is ready. */
  private static final class CountedReadiness implements Readiness {
    private final MemoryReadiness memory = new MemoryReadiness();
    private int asked;
    private boolean closed;

    @Override
    public void add(Pollable source, int token) {
      memory.add(source, token);
    }

    @Override
    public void remove(Pollable source) {
      memory.remove(source);
    }

    @Override
    public int await(int[] tokens, long timeoutNs) {
      asked++;
      return memory.await(tokens, timeoutNs);
    }

    @Override
    public void wake() {
      memory.wake();
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private Worker worker() {
    underlay.threads(2);
    LaneCounters counters =
        new LaneCounters(CountersFile.anonymous(CountersCapacity.forBlocks(8), time), 1);
    VtepConfig config = MemoryRig.impatient(VtepConfig.DEFAULT);
    VtepParts parts =
        new VtepParts(
            underlay,
            new MemoryReadiness(),
            time,
            counters,
            errors,
            bytes -> Arena.ofAuto().allocate(bytes, Long.BYTES),
            List.of(readiness));
    total = counters.allocate(Layouts.VTEP, "total");
    WorkerParts shared =
        new WorkerParts(
            config, parts, new Tables(config, 1), new CycleClock(time), total, _ -> spoken());
    return new Worker(shared, 1, gate);
  }

  private EncapsulationType spoken() {
    if (soundReads-- == 0) {
      throw new IllegalStateException("a defect of a test");
    }
    return EncapsulationType.VXLAN;
  }

  @BeforeEach
  void arrive() {
    while (!lane.isReady()) {
      from = new Endpoint(from.address(), from.port() + 1);
      arriveAgain();
    }
  }

  private void arriveAgain() {
    underlay.arrive(new MemoryDatagram(from, here, vxlan(100, frame(mac(1), mac(2)))));
  }

  private long counted(int counter) {
    return total.part(1).get(counter);
  }

  @AfterEach
  void close() {
    worker.onClose();
    worker.free();
  }

  /** Of an error that is told twice, and received by nobody, epoll tells no more. */
  @Test
  void shouldNotAskAgainBeforeItReceivedWhatWasTold() {
    gate.shut();
    worker.doWork();
    worker.doWork();
    assertThat(readiness.asked).isOne();
    assertThat(lane.isReady()).isTrue();
    gate.open();
    assertThat(worker.doWork()).isOne();
    assertThat(readiness.asked).isOne();
    assertThat(lane.isReady()).isFalse();
    worker.doWork();
    assertThat(readiness.asked).isEqualTo(2);
  }

  @Test
  void shouldKeepWhatItHandedOverUntilItIsFreed() {
    worker.doWork();
    worker.onClose();
    Parcel parcel = worker.handover().take();
    assertThat(parcel).isNotNull();
    assertThat(parcel.batch().frame(0).memory().scope().isAlive()).isTrue();
    assertThat(readiness.closed).isFalse();
    worker.free();
    assertThat(parcel.batch().frame(0).memory().scope().isAlive()).isFalse();
    assertThat(readiness.closed).isTrue();
  }

  @Test
  void shouldKeepItsMemoryAsLongAsItRuns() {
    worker.doWork();
    worker.free();
    Parcel parcel = worker.handover().take();
    assertThat(parcel).isNotNull();
    assertThat(parcel.batch().frame(0).memory().scope().isAlive()).isTrue();
  }

  @Test
  void shouldDropWhatMeetsADefectWhenItIsLookedAt() {
    soundReads = 0;
    assertThat(worker.doWork()).isOne();
    assertThat(worker.handover().hasNext()).isFalse();
    assertThat(counted(Layouts.trafficDrop(DropReason.DEFECT))).isOne();
    assertThat(counted(TrafficCounter.INGRESS_RECEIVED_FRAMES.index())).isOne();
    assertThat(errors.snapshot()).hasSize(1);
  }

  @Test
  void shouldDropNothingThatIsHandedOverAlreadyWhenItMeetsADefect() {
    arriveAgain();
    arriveAgain();
    soundReads = 4; // the message, its first datagram, and two of those handed over
    worker.doWork();
    assertThat(errors.snapshot()).hasSize(1);
    Parcel parcel = worker.handover().take();
    assertThat(parcel).isNotNull();
    assertThat(parcel.count()).isOne();
    assertThat(parcel.batch().frame(0).datagramBytes()).as("a train").isPositive();
    assertThat(counted(TrafficCounter.INGRESS_DROPPED_FRAMES.index())).isZero();
  }
}
