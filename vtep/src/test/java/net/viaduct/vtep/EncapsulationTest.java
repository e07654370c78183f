package net.viaduct.vtep;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.Machine;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.settings.EncapsulationSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.PortSettings;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.NetworkOrder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same flooding and learning, however frames are wrapped, and what wrapping itself does. */
class EncapsulationTest extends TunnelledNetwork {
  @ParameterizedTest
  @EnumSource
  @Tag("R1")
  @Tag("R18")
  @Tag("R23")
  @Tag("R24")
  @DisplayName("R18, R23, R24: each encapsulation floods, learns, and follows a move")
  void shouldFloodLearnAndFollowWithEach(EncapsulationType type) {
    network(by(type));
    Machine a = rig.machine(0, VNI, "a");
    Machine b = rig.machine(1, VNI, "b");
    Machine c = rig.machine(2, VNI, "c");
    byte[] hello = broadcast(A);
    send(a, hello);
    assertThat(received(b)).containsExactly(hello);
    assertThat(received(c)).containsExactly(hello);
    byte[] answer = frame(A, B);
    sent.clear();
    send(b, answer);
    assertThat(received(a)).containsExactly(answer);
    assertThat(received(c)).as("known unicast is not flooded").isEmpty();
    assertThat(sent)
        .singleElement()
        .satisfies(datagram -> {
          assertThat(datagram.destination()).isEqualTo(PORTS.endpoint(address(0), type));
          assertThat(datagram.payload()).hasSize(8 + answer.length).endsWith(answer);
        });
    send(c, broadcast(B)); // the station moves
    received(a);
    received(b);
    byte[] after = frame(B, A);
    send(a, after);
    assertThat(received(c)).containsExactly(after);
    assertThat(received(b)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("Each encapsulation floods by group too")
  void shouldFloodByGroupWithEach(EncapsulationType type) {
    listenAtAll();
    FloodList group = new FloodList.Group(PORTS.endpoint(rig.group(1), type));
    for (int host = 0; host < rig.hosts(); host++) {
      NetworkSettings settings = NetworkSettings.DEFAULT.with(by(type));
      rig.await(
          rig.control(host).addNetwork(new NetworkConfig(VNI, "blue", group, Set.of(), settings)));
    }
    Machine a = rig.machine(0, VNI, "a");
    Machine b = rig.machine(1, VNI, "b");
    Machine c = rig.machine(2, VNI, "c");
    byte[] hello = broadcast(A);
    send(a, hello);
    assertThat(received(b)).containsExactly(hello);
    assertThat(received(c)).containsExactly(hello);
    byte[] answer = frame(A, B);
    send(b, answer);
    assertThat(received(a)).containsExactly(answer);
    assertThat(received(c)).isEmpty();
  }

  @Test
  @DisplayName("Remotes with different encapsulations in one flood list each get what they speak")
  void shouldSendEachRemoteWhatItSpeaks() {
    EncapsulationSettings mixed =
        by(EncapsulationType.GENEVE).withRemotes(Map.of(address(1), EncapsulationType.VXLAN));
    EncapsulationSettings vxlan = by(EncapsulationType.VXLAN);
    network(mixed, vxlan, by(EncapsulationType.GENEVE));
    Machine a = rig.machine(0, VNI, "a");
    Machine b = rig.machine(1, VNI, "b");
    Machine c = rig.machine(2, VNI, "c");
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      byte[] frame = frame(0xffff_ffff_ffffL, A, 50, i);
      frames.add(frame);
      a.send(frame);
    }
    rig.settle();
    assertThat(received(b)).containsExactlyElementsOf(frames);
    assertThat(received(c)).containsExactlyElementsOf(frames);
    Map<Endpoint, Integer> first = new HashMap<>();
    sent.forEach(
        d -> first.put(d.destination(), NetworkOrder.i32(MemorySegment.ofArray(d.payload()), 0)));
    assertThat(first)
        .isEqualTo(
            Map.of(
                new Endpoint(address(1), 4789), 0x0800_0000,
                new Endpoint(address(2), 6081), 0x0000_6558));
  }

  @Test
  @Tag("R23")
  void shouldTellFlowsApartInNvgreUnlessTold() {
    network(by(EncapsulationType.NVGRE), by(EncapsulationType.NVGRE).withFlowIds(false));
    Machine a = rig.machine(0, VNI, "a");
    Machine b = rig.machine(1, VNI, "b");
    Map<IpAddress, Set<Integer>> flowIds = new HashMap<>();
    for (int flow = 0; flow < 100; flow++) {
      a.send(Frames.udp(C, A, 1000 + flow, 20));
      b.send(Frames.udp(C, B, 1000 + flow, 20));
      rig.settle();
    }
    for (MemoryDatagram datagram : sent) {
      assertThat(headerOf(datagram)).startsWith(0x20, 0, 0x65, 0x58, 0, 0x13, 0x88);
      flowIds
          .computeIfAbsent(datagram.source().address(), _ -> new java.util.HashSet<>())
          .add((int) headerOf(datagram)[7]);
    }
    assertThat(flowIds.get(address(0))).hasSizeGreaterThan(50);
    assertThat(flowIds.get(address(1))).containsExactly(0);
  }

  @Test
  @Tag("R23")
  void shouldRefuseNetworksWhoseVniNvgreReserves() {
    for (int vni : new int[] {0, 100, 0xfff, 0xff_ffff}) {
      assertThatThrownBy(() ->
              new NetworkConfig(
                  vni,
                  "n",
                  FloodList.NOBODY,
                  Set.of(),
                  NetworkSettings.DEFAULT.with(by(EncapsulationType.NVGRE))))
          .hasMessageContaining("4096 to 16777214");
    }
  }

  @Test
  @Tag("R22")
  @DisplayName("R22: there is no transit role: what came by Geneve never leaves by a tunnel")
  void shouldNeverPassGeneveOn() {
    network(by(EncapsulationType.GENEVE));
    rig.machine(0, VNI, "a");
    Machine b = rig.machine(1, VNI, "b");
    Machine c = rig.machine(2, VNI, "c");
    send(b, broadcast(B));
    send(c, broadcast(C));
    sent.clear();
    byte[] header = {1, 0, 0x65, 0x58, 0, 0x13, (byte) 0x88, 0, 1, 2, 3, 0};
    byte[] frame = frame(C, B);
    byte[] payload = Arrays.copyOf(header, header.length + frame.length);
    System.arraycopy(frame, 0, payload, header.length, frame.length);
    Endpoint from = new Endpoint(address(1), 50_000);
    rig.network().carry(new MemoryDatagram(from, new Endpoint(address(0), 6081), payload));
    sent.clear();
    rig.settle();
    assertThat(sent).isEmpty();
    assertThat(rig.view(0).drops().get(DropReason.TUNNEL_TO_TUNNEL)).isEqualTo(1);
  }

  /** Keeps the groups of the frames that it is given. */
  private static final class GroupPort extends DelegatingPort {
    private final List<Integer> groups = new ArrayList<>();

    GroupPort(MemoryPort port) {
      super(port);
    }

    @Override
    public void send(SendBatch batch) {
      for (int i = 0; i < batch.size(); i++) {
        groups.add(batch.frame(i).group());
      }
      super.send(batch);
    }

    @Override
    public int receive(ReceiveBatch batch) {
      return super.receive(batch);
    }
  }

  private GroupPort attach(int host, String name, PortSettings settings) {
    GroupPort port = new GroupPort(new MemoryPort(name));
    rig.await(rig.control(host).attachPort(VNI, name, port, settings));
    return port;
  }

  @Test
  @Tag("R25")
  @DisplayName("R25: a port's group goes with its frames, and never to who does not speak groups")
  void shouldCarryGroupsToThoseWhoSpeakThem() {
    EncapsulationSettings groups =
        by(EncapsulationType.VXLAN_GBP).withRemotes(Map.of(address(2), EncapsulationType.VXLAN));
    network(groups, by(EncapsulationType.VXLAN_GBP), by(EncapsulationType.VXLAN));
    MemoryPort grouped = new MemoryPort("grouped");
    rig.await(
        rig.control(0).attachPort(VNI, "grouped", grouped, PortSettings.DEFAULT.withGroup(77)));
    GroupPort beside = attach(0, "beside", PortSettings.DEFAULT);
    GroupPort b = attach(1, "b", PortSettings.DEFAULT);
    GroupPort c = attach(2, "c", PortSettings.DEFAULT);
    grouped.inject(broadcast(A));
    rig.settle();
    assertThat(beside.groups).containsExactly(77);
    assertThat(b.groups).containsExactly(77);
    assertThat(c.groups).containsExactly(Frame.NO_GROUP);
    Map<IpAddress, byte[]> headers = new HashMap<>();
    sent.forEach(datagram -> headers.put(datagram.destination().address(), headerOf(datagram)));
    assertThat(headers.get(address(1))).containsExactly(0x88, 0, 0, 77, 0, 0x13, 0x88, 0);
    assertThat(headers.get(address(2))).containsExactly(8, 0, 0, 0, 0, 0x13, 0x88, 0);
  }

  @Test
  @Tag("R25")
  void shouldNotLearnWhenTheSenderForbidsIt() {
    network(by(EncapsulationType.VXLAN_GBP));
    rig.machine(0, VNI, "a");
    byte[] dontLearn = Frames.vxlan(VNI, broadcast(B));
    dontLearn[0] = (byte) 0x88;
    dontLearn[1] = 0x40;
    Endpoint from = new Endpoint(address(1), 50_000);
    rig.network().carry(new MemoryDatagram(from, rig.endpoint(0), dontLearn));
    rig.settle();
    assertThat(rig.view(0).station(VNI, B)).isEmpty();
    dontLearn[1] = 0;
    rig.network().carry(new MemoryDatagram(from, rig.endpoint(0), dontLearn));
    rig.settle();
    assertThat(rig.view(0).station(VNI, B)).isPresent();
  }
}
