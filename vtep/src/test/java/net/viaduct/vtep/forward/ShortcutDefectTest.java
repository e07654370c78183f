package net.viaduct.vtep.forward;

import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static net.viaduct.vtep.behaviour.Frames.vxlan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;
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
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.counting.Layouts;
import net.viaduct.vtep.counting.PlaceCounter;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.counting.TrafficCounter;
import net.viaduct.vtep.egress.Egress;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.ingress.DatagramCheck;
import net.viaduct.vtep.ingress.Ingress;
import net.viaduct.vtep.ingress.SourceCheck;
import net.viaduct.vtep.settings.PortSettings;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.PortDevice;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.StationEntry;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.vtep.trace.Trail;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A defect in what says what a worker forwards costs the frame that met it, and is told there. */
class ShortcutDefectTest {
  private static final Endpoint HERE = new Endpoint(IpAddress.parse("10.77.0.1"), 4789);
  private static final Endpoint THERE = new Endpoint(IpAddress.parse("10.77.0.2"), 4789);
  private static final int VNI = 100;
  private static final int FRAMES = 3;

  private final ManualClock clock = new ManualClock(0);
  private final CountersFile counters =
      CountersFile.anonymous(CountersCapacity.forBlocks(16), clock);
  private final DistinctErrors errors = new DistinctErrors(clock);
  private final Tally tally = new Tally(counters.allocate(Layouts.VTEP, "vtep"));
  private final Network network =
      new Network(
          0,
          new NetworkConfig(VNI, "blue", FloodList.NOBODY),
          counters.allocate(Layouts.NETWORK, "blue"));
  private final Remote remote = new Remote(0, THERE, counters.allocate(Layouts.REMOTE, "there"), 0);
  private final MemoryPort toMachine = new MemoryPort("to");
  private final LocalPort from = port(0, new MemoryPort("from"));
  private final LocalPort to = port(1, toMachine);
  private final Tables tables = new Tables(VtepConfig.DEFAULT, 1);
  private final Forwarding forwarding =
      new Forwarding(
          tables,
          new MemoryNetwork().open(HERE),
          new CycleClock(clock),
          tally,
          errors,
          Arena.ofAuto().allocate((long) Originator.SLOTS * Frame.SLOT_BYTES, Long.BYTES));
  private final ReceiveBatch batch =
      new ReceiveBatch(Arena.ofAuto().allocate((long) FRAMES * Frame.SLOT_BYTES), FRAMES);
  private final Answers answers = new Answers();

  /** What is said about one frame after the other, all of them for the second port. */
  private final class Answers implements Shortcut {
    private final Deque<Answer> next = new ArrayDeque<>();
    private int left;

    private boolean next() {
      return switch (next.remove()) {
        case FORWARD -> true;
        case LEAVE -> false;
        case DEFECT -> throw new IllegalStateException("a defect of a test");
        case ERROR -> throw new LinkageError("of a test");
      };
    }

    @Override
    public boolean mayForward(LocalPort port, Frame frame) {
      return next();
    }

    @Override
    public boolean mayForward(Frame datagram) {
      return next();
    }

    @Override
    public void leave(Frame datagrams) {
      left++;
    }

    @Override
    public Remote sender() {
      return remote;
    }

    @Override
    public int destination() {
      return StationEntry.atPort(to.index());
    }
  }

  private enum Answer {
    FORWARD,
    LEAVE,
    DEFECT,
    ERROR
  }

  private LocalPort port(int index, MemoryPort memory) {
    LocalPort port =
        new LocalPort(
            index,
            memory.name(),
            new PortDevice(memory, 1, new MemoryReadiness()),
            network,
            PortSettings.DEFAULT,
            counters.allocate(Layouts.PORT, memory.name()),
            8);
    port.device().add(port);
    network.add(port);
    return port;
  }

  @BeforeEach
  void enter() {
    for (LocalPort port : List.of(from, to)) {
      assertThat(tables.ports().reserve()).isEqualTo(port.index());
      tables.ports().set(port.index(), port);
    }
    tables.networksByVni().add(network);
    forwarding.shortcut(answers);
  }

  private void fill(byte[] bytes) {
    for (int i = 0; i < FRAMES; i++) {
      Frame frame = batch.frame(i);
      frame.lengthBytes(bytes.length);
      MemorySegment.copy(
          MemorySegment.ofArray(bytes), 0, frame.memory(), frame.start(), bytes.length);
    }
  }

  private void fromPort(Answer... each) {
    answers.next.addAll(List.of(each));
    fill(frame(mac(2), mac(1)));
    new Egress(tables, forwarding).onFrames(from.device(), batch, FRAMES);
  }

  private void fromTunnel(Answer... each) {
    answers.next.addAll(List.of(each));
    fill(vxlan(VNI, frame(mac(1), mac(2))));
    new Ingress(
            tables,
            forwarding,
            (_, _, _) -> false,
            new DatagramCheck(false, _ -> EncapsulationType.VXLAN, List.of(HERE)),
            new SourceCheck(
                tables.remotesByAddress(),
                (_, _) -> null,
                forwarding.clock(),
                List.of(),
                Trail.OFF))
        .onDatagrams(batch, FRAMES);
  }

  private static long value(CounterBlock block, TrafficCounter counter) {
    return block.get(counter.index());
  }

  @Test
  void shouldDropAFrameOfAPort() {
    fromPort(Answer.FORWARD, Answer.DEFECT, Answer.FORWARD);
    assertThat(toMachine.takeAll()).hasSize(2);
    assertThat(errors.snapshot()).hasSize(1);
    for (CounterBlock block : List.of(tally.total(), network.counters())) {
      assertThat(value(block, TrafficCounter.EGRESS_RECEIVED_FRAMES)).isEqualTo(3);
      assertThat(value(block, TrafficCounter.EGRESS_DELIVERED_FRAMES)).isEqualTo(2);
      assertThat(block.get(Layouts.trafficDrop(DropReason.DEFECT))).isOne();
    }
    assertThat(from.counters().get(PlaceCounter.RECEIVED_FRAMES.index())).isEqualTo(3);
    assertThat(from.counters().get(Layouts.placeDrop(DropReason.DEFECT))).isOne();
  }

  /** An error ends the batch, but is no reason not to count what it was done with. */
  @Test
  void shouldCountWhatWasForwardedBeforeAnError() {
    assertThatThrownBy(() -> fromPort(Answer.FORWARD, Answer.LEAVE, Answer.ERROR))
        .isInstanceOf(LinkageError.class);
    assertThat(value(tally.total(), TrafficCounter.EGRESS_RECEIVED_FRAMES)).isOne();
    assertThat(from.counters().get(PlaceCounter.RECEIVED_FRAMES.index())).isOne();
  }

  @Test
  void shouldDropADatagram() {
    fromTunnel(Answer.FORWARD, Answer.DEFECT, Answer.LEAVE);
    assertThat(toMachine.takeAll()).hasSize(1);
    assertThat(answers.left).as("the one after it").isOne();
    assertThat(errors.snapshot()).hasSize(1);
    assertThat(value(tally.total(), TrafficCounter.INGRESS_RECEIVED_FRAMES)).isEqualTo(2);
    assertThat(value(tally.total(), TrafficCounter.INGRESS_DELIVERED_FRAMES)).isOne();
    assertThat(tally.total().get(Layouts.trafficDrop(DropReason.DEFECT))).isOne();
  }
}
