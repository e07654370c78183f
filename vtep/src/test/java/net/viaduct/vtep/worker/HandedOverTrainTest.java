package net.viaduct.vtep.worker;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static net.viaduct.vtep.behaviour.Frames.vxlan;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.viaduct.io.Endpoint;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.io.memory.MemorySource;
import net.viaduct.runtime.CounterValues;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.behaviour.TestQueues;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.NetworkOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Many datagrams in one message that come to a worker. Station 1 is behind the only port, 2 at a
 * remote whose datagrams are the worker's.
 */
class HandedOverTrainTest {
  private static final int BLUE = 100;
  private static final long HERE = mac(1);
  private static final long FAR = mac(2);
  private static final long NOBODY = mac(9);

  /** More than would be on their way to the data-path thread one by one. */
  private static final int MANY = 3000;

  private static final int PAYLOAD_BYTES = 1000;

  private final MemoryRig rig = new MemoryRig(2, MemoryRig.impatient(VtepConfig.DEFAULT), 2);
  private final MemoryPort port = new MemoryPort("a");
  private final MemorySource lane =
      (MemorySource) rig.host(0).underlay().lanes().getFirst(); // the worker's
  private int sourcePort = 50_000;

  @BeforeEach
  void open() {
    port.queueFrames(100_000);
    rig.host(0).underlay().queueDatagrams(100_000);
    rig.await(
        rig.control(0)
            .addNetwork(
                new NetworkConfig(BLUE, "blue", new FloodList.Remotes(List.of(rig.endpoint(1))))));
    rig.attach(0, BLUE, port);
    port.inject(broadcast(HERE));
    while (!lane.isReady()) {
      rig.settle();
      sourcePort++;
      arrive(broadcast(FAR));
    }
    rig.settle();
    port.takeAll();
  }

  @AfterEach
  void close() {
    Conservation.checkSums(rig.view(0));
    rig.close();
  }

  private void arrive(byte[] frame) {
    Endpoint source = new Endpoint(rig.endpoint(1).address(), sourcePort);
    rig.network().carry(new MemoryDatagram(source, rig.endpoint(0), vxlan(BLUE, frame)));
  }

  private static byte[] numbered(long destination, int number) {
    byte[] frame = frame(destination, FAR, PAYLOAD_BYTES, 0);
    NetworkOrder.i32(MemorySegment.ofArray(frame), EthernetHeader.SIZE_BYTES, number);
    return frame;
  }

  private List<Integer> received() {
    return port.takeAll().stream()
        .map(frame -> MemorySegment.ofArray(frame.bytes()))
        .map(bytes -> NetworkOrder.i32(bytes, EthernetHeader.SIZE_BYTES))
        .toList();
  }

  private long counted(String counter) {
    return rig.host(0).counters().snapshot().blocks().stream()
        .filter(block -> block.label().equals("worker-1"))
        .map(CounterValues::values)
        .mapToLong(values -> values.get(counter))
        .sum();
  }

  @Test
  void shouldLoseNothingOfABatchWhileThereIsAQueue() {
    rig.await(rig.control(0).changeUnderlayQueue(Optional.of(TestQueues.LARGE)));
    long before = counted("handed-over-frames");
    for (int i = 0; i < MANY; i++) {
      arrive(numbered(HERE, i));
    }
    rig.work(0, 1);
    assertThat(lane.isReady()).as("all were one batch").isFalse();
    rig.settle();
    assertThat(received()).containsExactlyElementsOf(IntStream.range(0, MANY).boxed().toList());
    assertThat(counted("handed-over-frames") - before).isEqualTo(MANY);
    assertThat(rig.view(0).drops()).containsEntry(DropReason.HANDOVER_FULL, 0L);
  }

  @Test
  void shouldLoseNothingOfABatchBehindWhatIsKnown() {
    for (int i = 0; i < MANY; i++) {
      arrive(numbered(i % 3 == 0 ? HERE : NOBODY, i));
    }
    rig.work(0, 1);
    assertThat(lane.isReady()).as("all were one batch").isFalse();
    rig.settle();
    assertThat(received()).hasSize(MANY);
    assertThat(counted("forwarded-frames")).isPositive();
    assertThat(rig.view(0).drops()).containsEntry(DropReason.HANDOVER_FULL, 0L);
  }

  @Test
  void shouldOvertakeNoFlowOfATrainThatWasHandedOver() {
    arrive(numbered(HERE, 0));
    arrive(numbered(NOBODY, 1));
    arrive(numbered(HERE, 2));
    rig.work(0, 1);
    assertThat(received()).as("forwarded by the worker").containsExactly(0);
    arrive(numbered(HERE, 3));
    rig.work(0, 1);
    assertThat(received()).as("with the data-path thread").isEmpty();
    rig.settle();
    assertThat(received()).containsExactly(1, 2, 3);
    arrive(numbered(HERE, 4));
    rig.work(0, 1);
    assertThat(received()).as("forwarded by the worker again").containsExactly(4);
  }

  @Test
  void shouldCountEachDatagramOfTrainsThatFindNoRoom() {
    int tooMany = 20_000;
    for (int i = 0; i < tooMany; i++) {
      arrive(numbered(NOBODY, i));
    }
    while (lane.isReady()) {
      rig.work(0, 1);
    }
    rig.settle();
    int delivered = received().size();
    assertThat(delivered).isBetween(MANY, tooMany - 1);
    assertThat(rig.view(0).drops())
        .containsEntry(DropReason.HANDOVER_FULL, (long) tooMany - delivered);
    String counter = DropReason.HANDOVER_FULL.label();
    assertThat(rig.view(0).networks().getFirst().counters().values())
        .containsEntry("drop-" + counter, (long) tooMany - delivered);
    assertThat(rig.view(0).remotes().getFirst().counters().values())
        .containsEntry("drop-" + counter, (long) tooMany - delivered);
  }

  private void arriveFromStranger(int port, int number) {
    Endpoint stranger = new Endpoint(IpAddress.parse("10.99.0.1"), port);
    rig.network()
        .carry(new MemoryDatagram(stranger, rig.endpoint(0), vxlan(BLUE, numbered(HERE, number))));
  }

  @Test
  void shouldTellNoSenderOfDatagramsThatMayNotBeSent() {
    int tooMany = 20_000;
    int port = sourcePort;
    while (!lane.isReady()) {
      rig.settle();
      port++;
      arriveFromStranger(port, 0);
    }
    for (int i = 0; i < tooMany; i++) {
      arriveFromStranger(port, i);
    }
    while (lane.isReady()) {
      rig.work(0, 1);
    }
    rig.settle();
    assertThat(rig.view(0).networks().getFirst().counters().values().get("drop-handover-full"))
        .isPositive()
        .isEqualTo(rig.view(0).drops().get(DropReason.HANDOVER_FULL));
    assertThat(rig.view(0).remotes().getFirst().counters().values())
        .containsEntry("drop-handover-full", 0L);
  }
}
