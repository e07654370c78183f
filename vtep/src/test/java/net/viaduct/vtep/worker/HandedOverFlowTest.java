package net.viaduct.vtep.worker;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import net.viaduct.io.Endpoint;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.io.memory.MemoryNetwork;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.io.memory.MemoryReadiness;
import net.viaduct.io.memory.MemoryUnderlay;
import net.viaduct.runtime.Agent;
import net.viaduct.runtime.CountersCapacity;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.runtime.ManualClock;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.Vtep;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.VtepParts;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.NetworkOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A flow that goes over from the data-path thread to a worker; the test does their cycles. */
class HandedOverFlowTest {
  private static final int VNI = 5000;
  private static final long A = mac(1);
  private static final long B = mac(2);

  /** More than the data-path thread takes of a worker in one cycle, and less than may wait. */
  private static final int HANDED_OVER = 640;

  private static final int PAYLOAD_BYTES = 50;

  private final Endpoint here = new Endpoint(IpAddress.parse("10.77.0.1"), 4789);
  private final MemoryUnderlay underlay = new MemoryNetwork().open(here);
  private final MemoryPort sender = new MemoryPort("a");
  private final MemoryPort receiver = new MemoryPort("b");
  private final List<Integer> received = new ArrayList<>();
  private final Vtep vtep = vtep();
  private final Agent worker = vtep.workers().getFirst();

  private Vtep vtep() {
    underlay.threads(2);
    ManualClock clock = new ManualClock(); // chores that fall due would drain what was handed over
    return new Vtep(
        MemoryRig.impatient(VtepConfig.DEFAULT),
        new VtepParts(
            underlay,
            new MemoryReadiness(),
            clock,
            CountersFile.anonymous(CountersCapacity.forBlocks(64), clock),
            new DistinctErrors(clock),
            bytes -> Arena.ofAuto().allocate(bytes, Long.BYTES),
            List.of(new MemoryReadiness())));
  }

  @BeforeEach
  void attach() {
    sender.queueFrames(HANDED_OVER + 1);
    receiver.queueFrames(HANDED_OVER + 1);
    done(vtep.control().addNetwork(new NetworkConfig(VNI, "n", new FloodList.Remotes(List.of()))));
    done(vtep.control().attachPort(VNI, sender)); // the worker's
    done(vtep.control().attachPort(VNI, receiver)); // the data-path thread's
  }

  private void done(CompletableFuture<?> command) {
    vtep.doWork();
    command.join();
  }

  @AfterEach
  void close() throws Exception {
    worker.onClose();
    vtep.onClose();
  }

  private void send(int number) {
    byte[] frame = frame(B, A, PAYLOAD_BYTES, 0);
    NetworkOrder.i32(MemorySegment.ofArray(frame), EthernetHeader.SIZE_BYTES, number);
    sender.inject(frame);
  }

  private void receive() {
    for (MemoryFrame each : receiver.takeAll()) {
      MemorySegment bytes = MemorySegment.ofArray(each.bytes());
      received.add(NetworkOrder.i32(bytes, EthernetHeader.SIZE_BYTES));
    }
  }

  @Test
  void shouldNotOvertakeWhatTheDataPathThreadHasStill() throws Exception {
    IntStream.range(0, HANDED_OVER).forEach(this::send); // to a station that nobody knows
    while (sender.isReady()) {
      worker.doWork();
    }
    receiver.inject(broadcast(B)); // now it is known
    vtep.doWork();
    receive();
    assertThat(received).as("the rest is still with the data-path thread").hasSizeBetween(1, 639);

    send(HANDED_OVER);
    worker.doWork();
    for (int i = 0; i < 3; i++) {
      vtep.doWork();
    }
    receive();
    assertThat(received)
        .containsExactlyElementsOf(IntStream.rangeClosed(0, HANDED_OVER).boxed().toList());

    received.clear();
    send(0);
    worker.doWork();
    receive();
    assertThat(received).as("forwarded by the worker again").containsExactly(0);
  }

  @Test
  void shouldWorkThroughWhatAWorkerHandedOverThatHasEnded() throws Exception {
    send(0);
    worker.doWork();
    worker.onClose();
    vtep.doWork();
    receive();
    assertThat(received).containsExactly(0);
  }
}
