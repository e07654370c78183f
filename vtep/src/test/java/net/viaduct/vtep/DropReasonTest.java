package net.viaduct.vtep;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static net.viaduct.vtep.behaviour.Frames.vxlan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendResult;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.runtime.CounterValues;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.behaviour.MulticastFrames;
import net.viaduct.vtep.behaviour.TestQueues;
import net.viaduct.vtep.capture.Capture;
import net.viaduct.vtep.capture.CaptureFilter;
import net.viaduct.vtep.capture.CaptureRequest;
import net.viaduct.vtep.capture.CapturedFrame;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.settings.EncapsulationSettings;
import net.viaduct.vtep.settings.LoopSettings;
import net.viaduct.vtep.settings.MulticastSettings;
import net.viaduct.vtep.settings.NeighbourSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.PortSettings;
import net.viaduct.vtep.settings.SnoopingSettings;
import net.viaduct.vtep.settings.StormLimits;
import net.viaduct.vtep.settings.StormLimits.RateLimit;
import net.viaduct.vtep.settings.StormSettings;
import net.viaduct.vtep.settings.TagPolicy;
import net.viaduct.vtep.settings.TagSettings;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;
import net.viaduct.wire.NetworkOrder;
import net.viaduct.wire.ip.Ecn;
import net.viaduct.wire.neighbour.ArpFrame;
import net.viaduct.wire.neighbour.ArpPacket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every reason can be provoked, and is counted once where it belongs. */
class DropReasonTest {
  private static final int BLUE = 100;
  private static final int TENANT = 5000;
  private static final long A = mac(1);
  private static final long B = mac(2);
  private static final long FAR = mac(3);
  private static final Endpoint REMOTE = new Endpoint(IpAddress.parse("10.77.0.50"), 4789);
  private static final Endpoint STRANGER = new Endpoint(IpAddress.parse("10.77.0.51"), 4789);

  private MemoryRig rig;
  private @Nullable DropReason wanted;
  private @Nullable Capture capture;
  private MemoryPort a;
  private MemoryPort b;

  @AfterEach
  void close() {
    if (rig != null) {
      rig.close();
    }
  }

  private void open(boolean strict, TableLimits limits, FloodList flood) {
    VtepConfig config =
        new VtepConfig(VtepConfig.DEFAULT.ageing(), strict, limits, VtepConfig.DEFAULT.idleWait());
    rig = new MemoryRig(1, MemoryRig.impatient(config));
    rig.await(rig.control(0).addNetwork(new NetworkConfig(BLUE, "blue", flood)));
    capture();
    a = attach(new MemoryPort("a"));
    b = attach(new MemoryPort("b"));
  }

  /** Captures what is dropped for the wanted reason, if there is one. */
  private void capture() {
    if (wanted != null) {
      CaptureFilter dropped =
          new CaptureFilter(
              OptionalLong.empty(),
              Optional.empty(),
              OptionalInt.empty(),
              OptionalInt.empty(),
              true,
              Optional.of(wanted));
      Set<String> ports = Set.of("a", "b", "machine", "odd", "trunk", "trunk.20");
      CaptureRequest everywhere = new CaptureRequest(ports, true, dropped, 65_535);
      capture = rig.await(rig.control(0).capture(everywhere));
    }
  }

  private void openWithRemote() {
    open(false, TableLimits.DEFAULT, new FloodList.Remotes(List.of(REMOTE)));
  }

  /** A queue through which little fits after the first frame; there is no other port. */
  private void openWithQueue(int remotes, QueueConfig queue) {
    List<Endpoint> endpoints =
        IntStream.range(0, remotes)
            .mapToObj(i -> new Endpoint(IpAddress.ofIpv4(0x0a4d_0100 + i), 4789))
            .toList();
    open(false, TableLimits.DEFAULT, new FloodList.Remotes(endpoints));
    rig.await(rig.control(0).detachPort("b"));
    slowly(queue);
  }

  private void slowly(QueueConfig queue) {
    rig.await(rig.control(0).changeUnderlayQueue(Optional.of(TestQueues.limited(8_000, 1, queue))));
  }

  private MemoryPort attach(MemoryPort port) {
    rig.attach(0, BLUE, port);
    return port;
  }

  private void limitFloods() {
    RateLimit one = new RateLimit(1, 0);
    change(new StormSettings(new StormLimits(one, one, one), StormLimits.NONE, LoopSettings.OFF));
  }

  private void change(StormSettings storm) {
    NetworkConfig config = rig.view(0).networks().getFirst().config();
    rig.await(rig.control(0).changeNetwork(config.with(NetworkSettings.DEFAULT.with(storm))));
  }

