package net.viaduct.vtep;

import static net.viaduct.vtep.behaviour.Frames.mac;
import static net.viaduct.vtep.behaviour.Frames.vxlan;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Offload;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.Underlay;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.io.memory.MemorySource;
import net.viaduct.io.memory.MemoryUnderlay;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Datagrams that come as one: taken apart, and put together where they are of one flow. */
class TrainTest {
  private static final int BLUE = 100;
  private static final int RED = 200;
  private static final long A = mac(1);
  private static final long FAR = mac(3);
  private static final Endpoint REMOTE = new Endpoint(IpAddress.parse("10.77.0.50"), 4789);

  private final MemoryRig rig = new MemoryRig(1, MemoryRig.impatient(VtepConfig.DEFAULT));
  private final MemoryUnderlay remote = rig.network().open(REMOTE);
  private final MemoryPort a = new MemoryPort("a");
  private final MemoryPort r = new MemoryPort("r");

  @BeforeEach
  void open() {
    FloodList flood = new FloodList.Remotes(List.of(REMOTE));
    rig.await(rig.control(0).addNetwork(new NetworkConfig(BLUE, "blue", flood)));
    rig.await(rig.control(0).addNetwork(new NetworkConfig(RED, "red", flood)));
    rig.attach(0, BLUE, a);
    rig.attach(0, RED, r);
    remote.mtuBytes(9000);
  }

  @AfterEach
  void close() {
    Conservation.checkSums(rig.view(0));
    rig.close();
  }

  private void fromRemote(int vni, byte[] frame) {
    rig.network().carry(new MemoryDatagram(REMOTE, rig.endpoint(0), vxlan(vni, frame)));
  }

  private long counter(String name) {
    return rig.view(0).counters().values().get(name);
  }

  @Test
  void shouldDeliverDatagramsOfOneFlowAsOneSuperFrame() {
    byte[] datagram = Frames.unfragmentable(Frames.udp(A, FAR, 1000, 64));
    for (int i = 0; i < 10; i++) {
      fromRemote(BLUE, datagram);
    }
    rig.settle();
    List<MemoryFrame> delivered = a.takeAll();
    assertThat(delivered).hasSize(1);
    MemoryFrame superFrame = delivered.getFirst();
    assertThat(superFrame.segmentation()).isEqualTo(Offload.UDP);
    assertThat(superFrame.segmentBytes()).isEqualTo(64);
    assertThat(superFrame.lengthBytes()).isEqualTo(datagram.length + 9 * 64);
    assertThat(counter("ingress-received-frames")).isEqualTo(1);
    assertThat(counter("ingress-received-datagrams")).isEqualTo(10);
  }

  /**
   * As hardware and Linux send over IPv4 when nobody asks for more: the kernel's GRO leaves them.
   */
  @Test
  void shouldDeliverDatagramsOfOneFlowThatCameByThemselvesAsOneSuperFrame() {
    byte[] datagram = Frames.unfragmentable(Frames.udp(A, FAR, 1000, 64));
    for (int i = 0; i < 10; i++) {
      fromRemoteWithoutChecksum(datagram, 0);
    }
    rig.settle();
    List<MemoryFrame> delivered = a.takeAll();
    assertThat(delivered).hasSize(1);
    assertThat(delivered.getFirst().segmentation()).isEqualTo(Offload.UDP);
    assertThat(delivered.getFirst().lengthBytes()).isEqualTo(datagram.length + 9 * 64);
    assertThat(counter("ingress-received-frames")).isEqualTo(1);
    assertThat(counter("ingress-received-datagrams")).isEqualTo(10);
  }

  @Test
  void shouldPutTogetherAcrossMessages() {
    byte[] datagram = Frames.unfragmentable(Frames.udp(A, FAR, 1000, 64));
    fromRemoteWithoutChecksum(datagram, 0);
    fromRemoteWithoutChecksum(datagram, 0);
    fromRemote(BLUE, datagram); // with a checksum: two that come together, and a shorter one
    fromRemote(BLUE, datagram);
    fromRemote(BLUE, Frames.unfragmentable(Frames.udp(A, FAR, 1000, 32)));
    fromRemote(BLUE, datagram); // nothing follows what is shorter
    rig.settle();
    assertThat(a.takeAll())
        .extracting(MemoryFrame::lengthBytes)
        .containsExactly(datagram.length + 3 * 64 + 32, datagram.length);
    assertThat(counter("ingress-received-datagrams")).isEqualTo(6);
  }

