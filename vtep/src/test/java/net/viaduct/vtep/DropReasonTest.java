package net.viaduct.vtep;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.vxlan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.viaduct.io.Endpoint;
import net.viaduct.io.SendResult;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.runtime.CounterValues;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.MulticastFrames;
import net.viaduct.vtep.capture.CapturedFrame;
import net.viaduct.vtep.settings.LoopSettings;
import net.viaduct.vtep.settings.NeighbourSettings;
import net.viaduct.vtep.settings.PortSettings;
import net.viaduct.vtep.settings.StormLimits;
import net.viaduct.vtep.settings.StormSettings;
import net.viaduct.vtep.settings.TagPolicy;
import net.viaduct.vtep.watch.WatchOrder;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;
import net.viaduct.wire.ip.Ecn;
import net.viaduct.wire.neighbour.ArpFrame;
import net.viaduct.wire.neighbour.ArpPacket;
import net.viaduct.wire.tunnel.LifeMessage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every reason can be provoked, and is counted once where it belongs. */
class DropReasonTest extends DroppingHost {
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
    assumeTrue(reason.isCaptured(), "nobody has seen it, or not while there is a capture");
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
      case UNEXPECTED_LIFE_MESSAGE -> {
        openWithRemote();
        rig.await(rig.control(0).watch(new WatchOrder("h1", Duration.ofSeconds(3), List.of())));
        fromRemote(Frames.lifeMessage(LifeMessage.QUESTION, 3, "h2", 77));
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
      case UNKNOWN_STATION -> {
        openWithRemote();
        knowStationsOnly();
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
      case SPLIT_HORIZON -> {
        open(false, TableLimits.DEFAULT, new FloodList.Remotes(List.of(), true));
        MemoryPort leg = new MemoryPort("machine");
        rig.await(rig.control(0).attachPort(BLUE, "machine", leg, PortSettings.DEFAULT.asLeg()));
        rig.await(rig.control(0).addRemote(REMOTE));
        Location elsewhere = new Location.AtRemote(REMOTE.address());
        rig.await(rig.control(0).addStation(BLUE, B, elsewhere, Origin.CONTROLLER));
        leg.inject(frame(B, A));
        rig.settle();
      }
      case HANDOVER_FULL -> fillHandover();
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
}
