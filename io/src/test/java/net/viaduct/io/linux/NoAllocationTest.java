package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.Offload;
import net.viaduct.io.Port;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpProtocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No device allocates for a frame, neither receiving nor sending nor waiting. */
class NoAllocationTest {
  private static final int FRAMES = 8;
  private static final String BROADCAST = "ff:ff:ff:ff:ff:ff";
  private static final String STATION = "02:00:00:00:00:01";

  private final DistinctErrors errors = new DistinctErrors(System::nanoTime);
  private final SendBatch sent = new SendBatch(FRAMES);
  private final int[] tokens = new int[2];
  private final EpollReadiness readiness = new EpollReadiness();
  private final MappedMemory memory = new MappedMemory(64L * Frame.SLOT_BYTES);
  private final ReceiveBatch received = new ReceiveBatch(memory.segment(), 64);
  private int receivedFrames;
  private int sentFrames;
  private Namespaces namespaces;
  private String near;
  private String far;

  @BeforeEach
  void makeNamespaces() {
    Namespaces.assumePossible();
    namespaces = new Namespaces();
    near = namespaces.add();
    far = namespaces.add();
    namespaces.join(near, "eth0", far, "eth0");
  }

  @AfterEach
  void removeNamespaces() {
    if (namespaces != null) {
      namespaces.close();
    }
    readiness.close();
    memory.close();
  }

  private void fill(SendBatch batch) {
    for (int i = 0; i < FRAMES - 2; i++) {
      batch.add(Frames.ethernet(BROADCAST, STATION, 100 * i));
    }
    batch.add(Frames.ethernet(BROADCAST, STATION, 100), 0x8100_0014, false);
    Frame superFrame = Frames.unfinished(IpProtocol.UDP, 10_000, 1);
    superFrame.offload().segmentation(Offload.UDP, 1000);
    batch.add(superFrame);
  }

  private static void assertThatMtuIs1500(int mtuBytes) {
    if (mtuBytes != 1500) { // assertThat would allocate
      throw new AssertionError("MTU " + mtuBytes);
    }
  }

  private void exchange(Port from, Port to) {
    assertThatMtuIs1500(from.mtuBytes());
    from.send(sent);
    for (int i = 0; i < sent.size(); i++) {
      sentFrames += sent.result(i) == SendResult.SENT ? 1 : 0;
    }
    readiness.await(tokens, 1_000_000);
    receivedFrames += to.receive(received);
  }

  @Test
  void shouldAllocateNothingOnPacketPorts() {
    fill(sent);
    try (PacketPort one = Namespaces.in(near, () -> new PacketPort("eth0", errors));
        PacketPort other = Namespaces.in(far, () -> new PacketPort("eth0", errors))) {
      readiness.add(other, 1);
      assertThat(Allocation.bytesOfBestRound(() -> exchange(one, other))).isZero();
      assertThat(receivedFrames).isGreaterThan(500 * FRAMES);
      assertThat(sentFrames).isGreaterThan(500 * FRAMES);
    }
  }

  @Test
  void shouldAllocateNothingOnTaps() {
    fill(sent);
    try (TapPort one = Namespaces.in(near, () -> new TapPort("vm1", 1500, errors));
        TapPort other = Namespaces.in(near, () -> new TapPort("vm2", 1500, errors))) {
      namespaces.ip(near, "link add br0 type bridge");
      namespaces.ip(near, "link set vm1 master br0");
      namespaces.ip(near, "link set vm2 master br0");
      namespaces.ip(near, "link set br0 up");
      readiness.add(other, 1);
      assertThat(Allocation.bytesOfBestRound(() -> exchange(one, other))).isZero();
      assertThat(receivedFrames).isGreaterThan(500 * FRAMES);
      assertThat(sentFrames).isGreaterThan(500 * FRAMES);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SOCKETS", "TAP"})
  void shouldAllocateNothingOnUnderlays(UdpUnderlayConfig.Way way) {
    namespaces.ip(near, "addr add 10.77.0.1/24 dev eth0");
    namespaces.ip(far, "addr add 10.77.0.2/24 dev eth0");
    namespaces.ip(near, "addr add fd77::1/64 dev eth0 nodad");
    namespaces.ip(far, "addr add fd77::2/64 dev eth0 nodad");
    Endpoint farEnd = new Endpoint(IpAddress.parse("10.77.0.2"), 4789);
    Endpoint farEnd6 = new Endpoint(IpAddress.parse("fd77::2"), 4789);
    UdpUnderlayConfig nearConfig =
        UdpUnderlayConfig.of(
                List.of(IpAddress.parse("10.77.0.1"), IpAddress.parse("fd77::1")), 4789)
            .withMoreDoors(Set.of(Door.GRE))
            .withWay(way);
    UdpUnderlayConfig farConfig =
        UdpUnderlayConfig.of(List.of(farEnd.address(), farEnd6.address()), 4789)
            .withMoreDoors(Set.of(Door.GRE))
            .withWay(way);
    fill(sent);
    DatagramBatch batch = new DatagramBatch(2 * FRAMES + 3);
    for (int i = 0; i < FRAMES; i++) {
      batch.add(sent.frame(i), 8, farEnd, i * 0x9e37_79b9, i);
      batch.add(sent.frame(i), 8, farEnd6, i * 0x9e37_79b9, i);
    }
    batch.add(sent.frame(0), 8, Endpoint.gre(farEnd.address()), 7);
    batch.add(sent.frame(0), 8, Endpoint.gre(farEnd6.address()), 7);
    IpAddress group = IpAddress.parse("239.1.1.1");
    batch.add(sent.frame(0), 8, new Endpoint(group, 4789), 7);
    try (UdpUnderlay one = Namespaces.in(near, () -> new UdpUnderlay(nearConfig, errors));
        UdpUnderlay other = Namespaces.in(far, () -> new UdpUnderlay(farConfig, errors))) {
      other.join(group);
      readiness.add(other, 1);
      one.send(batch);
      one.attend(); // a tap knows its neighbours then
      Runnable exchange =
          () -> {
            assertThatMtuIs1500(one.mtuBytes());
            one.send(batch);
            for (int i = 0; i < batch.size(); i++) {
              sentFrames += batch.datagrams(i);
            }
            readiness.await(tokens, 1_000_000);
            receivedFrames += other.receive(received);
            one.receiveErrors(told -> {});
          };
      assertThat(Allocation.bytesOfBestRound(exchange)).isZero();
      assertThat(receivedFrames).isGreaterThan(500 * FRAMES);
      assertThat(sentFrames).isGreaterThan(500 * (2 * FRAMES + 12));
    }
  }

  @Test
  void shouldAllocateNothingWhenNothingCanBeSent() {
    fill(sent);
    try (PacketPort one = Namespaces.in(near, () -> new PacketPort("eth0", errors))) {
      namespaces.ip(near, "link set eth0 down");
      assertThat(Allocation.bytesOfBestRound(() -> exchange(one, one))).isZero();
      assertThat(sent.result(0)).isEqualTo(SendResult.UNREACHABLE);
    }
  }
}