  /** The ECN bits of the outer header go into the frame, so they are each frame's own. */
  @Test
  void shouldNotPutTogetherWhatWasMarkedOnItsWayAndWhatWasNot() {
    byte[] datagram = Frames.unfragmentable(Frames.udp(A, FAR, 1000, 64));
    fromRemoteWithoutChecksum(datagram, 2);
    fromRemoteWithoutChecksum(datagram, 3);
    fromRemoteWithoutChecksum(datagram, 2);
    rig.settle();
    assertThat(counter("ingress-received-frames")).isEqualTo(3);
    a.takeAll();
  }

  private void fromRemoteWithoutChecksum(byte[] frame, int trafficClass) {
    byte[] payload = vxlan(BLUE, frame);
    rig.network().carry(new MemoryDatagram(REMOTE, rig.endpoint(0), payload, trafficClass, false));
  }

  @Test
  void shouldNotMixFlowsNorNetworks() {
    fromRemote(BLUE, Frames.udp(A, FAR, 1000, 64));
    fromRemote(BLUE, Frames.udp(A, FAR, 1001, 64));
    fromRemote(RED, Frames.udp(A, FAR, 1001, 64));
    fromRemote(BLUE, Frames.udp(A, FAR, 1001, 64));
    rig.settle();
    assertThat(a.takeAll())
        .as("in order, each by itself")
        .extracting(MemoryFrame::bytes)
        .containsExactly(
            Frames.udp(A, FAR, 1000, 64),
            Frames.udp(A, FAR, 1001, 64),
            Frames.udp(A, FAR, 1001, 64));
    assertThat(r.takeAll()).hasSize(1);
    assertThat(counter("ingress-received-datagrams")).isEqualTo(4);
  }

  @Test
  void shouldKeepWhatIsDamagedForTheReceiverToSee() {
    byte[] good = Frames.unfragmentable(Frames.udp(A, FAR, 1000, 64));
    byte[] bad = good.clone();
    bad[bad.length - 1] ^= 1;
    fromRemote(BLUE, good);
    fromRemote(BLUE, bad);
    fromRemote(BLUE, good);
    rig.settle();
    assertThat(a.takeAll()).extracting(MemoryFrame::bytes).containsExactly(good, bad, good);
  }

  /** A size of datagrams that reaches beyond memory, as only a defect of an underlay could tell. */
  @Test
  void shouldDropWhatMeetsADefectBeforeItIsTakenApart() {
    MemoryRig odd =
        new MemoryRig(
            1,
            MemoryRig.impatient(VtepConfig.DEFAULT),
            (underlay, _) -> tellingDatagramBytes(underlay, 1 << 30));
    odd.await(odd.control(0).addNetwork(new NetworkConfig(BLUE, "blue", FloodList.NOBODY)));
    byte[] datagram = vxlan(BLUE, Frames.udp(A, FAR, 1000, 64));
    odd.network().carry(new MemoryDatagram(REMOTE, odd.endpoint(0), datagram));
    odd.settle();
    Conservation.checkSums(odd.view(0));
    assertThat(odd.view(0).drops()).containsEntry(DropReason.DEFECT, 1L);
    assertThat(odd.host(0).errors().snapshot()).hasSize(1);
    odd.close();
  }

  private static Underlay tellingDatagramBytes(Underlay underlay, int bytes) {
    InvocationHandler handler =
        (_, method, arguments) -> {
          Object result = method.invoke(underlay, arguments);
          if (method.getName().equals("receive") && (int) result > 0) {
            ((ReceiveBatch) arguments[0]).frame(0).train(bytes);
          }
          return result;
        };
    Class<?>[] types = {Underlay.class, MemorySource.class};
    return (Underlay) Proxy.newProxyInstance(Underlay.class.getClassLoader(), types, handler);
  }

  @Test
  void shouldDropEachDatagramOfATrainThatNobodyWants() {
    for (int i = 0; i < 5; i++) {
      fromRemote(999, Frames.udp(A, FAR, 1000, 64));
    }
    rig.settle();
    assertThat(counter("drop-unknown-vni")).isEqualTo(5);
  }
}
