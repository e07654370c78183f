package net.viaduct.vtep.worker;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static net.viaduct.vtep.behaviour.Frames.vxlan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import net.viaduct.io.Endpoint;
import net.viaduct.io.SendBatch;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.runtime.CounterValues;
import net.viaduct.vtep.DelegatingPort;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.MovePart;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.Origin;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.behaviour.MulticastFrames;
import net.viaduct.vtep.capture.Capture;
import net.viaduct.vtep.capture.CaptureFilter;
import net.viaduct.vtep.capture.CaptureRequest;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.PortSettings;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.dhcp.DhcpMessage;
import net.viaduct.wire.neighbour.ArpFrame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Which frames a worker forwards, and which it leaves to the data-path thread. The worker reads
 * port "a", the data-path thread port "b"; station 1 is behind a, 2 behind b, and 3 and 4 at two
 * remotes.
 */
class KnownFramesTest {
  private static final int BLUE = 100;
  private static final int THREADS = 2;
  private static final long A = mac(1);
  private static final long B = mac(2);
  private static final long FAR = mac(3);
  private static final long FARTHER = mac(4);
  private static final long NOBODY = mac(9);

  /** Of IPv4 in a frame without a tag. */
  private static final int FRAGMENT_OFFSET = EthernetHeader.SIZE_BYTES + 6;

  private static final int PROTOCOL_OFFSET = EthernetHeader.SIZE_BYTES + 9;
  private static final byte MORE_FRAGMENTS = 0x20;

  /** By so many source ports something comes to each thread. */
  private static final int SOURCE_PORTS = 32;

  private final MemoryRig rig = new MemoryRig(3, MemoryRig.impatient(VtepConfig.DEFAULT), THREADS);
  private final MemoryPort a = new MemoryPort("a");
  private final MemoryPort b = new MemoryPort("b");

