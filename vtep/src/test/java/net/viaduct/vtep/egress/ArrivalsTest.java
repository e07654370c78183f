package net.viaduct.vtep.egress;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static net.viaduct.vtep.behaviour.Frames.vxlan;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.viaduct.io.Endpoint;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Machine;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.wire.neighbour.ArpFrame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whom the first frame of a station reaches whose destination is known at a remote. */
class ArrivalsTest {
  private static final int BLUE = 100;
  private static final long A = mac(1);
  private static final long B = mac(2);

  private final MemoryRig rig = new MemoryRig();
  private Machine a;
  private Machine b;
  private Machine c;

  @AfterEach
  void close() {
    for (int host = 0; host < rig.hosts(); host++) {
      Conservation.check(rig.view(host));
    }
    rig.close();
  }

  /** A machine at each of three hosts; host 0 knows that B is at host 1. */
  private void open(boolean byGroup, boolean announces) {
    for (int host = 0; host < rig.hosts(); host++) {
      FloodList flood =
          byGroup
              ? new FloodList.Group(new Endpoint(rig.group(1), MemoryRig.PORT))
              : new FloodList.Remotes(others(host));
      NetworkSettings settings =
          NetworkSettings.DEFAULT.with(StationPolicy.USUAL.announcingNew(announces));
      rig.await(
          rig.control(host).addNetwork(new NetworkConfig(BLUE, "blue", flood, Set.of(), settings)));
    }
    a = rig.machine(0, BLUE, "a");
    b = rig.machine(1, BLUE, "b");
    c = rig.machine(2, BLUE, "c");
    send(b, broadcast(B));
    received(a);
    received(c);
  }

  private List<Endpoint> others(int host) {
    List<Endpoint> others = new ArrayList<>();
    for (int other = 0; other < rig.hosts(); other++) {
      if (other != host) {
        others.add(rig.endpoint(other));
      }
    }
    return others;
  }

  private void send(Machine from, byte[] frame) {
    from.send(frame);
    rig.settle();
  }

  private static List<byte[]> received(Machine machine) {
    List<byte[]> frames = new ArrayList<>();
    for (byte[] frame = machine.receive(); frame != null; frame = machine.receive()) {
      frames.add(frame);
    }
    return frames;
  }

  private long sent() {
    return rig.view(0).counters().values().get("egress-sent-frames");
  }

  private boolean isKnownAtHost0(int byHost) {
    return rig.view(byHost)
        .station(BLUE, A)
        .filter(it -> it.location().equals(new Location.AtRemote(rig.endpoint(0).address())))
        .isPresent();
  }

  @Test
  void shouldFloodTheFirstFrameOfANewStationThoughItsDestinationIsKnown() {
    open(false, true);
    byte[] first = frame(B, A);
    send(a, first);
    assertThat(received(b)).containsExactly(first);
    assertThat(received(c)).as("it learns, and knows that B is not there").isEmpty();
    assertThat(isKnownAtHost0(2)).isTrue();
    long sent = sent();
    send(a, frame(B, A, 50, 2));
    assertThat(sent() - sent).as("everybody knows it now").isEqualTo(1);
  }

  @Test
  void shouldBookACopyThatOnlyTellsWhereItsSenderIsAsNoDrop() {
    open(false, true);
    send(a, frame(B, A));
    assertThat(rig.view(2).drops().get(DropReason.TUNNEL_TO_TUNNEL)).isZero();
    Map<String, Long> counters = rig.view(2).counters().values();
    assertThat(counters).containsEntry("first-frames-heard", 1L);
    assertThat(counters).containsEntry("ingress-consumed-frames", 1L);

    Endpoint host0 = new Endpoint(rig.endpoint(0).address(), 50_000);
    byte[] again = vxlan(BLUE, frame(B, A));
    rig.network().carry(new MemoryDatagram(host0, rig.endpoint(2), again));
    rig.settle();
    assertThat(rig.view(2).drops().get(DropReason.TUNNEL_TO_TUNNEL))
        .as("nothing new in it: it is lost, by an old entry perhaps")
        .isEqualTo(1);
  }

  @Test
  void shouldFloodTheFirstFrameOfAStationThatMovedHere() {
    open(false, true);
    send(c, broadcast(A));
    assertThat(isKnownAtHost0(1)).isFalse();
    received(a);
    received(b);
    byte[] first = frame(B, A);
    send(a, first);
    assertThat(received(b)).containsExactly(first);
    assertThat(received(c)).as("it learns, and knows that B is not there").isEmpty();
    assertThat(isKnownAtHost0(1)).isTrue();
    assertThat(isKnownAtHost0(2)).isTrue();
  }

  @Test
  void shouldTellTheGroupByAFrameOfItsOwn() {
    open(true, true);
    byte[] first = frame(B, A);
    send(a, first);
    byte[] reverse = new byte[ArpFrame.SIZE_BYTES];
    ArpFrame.reverse(MemorySegment.ofArray(reverse), 0, A);
    assertThat(received(b)).containsExactlyInAnyOrder(first, reverse);
    assertThat(received(c)).containsExactly(reverse);
    assertThat(isKnownAtHost0(2)).isTrue();
  }

  @Test
  void shouldSendItsUsualWayWhereTheNetworkDoesNotAnnounce() {
    open(false, false);
    byte[] first = frame(B, A);
    send(a, first);
    assertThat(received(b)).containsExactly(first);
    assertThat(isKnownAtHost0(1)).isTrue();
    assertThat(isKnownAtHost0(2)).isFalse();
  }
}