  private void snoop() {
    MulticastSettings snooping = MulticastSettings.DEFAULT.with(SnoopingSettings.ON);
    NetworkConfig config = rig.view(0).networks().getFirst().config();
    rig.await(rig.control(0).changeNetwork(config.with(NetworkSettings.DEFAULT.with(snooping))));
    rig.advance(Duration.ofSeconds(1));
  }

  private void fromPort(byte[] frame) {
    a.inject(frame);
    rig.settle();
  }

  private void fromRemote(byte[] datagram) {
    from(REMOTE, datagram);
  }

  private void from(Endpoint source, byte[] datagram) {
    rig.network().carry(new MemoryDatagram(source, rig.endpoint(0), datagram));
    rig.settle();
  }

  private static byte[] changed(byte[] bytes, int at, int value) {
    byte[] copy = bytes.clone();
    copy[at] = (byte) value;
    return copy;
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("R2, R3, R8 to R13, R66: every reason has its counter")
  void shouldCountReasonWhenItIsProvoked(DropReason reason) {
    provoke(reason);
    Map<DropReason, Long> expected = new HashMap<>();
    DropReason.ALL.forEach(each -> expected.put(each, each == reason ? 1L : 0L));
    assertThat(rig.view(0).drops()).isEqualTo(expected);
    if (reason == DropReason.REMOVED_WHILE_WAITING) {
      Conservation.check(rig.view(0)); // its group is not there to tell what it got
    } else {
      Conservation.checkSums(rig.view(0));
    }
    if (reason.side() == DropReason.Side.TARGET) {
      assertThat(sumOverPlaces(reason)).as("told by a port, a remote or a group").isEqualTo(1);
    }
  }

  private long sumOverPlaces(DropReason reason) {
    List<CounterValues> places = new ArrayList<>();
    rig.view(0).ports().forEach(port -> places.add(port.counters()));
    rig.view(0).remotes().forEach(remote -> places.add(remote.counters()));
    return places.stream().mapToLong(c -> c.values().get("drop-" + reason.label())).sum();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("Every drop of a frame that was received is in a capture, with its reason")
  void shouldBeCapturedWithItsReason(DropReason reason) {
    assumeTrue(reason.side() != DropReason.Side.BEFORE, "nobody has seen such a frame");
    wanted = reason;
    provoke(reason);
    assertThat(capture).isNotNull();
    List<CapturedFrame> frames = capture.read(Integer.MAX_VALUE, Integer.MAX_VALUE);
    assertThat(frames).isNotEmpty();
    assertThat(frames).allMatch(frame -> frame.comment().contains("dropped: " + reason.label()));
    if (reason.side() == DropReason.Side.TARGET) {
      assertThat(frames).as("also where it was to leave").anyMatch(frame -> !frame.isInbound());
    }
  }

  /** No default: a new reason does not compile until somebody knows how to provoke it. */
  private void provoke(DropReason reason) {
    switch (reason) {
      case FRAME_TOO_SHORT -> {
        openWithRemote();
        fromPort(new byte[13]);
      }
      case DATAGRAM_TOO_SHORT -> {
        openWithRemote();
        fromRemote(new byte[7]);
      }
      case INNER_FRAME_TOO_SHORT -> {
        openWithRemote();
        fromRemote(vxlan(BLUE, new byte[13]));
      }
      case VNI_FLAG_MISSING -> {
        openWithRemote();
        fromRemote(changed(vxlan(BLUE, broadcast(FAR)), 0, 0xf7));
      }
      case RESERVED_BITS_SET -> {
        open(true, TableLimits.DEFAULT, new FloodList.Remotes(List.of(REMOTE)));
        fromRemote(changed(vxlan(BLUE, broadcast(FAR)), 7, 1));
      }
      case UNKNOWN_VNI -> {
        openWithRemote();
        fromRemote(vxlan(BLUE + 1, broadcast(FAR)));
      }
      case OWN_DATAGRAM -> {
        openWithRemote();
        from(rig.endpoint(0), vxlan(BLUE, broadcast(FAR)));
      }
      case SOURCE_NOT_AUTHORISED -> {
        openWithRemote();
        from(STRANGER, vxlan(BLUE, broadcast(FAR)));
      }
      case REMOTE_TABLE_FULL -> {
        TableLimits one = new TableLimits(10, 10, 10, 10, 10, 10, 1);
        open(false, one, new FloodList.Group(new Endpoint(IpAddress.parse("239.1.1.1"), 4789)));
        fromRemote(vxlan(BLUE, broadcast(FAR)));
        from(STRANGER, vxlan(BLUE, broadcast(FAR)));
      }
      case INVALID_SOURCE_ADDRESS -> {
        openWithRemote();
        fromPort(frame(B, 0));
      }
      case RESERVED_GROUP_ADDRESS -> {
        openWithRemote();
        fromPort(frame(0x0180_c200_000eL, A));
      }
      case TAGGED_FRAME -> {
        openWithRemote();
        fromPort(Frames.tagged(broadcast(A), 9));
      }
      case SAME_PORT -> {
        openWithRemote();
        fromPort(broadcast(A));
        fromPort(frame(A, B));
      }
      case TUNNEL_TO_TUNNEL -> {
        openWithRemote();
        fromRemote(vxlan(BLUE, broadcast(FAR)));
        fromRemote(vxlan(BLUE, frame(FAR, B)));
        fromRemote(vxlan(BLUE, frame(FAR, B)));
      }
      case NO_FLOOD_TARGET -> {
        open(false, TableLimits.DEFAULT, FloodList.NOBODY);
        rig.await(rig.control(0).detachPort("b"));
        fromPort(broadcast(A));
      }
      case BROADCAST_STORM -> {
        openWithRemote();
        limitFloods();
        fromPort(broadcast(A));
        fromPort(broadcast(A));
      }
      case UNKNOWN_UNICAST_STORM -> {
        openWithRemote();
        limitFloods();
        fromPort(frame(FAR, A));
        fromPort(frame(FAR, A));
      }
      case MULTICAST_STORM -> {
        openWithRemote();
        limitFloods();
        fromPort(MulticastFrames.toGroup(A, 0x0a00_0001, 0xef01_0101));
        fromPort(MulticastFrames.toGroup(A, 0x0a00_0001, 0xef01_0101));
      }
      case PORT_BLOCKED -> {
        openWithRemote();
        change(new StormSettings(StormLimits.NONE, StormLimits.NONE, LoopSettings.ON));
        rig.advance(Duration.ofSeconds(1));
        MemoryFrame own = a.take();
        assertThat(own).isNotNull();
        fromPort(own.bytes());
        fromPort(broadcast(A));
      }
      case NO_LISTENER -> {
        open(false, TableLimits.DEFAULT, FloodList.NOBODY);
        snoop();
        rig.advance(Duration.ofSeconds(60));
        capture(); // nobody has read the first one for so long that it has ended
        fromPort(MulticastFrames.toGroup(A, 0x0a00_0001, 0xef01_0101));
      }
      case INVALID_OFFLOAD -> {
        openWithRemote();
        a.inject(MemoryFrame.of(broadcast(A)).withChecksumPartial(50, 16));
        rig.settle();
      }
      case FRAME_LARGER_THAN_PORT_MTU -> {
        openWithRemote();
        b.inject(broadcast(B));
        rig.settle();
        fromRemote(vxlan(BLUE, frame(B, FAR, 1501, 1)));
      }
      case PORT_QUEUE_FULL, PORT_UNREACHABLE, PORT_REFUSED -> {
        openWithRemote();
        b.refuse(
            Map.of(
                    DropReason.PORT_QUEUE_FULL, SendResult.FULL,
                    DropReason.PORT_UNREACHABLE, SendResult.UNREACHABLE,
                    DropReason.PORT_REFUSED, SendResult.FAILED)
                .get(reason));
        fromPort(broadcast(A));
      }
      case DATAGRAM_LARGER_THAN_PATH_MTU -> {
        openWithRemote();
        rig.host(0).underlay().mtuBytes(1500);
        fromPort(frame(0xffff_ffff_ffffL, A, 1451, 1));
      }
      case UNDERLAY_QUEUE_FULL, UNDERLAY_UNREACHABLE, UNDERLAY_REFUSED -> {
        openWithRemote();
        rig.host(0)
            .underlay()
            .refuse(
                Map.of(
                        DropReason.UNDERLAY_QUEUE_FULL, SendResult.FULL,
                        DropReason.UNDERLAY_UNREACHABLE, SendResult.UNREACHABLE,
                        DropReason.UNDERLAY_REFUSED, SendResult.FAILED)
                    .get(reason));
        fromPort(broadcast(A));
      }
      case LOST_BEFORE_PORT_RECEIVE -> {
        openWithRemote();
        a.queueFrames(1);
        a.inject(broadcast(A));
        a.inject(broadcast(A));
        rig.settle();
        rig.advance(Duration.ofSeconds(2));
      }
      case LOST_BEFORE_UNDERLAY_RECEIVE -> {
        openWithRemote();
        rig.host(0).underlay().queueDatagrams(0);
        fromRemote(vxlan(BLUE, broadcast(FAR)));
        rig.advance(Duration.ofSeconds(2));
      }
      case CHECKSUM_MISSING -> {
        openWithRemote();
        Endpoint source = new Endpoint(IpAddress.parse("fd77::2"), 50_000);
        rig.network()
            .carry(
                new MemoryDatagram(source, rig.endpoint(0), vxlan(BLUE, broadcast(FAR)), 0, false));
        rig.settle();
      }
      case OUTER_FRAGMENTS -> {
        openWithRemote();
        byte[] payload = vxlan(BLUE, broadcast(FAR));
        rig.network().carry(new MemoryDatagram(REMOTE, rig.endpoint(0), payload).inFragments());
        rig.settle();
      }
      case QUEUE_FULL -> {
        openWithQueue(3, new QueueConfig.Fifo(1, Long.MAX_VALUE));
        fromPort(broadcast(A));
      }
      case QUEUE_LONGEST_FLOW -> {
        openWithQueue(
            3, new QueueConfig.FqCodel(8, 1, 1 << 20, 5_000_000, 100_000_000, 1514, true));
        fromPort(broadcast(A));
      }
      case QUEUE_CODEL -> {
        openWithQueue(8, QueueConfig.FqCodel.DEFAULT);
        fromPort(frame(MacAddress.BROADCAST, A, 1400, 1));
        for (int i = 0; i < 100 && rig.view(0).drops().get(reason) == 0; i++) {
          rig.advance(Duration.ofMillis(100));
        }
      }
      case QUEUE_WITHOUT_ROOM_FOR_FLOW -> {
        openWithQueue(
            1,
            new QueueConfig.Sfq(
                127, 1, 127, 1024, 1514, false, 0, QueueConfig.Perturbation.REHASH));
        fromPort(Frames.udp(FAR, A, 1, 100));
        fromPort(Frames.udp(FAR, A, 1, 100));
        fromPort(Frames.udp(FAR, A, 2, 100));
      }
      case QUEUE_WITHOUT_MEMORY -> {
        openWithQueue(514, QueueConfig.Fifo.DEFAULT);
        fromPort(frame(MacAddress.BROADCAST, A, 3000, 1));
      }
      case REMOVED_WHILE_WAITING -> {
        open(
            false,
            TableLimits.DEFAULT,
            new FloodList.Group(new Endpoint(IpAddress.parse("239.1.1.1"), 4789)));
        slowly(QueueConfig.Fifo.DEFAULT);
        fromPort(broadcast(A));
        fromPort(broadcast(A));
        rig.await(rig.control(0).changeFlood(BLUE, new FloodList.Remotes(List.of(REMOTE))));
        rig.advance(Duration.ofSeconds(1));
      }
      case UNKNOWN_TUNNEL_VERSION -> byDoor(6081, 0x4000_6558, 0x0000_6400);
      case UNKNOWN_INNER_PROTOCOL -> byDoor(4790, 0x0c00_0004, 0x0000_6400);
      case CONTROL_DATAGRAM -> byDoor(6081, 0x0080_6558, 0x0000_6400);
      case INVALID_TUNNEL_HEADER -> byDoor(0, 0xa000_6558, 0x0013_8800);
      case UNKNOWN_CRITICAL_OPTION -> byDoor(6081, 0x0140_6558, 0x0000_6400, 0x0102_8000);
      case RESERVED_VSID -> byDoor(0, 0x2000_6558, 0x0000_6400);
      case CONGESTION_NOT_UNDERSTOOD -> {
        openWithRemote();
        byte[] payload = vxlan(BLUE, Frames.udp(B, FAR, 1, 1));
        rig.network().carry(new MemoryDatagram(REMOTE, rig.endpoint(0), payload, Ecn.CE, true));
        rig.settle();
      }
      case TAG_NOT_CARRIED -> {
        open(false, TableLimits.DEFAULT, FloodList.NOBODY);
        rig.await(rig.control(0).addNetwork(keepingTagsByNvgre()));
        MemoryPort machine = new MemoryPort("machine");
        rig.attach(0, TENANT, machine);
        machine.inject(Frames.tagged(broadcast(A), 9));
        rig.settle();
      }
      case NEIGHBOUR_UNKNOWN -> {
        openWithRemote();
        NeighbourSettings drop =
            NeighbourSettings.DEFAULT.suppressing(true).with(NeighbourSettings.Unknown.DROP);
        NetworkConfig network = rig.view(0).networks().getFirst().config();
        rig.await(rig.control(0).changeNetwork(network.with(network.settings().with(drop))));
        byte[] question = new byte[ArpFrame.SIZE_BYTES];
        MemorySegment s = MemorySegment.ofArray(question);
        ArpFrame.announcement(s, 0, A, 0x0a00_0001);
        ArpPacket.target(s, EthernetHeader.SIZE_BYTES, 0, 0x0a00_0009);
        fromPort(question);
      }
      case DEFECT -> {
        openWithRemote();
        MemoryPort odd = new MemoryPort("odd");
        rig.attach(0, BLUE, new PortWithoutHeadroom(odd));
        odd.inject(broadcast(A));
        rig.settle();
        assertThat(rig.host(0).errors().snapshot()).hasSize(1);
      }
      case VLAN_NOT_ATTACHED -> {
        openWithRemote();
        MemoryPort trunk = attachVlans(BLUE);
        trunk.inject(Frames.tagged(broadcast(A), 9));
        rig.settle();
      }
      case VLAN_OF_OTHER_PORT -> {
        open(false, TableLimits.DEFAULT, FloodList.NOBODY);
        int kept = BLUE + 1;
        rig.await(
            rig.control(0)
                .addNetwork(
                    new NetworkConfig(kept, "kept", FloodList.NOBODY, Set.of(), TagPolicy.KEEP)));
        MemoryPort machine = new MemoryPort("machine");
        rig.attach(0, kept, machine);
        attachVlans(kept);
        machine.inject(Frames.tagged(broadcast(A), 20));
        rig.settle();
      }
    }
  }

  private static NetworkConfig keepingTagsByNvgre() {
    NetworkSettings settings =
        NetworkSettings.DEFAULT
            .with(new TagSettings(TagPolicy.KEEP))
            .with(EncapsulationSettings.DEFAULT.with(EncapsulationType.NVGRE));
    FloodList flood = new FloodList.Remotes(List.of(Endpoint.gre(REMOTE.address())));
    return new NetworkConfig(TENANT, "tenant", flood, Set.of(), settings);
  }

  /** A datagram with these words, and a frame, comes to a UDP port, or by GRE if that is 0. */
  private void byDoor(int port, int... words) {
    openWithRemote();
    Set<Door> doors = Set.of(Door.udp(4789), Door.udp(4790), Door.udp(6081), Door.GRE);
    rig.await(rig.control(0).listen(4789, doors));
    byte[] frame = broadcast(FAR);
    byte[] payload = new byte[words.length * 4 + frame.length];
    for (int i = 0; i < words.length; i++) {
      NetworkOrder.i32(MemorySegment.ofArray(payload), i * 4L, words[i]);
    }
    System.arraycopy(frame, 0, payload, words.length * 4, frame.length);
    IpAddress here = rig.endpoint(0).address();
    Endpoint to = port == 0 ? Endpoint.gre(here) : new Endpoint(here, port);
    rig.network().carry(new MemoryDatagram(REMOTE, to, payload));
    rig.settle();
  }

  /** A device without tags in a network, whose VLAN 20 is in blue. */
  private MemoryPort attachVlans(int untaggedVni) {
    MemoryPort trunk = new MemoryPort("trunk");
    rig.attach(0, untaggedVni, trunk);
    PortSettings vlan = PortSettings.DEFAULT.withVlan(20);
    rig.await(rig.control(0).attachPort(BLUE, "trunk.20", trunk, vlan));
    return trunk;
  }

  @Test
  void shouldHaveCodesInOrderAndWordsForPersons() {
    assertThat(DropReason.ALL.stream().map(DropReason::code))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, DropReason.ALL.size()).boxed().toList());
    Set<String> labels = DropReason.labels().collect(Collectors.toSet());
    assertThat(labels).hasSize(DropReason.ALL.size()).allMatch(label -> label.matches("[a-z-]+"));
    assertThat(DropReason.ALL).allMatch(reason -> reason.sentence().endsWith("."));
    assertThat(DropReason.ALL).allMatch(reason -> reason.hint().endsWith("."));
  }

  /** A device that breaks its contract. */
  private static final class PortWithoutHeadroom extends DelegatingPort {
    PortWithoutHeadroom(MemoryPort port) {
      super(port);
    }

    @Override
    public int receive(ReceiveBatch batch) {
      int count = super.receive(batch);
      for (int i = 0; i < count; i++) {
        Frame frame = batch.frame(i);
        byte[] bytes = broadcast(A);
        frame.prepend(Frame.HEADROOM_BYTES);
        MemorySegment.copy(
            bytes, 0, frame.memory(), ValueLayout.JAVA_BYTE, frame.start(), bytes.length);
      }
      return count;
    }
  }
}