  @BeforeEach
  void open() {
    rig.await(rig.control(0).addNetwork(network(new FloodList.Remotes(both()))));
    rig.attach(0, BLUE, a);
    rig.attach(0, BLUE, b);
    a.inject(broadcast(A));
    b.inject(broadcast(B));
    arrive(1, FAR);
    arrive(2, FARTHER);
    rig.settle();
    b.takeAll();
    a.takeAll();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private List<Endpoint> both() {
    return List.of(rig.endpoint(1), rig.endpoint(2));
  }

  private NetworkConfig network(FloodList flood) {
    Set<IpAddress> accepted = Set.of(rig.endpoint(1).address(), rig.endpoint(2).address());
    return new NetworkConfig(BLUE, "blue", flood, accepted, NetworkSettings.DEFAULT);
  }

  private void arrive(int from, long station) {
    arrive(from, 50_000, broadcast(station));
    rig.settle();
  }

  private void arrive(int from, int sourcePort, byte[] frame) {
    Endpoint source = new Endpoint(rig.endpoint(from).address(), sourcePort);
    rig.network().carry(new MemoryDatagram(source, rig.endpoint(0), vxlan(BLUE, frame)));
  }

  private long counted(String counter) {
    return rig.host(0).counters().snapshot().blocks().stream()
        .filter(block -> block.label().equals("worker-1"))
        .map(CounterValues::values)
        .mapToLong(values -> values.get(counter))
        .sum();
  }

  /** What the worker did with a frame from its port. */
  private enum Done {
    FORWARDED,
    HANDED_OVER
  }

  private Done sentBy(MemoryPort port, byte[] frame) {
    long forwarded = counted("forwarded-frames");
    long handedOver = counted("handed-over-frames");
    port.inject(frame);
    rig.settle();
    boolean isForwarded = counted("forwarded-frames") == forwarded + 1;
    assertThat(counted("handed-over-frames")).isEqualTo(handedOver + (isForwarded ? 0 : 1));
    return isForwarded ? Done.FORWARDED : Done.HANDED_OVER;
  }

  /** Whether the worker forwards what comes from a remote; those by its sockets are all alike. */
  private Done comeBy(int remote, byte[] frame) {
    long forwarded = counted("forwarded-frames");
    long handedOver = counted("handed-over-frames");
    for (int i = 0; i < SOURCE_PORTS; i++) {
      arrive(remote, 50_000 + i, frame);
      rig.settle();
    }
    long more = counted("forwarded-frames") - forwarded;
    assertThat(more + counted("handed-over-frames") - handedOver).isPositive();
    assertThat(more == 0 || counted("handed-over-frames") == handedOver).isTrue();
    return more == 0 ? Done.HANDED_OVER : Done.FORWARDED;
  }

  @Test
  void shouldForwardBetweenStationsThatAreKnown() {
    assertThat(sentBy(a, frame(B, A))).isEqualTo(Done.FORWARDED);
    assertThat(b.takeAll()).hasSize(1);
    assertThat(sentBy(a, frame(FAR, A))).isEqualTo(Done.FORWARDED);
    assertThat(comeBy(1, frame(B, FAR))).isEqualTo(Done.FORWARDED);
    assertThat(b.takeAll()).hasSize(SOURCE_PORTS);
  }

  @Test
  void shouldLeaveWhatIsNewOrForAll() {
    assertThat(sentBy(a, frame(B, NOBODY))).isEqualTo(Done.HANDED_OVER);
    assertThat(sentBy(a, frame(mac(8), A))).isEqualTo(Done.HANDED_OVER);
    assertThat(sentBy(a, broadcast(A))).isEqualTo(Done.HANDED_OVER);
    assertThat(sentBy(a, frame(A, A))).isEqualTo(Done.HANDED_OVER);
  }

  @Test
  void shouldLeaveWhatTellsAddresses() {
    byte[] arp = new byte[ArpFrame.SIZE_BYTES];
    ArpFrame.reply(MemorySegment.ofArray(arp), 0, A, 0x0a00_0001);
    ArpFrame.answer(MemorySegment.ofArray(arp), 0, B, 0x0a00_0002);
    assertThat(sentBy(a, arp)).isEqualTo(Done.HANDED_OVER);
  }

  @Test
  void shouldLeaveWhatTellsWhoListens() {
    byte[] igmp = to(B, MulticastFrames.join(A, 0x0a00_0001, 0xef01_0101));
    byte[] mld =
        to(B, MulticastFrames.report6(A, MulticastFrames.joining(), IpAddress.parse("ff02::1")));
    byte[] pim = igmp.clone();
    pim[PROTOCOL_OFFSET] = (byte) IpProtocol.PIM;
    for (byte[] frame : List.of(igmp, mld, pim)) {
      assertThat(sentBy(a, frame)).isEqualTo(Done.HANDED_OVER);
    }
  }

  @Test
  void shouldLeaveWhatTellsLeases() {
    assertThat(sentBy(a, Frames.udp(B, A, DhcpMessage.CLIENT_PORT, 300)))
        .isEqualTo(Done.HANDED_OVER);
    assertThat(sentBy(a, Frames.udp(B, A, DhcpMessage.SERVER_PORT, 300)))
        .isEqualTo(Done.HANDED_OVER);
    assertThat(sentBy(a, Frames.udp(B, A, 1000, 300))).isEqualTo(Done.FORWARDED);
  }

  @Test
  void shouldForwardPartsOfPacketsIntoWhichNobodyLooks() {
    byte[] part = to(B, MulticastFrames.join(A, 0x0a00_0001, 0xef01_0101));
    part[FRAGMENT_OFFSET] = MORE_FRAGMENTS;
    assertThat(sentBy(a, part)).isEqualTo(Done.FORWARDED);
  }

  private static byte[] to(long destination, byte[] frame) {
    EthernetHeader.destination(MemorySegment.ofArray(frame), 0, destination);
    return frame;
  }

  @Test
  void shouldLeaveFramesForWhomNobodyHasToldWhereThoseAreDropped() {
    StationPolicy told =
        StationPolicy.USUAL.with(StationPolicy.Sources.NOTHING).with(StationPolicy.Unknown.DROP);
    Location here = new Location.AtPort("b");
    rig.await(rig.control(0).addStation(BLUE, mac(7), here, Origin.CONTROLLER));
    rig.await(
        rig.control(0)
            .changeNetwork(
                network(new FloodList.Remotes(both())).with(NetworkSettings.DEFAULT.with(told))));
    assertThat(sentBy(a, frame(NOBODY, A))).isEqualTo(Done.HANDED_OVER);
    assertThat(sentBy(a, frame(B, A))).as("learned before").isEqualTo(Done.HANDED_OVER);
    assertThat(rig.view(0).drops()).containsEntry(DropReason.UNKNOWN_STATION, 2L);
    assertThat(sentBy(a, frame(mac(7), A))).isEqualTo(Done.FORWARDED);
  }

  @Test
  void shouldLeaveAllOfANetworkWhereAStationIsAwaited() {
    rig.await(rig.control(0).move(BLUE, FARTHER, new MovePart.Arriving("b")));
    assertThat(sentBy(a, frame(FARTHER, A))).isEqualTo(Done.HANDED_OVER);
    assertThat(b.takeAll()).as("a copy for where it will be").hasSize(1);
    assertThat(comeBy(1, frame(B, FAR))).isEqualTo(Done.HANDED_OVER);
    rig.await(rig.control(0).settle(BLUE, FARTHER));
    assertThat(sentBy(a, frame(FARTHER, A))).isEqualTo(Done.FORWARDED);
  }

  @Test
  void shouldLeaveWhatGoesToAPortThatAStationLeaves() {
    MovePart leaving = new MovePart.Leaving(rig.endpoint(1).address());
    rig.await(rig.control(0).move(BLUE, B, leaving));
    assertThat(sentBy(a, frame(B, A))).isEqualTo(Done.HANDED_OVER);
    assertThat(comeBy(2, frame(B, FARTHER))).isEqualTo(Done.HANDED_OVER);
    assertThat(rig.view(0).counters().values().get("moves-copied-frames")).isGreaterThan(1);
  }

  @Test
  void shouldLeaveWhatALegMayNotCarry() {
    FloodList mutual = new FloodList.Remotes(List.of(rig.endpoint(1)), true);
    rig.await(rig.control(0).changeNetwork(network(mutual)));
    rig.await(rig.control(0).detachPort("a"));
    MemoryPort leg = new MemoryPort("leg");
    rig.await(rig.control(0).attachPort(BLUE, "leg", leg, PortSettings.DEFAULT.asLeg()));
    leg.inject(broadcast(A));
    rig.settle();
    for (int host = 1; host <= 2; host++) {
      Location there = new Location.AtRemote(rig.endpoint(host).address());
      rig.await(rig.control(0).addStation(BLUE, mac(10 + host), there, Origin.CONTROLLER));
    }
    assertThat(sentBy(leg, frame(mac(11), A))).isEqualTo(Done.FORWARDED);
    assertThat(sentBy(leg, frame(mac(12), A))).as("it is on the wire").isEqualTo(Done.HANDED_OVER);
    assertThat(rig.view(0).drops()).containsEntry(DropReason.SPLIT_HORIZON, 1L);
  }

  @Test
  void shouldLearnNothingFromARemoteThatIsOnTheWireToo() {
    FloodList mutual = new FloodList.Remotes(List.of(rig.endpoint(1)), true);
    rig.await(rig.control(0).changeNetwork(network(mutual)));
    comeBy(2, frame(B, NOBODY));
    assertThat(b.takeAll()).hasSize(SOURCE_PORTS);
    assertThat(rig.view(0).station(BLUE, NOBODY)).isEmpty();
  }

  @Test
  void shouldLeaveAllWhileACaptureIsToSeeIt() {
    Capture capture =
        rig.await(
            rig.control(0)
                .capture(new CaptureRequest(Set.of("a", "b"), true, CaptureFilter.ALL, 65_535)));
    a.inject(frame(B, A));
    rig.settle();
    assertThat(capture.read(Integer.MAX_VALUE, Integer.MAX_VALUE)).hasSize(2);
    assertThat(comeBy(1, frame(B, FAR))).isEqualTo(Done.HANDED_OVER);
  }

  /** A port that fails in a way that nobody expects. */
  private static final class FailingPort extends DelegatingPort {
    private boolean fails;

    FailingPort(MemoryPort port) {
      super(port);
    }

    @Override
    public void send(SendBatch batch) {
      if (fails) {
        throw new LinkageError("of a test");
      }
      super.send(batch);
    }
  }

  @Test
  void shouldHandOverWhatCameBeforeAFailure() {
    MemoryPort third = new MemoryPort("c");
    FailingPort failing = new FailingPort(third);
    rig.attach(0, BLUE, failing);
    third.inject(broadcast(mac(5)));
    rig.settle();
    b.takeAll();
    failing.fails = true;
    a.inject(frame(NOBODY, A));
    a.inject(frame(mac(5), A));
    assertThatThrownBy(() -> rig.work(0, 1)).isInstanceOf(LinkageError.class);
    failing.fails = false;
    rig.settle();
    assertThat(b.takeAll()).as("what the worker left").hasSize(1);
  }
}
