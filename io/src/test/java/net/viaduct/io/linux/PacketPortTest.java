package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.HexFormat;
import net.viaduct.io.Frame;
import net.viaduct.io.IoFailure;
import net.viaduct.io.Offload;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.wire.IpProtocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One end of a veth pair as a port; the other end is a machine with the kernel's network stack. */
class PacketPortTest {
  private static final String BROADCAST = "ff:ff:ff:ff:ff:ff";
  private static final String STATION = "02:00:00:00:00:01";

  private final DistinctErrors errors = new DistinctErrors(System::nanoTime);
  private Namespaces namespaces;
  private String host;
  private String machine;

  @BeforeEach
  void makeNamespaces() {
    Namespaces.assumePossible();
    namespaces = new Namespaces();
    host = namespaces.add();
    machine = namespaces.add();
    namespaces.join(host, "p0", machine, "eth0");
  }

  @AfterEach
  void removeNamespaces() {
    if (namespaces != null) {
      namespaces.close();
    }
  }

  private PacketPort open(String device) {
    return Namespaces.in(host, () -> new PacketPort(device, errors));
  }

  private PacketPort openMachine() {
    return Namespaces.in(machine, () -> new PacketPort("eth0", errors));
  }

  private static SendResult send(PacketPort port, Frame frame) {
    SendBatch batch = new SendBatch(1);
    batch.add(frame);
    port.send(batch);
    return batch.result(0);
  }

  @Test
  void shouldCarryFramesBothWays() {
    try (PacketPort near = open("p0");
        PacketPort far = openMachine();
        Receiving atNear = Receiving.from(near);
        Receiving atFar = Receiving.from(far)) {
      for (int payloadBytes : new int[] {1, 46, 1500}) {
        Frame frame = Frames.ethernet(BROADCAST, STATION, payloadBytes);
        assertThat(send(near, frame)).isEqualTo(SendResult.SENT);
        Frame received = atFar.next(f -> Frames.etherType(f) == Frames.TEST_ETHER_TYPE);
        assertThat(Frames.bytes(received)).isEqualTo(Frames.bytes(frame));
        assertThat(send(far, frame)).isEqualTo(SendResult.SENT);
        received = atNear.next(f -> Frames.etherType(f) == Frames.TEST_ETHER_TYPE);
        assertThat(Frames.bytes(received)).isEqualTo(Frames.bytes(frame));
        assertThat(received.offload().isNothing()).isTrue();
      }
    }
  }

  @Test
  void shouldReceiveUnicastToAnybodyAndNotItsOwn() {
    try (PacketPort near = open("p0");
        PacketPort far = openMachine();
        Receiving atNear = Receiving.from(near)) {
      send(near, Frames.ethernet("02:00:00:00:00:77", STATION, 60));
      send(far, Frames.ethernet("02:00:00:00:00:99", STATION, 61));
      Frame received = atNear.next(f -> Frames.etherType(f) == Frames.TEST_ETHER_TYPE);
      assertThat(received.lengthBytes()).isEqualTo(75);
    }
  }

  @Test
  void shouldTellTooBigWhenFrameExceedsTheMtu() {
    try (PacketPort near = open("p0")) {
      assertThat(near.mtuBytes()).isEqualTo(1500);
      assertThat(send(near, Frames.ethernet(BROADCAST, STATION, 1501)))
          .isEqualTo(SendResult.TOO_BIG);
    }
  }

  @Test
  void shouldTellUnreachableWhenDeviceIsDownAndWorkAgainWhenUp() {
    try (PacketPort near = open("p0");
        PacketPort far = openMachine();
        Receiving atFar = Receiving.from(far);
        Receiving atNear = Receiving.from(near)) {
      namespaces.ip(host, "link set p0 down");
      Frame frame = Frames.ethernet(BROADCAST, STATION, 100);
      assertThat(send(near, frame)).isEqualTo(SendResult.UNREACHABLE);
      assertThat(atNear.isSilent(f -> true)).isTrue();
      namespaces.ip(host, "link set p0 up");
      assertThat(send(near, frame)).isEqualTo(SendResult.SENT);
      atFar.next(f -> Frames.etherType(f) == Frames.TEST_ETHER_TYPE);
      send(far, frame);
      atNear.next(f -> Frames.etherType(f) == Frames.TEST_ETHER_TYPE);
    }
  }

  @Test
  void shouldOpenADeviceThatIsDownAndLeaveItDown() {
    namespaces.ip(host, "link set p0 down");
    try (PacketPort near = open("p0");
        PacketPort far = openMachine();
        Receiving atNear = Receiving.from(near)) {
      assertThat(atNear.isSilent(f -> true)).isTrue();
      assertThat(namespaces.ip(host, "link show p0")).contains("state DOWN");
      namespaces.ip(host, "link set p0 up");
      send(far, Frames.ethernet(BROADCAST, STATION, 100));
      atNear.next(f -> Frames.etherType(f) == Frames.TEST_ETHER_TYPE);
    }
  }

  @Test
  void shouldTellUnreachableAndNotSpinWhenDeviceVanishes() {
    try (PacketPort near = open("p0");
        EpollReadiness readiness = new EpollReadiness();
        Receiving atNear = Receiving.from(near)) {
      readiness.add(near, 3);
      namespaces.ip(host, "link del p0");
      assertThat(send(near, Frames.ethernet(BROADCAST, STATION, 100)))
          .isEqualTo(SendResult.UNREACHABLE);
      assertThat(atNear.isSilent(f -> Frames.etherType(f) == Frames.TEST_ETHER_TYPE)).isTrue();
      int[] tokens = new int[2];
      int told = 0;
      while (readiness.await(tokens, 0) > 0) {
        assertThat(told++).as("waits that ended at once").isLessThan(10);
        assertThat(atNear.isSilent(f -> Frames.etherType(f) == Frames.TEST_ETHER_TYPE)).isTrue();
      }
      assertThat(near.mtuBytes()).isEqualTo(1500);
    }
  }

  @Test
  void shouldKeepTheCauseWhenIsolationIsRefused() {
    String bpf = System.getenv("VIADUCT_BPF");
    assumeTrue(bpf == null, "BPF programs are switched off: VIADUCT_BPF=" + bpf);
    try (DeviceIsolation isolation = DeviceIsolation.of("nix0", 987_654)) {
      assertThat(isolation.failure())
          .hasMessageStartingWith("isolate nix0 from the host's network stack: ENODEV: ");
    }
  }

  @Test
  void shouldSayWhyWhenThereIsNoSuchDevice() {
    assertThatThrownBy(() -> open("nix0"))
        .isInstanceOf(IoFailure.class)
        .hasMessage("open device nix0: ENODEV: no device of that name is in this namespace");
  }

  @Test
  void shouldPutVlanTagBackWithOffloadsShifted() {
    Frame plain = Frames.unfinished(IpProtocol.UDP, 100, 7);
    byte[] bytes = Frames.bytes(plain);
    byte[] tagged = new byte[bytes.length + 4];
    System.arraycopy(bytes, 0, tagged, 0, 12);
    System.arraycopy(HexFormat.of().parseHex("81006014"), 0, tagged, 12, 4);
    System.arraycopy(bytes, 12, tagged, 16, bytes.length - 12);
    Frame frame = Frames.of(tagged);
    frame.offload().checksumPartial(38, 6);
    try (PacketPort near = open("p0");
        PacketPort far = openMachine();
        Receiving receiving = Receiving.from(near)) {
      assertThat(send(far, frame)).isEqualTo(SendResult.SENT);

      Frame received = receiving.next(f -> Frames.etherType(f) == 0x8100);

      assertThat(Frames.bytes(received)).isEqualTo(tagged);
      assertThat(received.offload().isChecksumPartial()).isTrue();
      assertThat(received.offload().checksumStart()).isEqualTo(38);
      assertThat(received.offload().checksumOffset()).isEqualTo(6);
    }
  }

  @Test
  void shouldCountLossWhenNobodyReads() {
    try (PacketPort near = open("p0");
        PacketPort far = openMachine()) {
      SendBatch batch = new SendBatch(64);
      Frame frame = Frames.ethernet(BROADCAST, STATION, 1500);
      while (batch.add(frame)) {
        continue;
      }
      for (int i = 0; i < 1000; i++) {
        near.send(batch);
      }
      assertThat(far.lostInKernel()).isGreaterThan(1000);
      assertThat(near.lostInKernel()).isLessThan(100);
    }
  }

  @Test
  void shouldIsolateTheHostWhileItIsAPort() {
    namespaces.ip(host, "addr add 10.9.0.1/24 dev p0");
    namespaces.ip(machine, "addr add 10.9.0.2/24 dev eth0");
    try (PacketPort near = open("p0");
        Receiving receiving = Receiving.from(near)) {
      assumeTrue(
          near.isolationFailure().isEmpty(), () -> "no isolation: " + near.isolationFailure());
      assertThat(isAnswered()).isFalse();
      receiving.next(f -> Frames.etherType(f) == 0x0806);
      assertThat(namespaces.ip(host, "-d link show p0")).contains("promiscuity 1");
    }
    assertThat(namespaces.ip(host, "-d link show p0")).contains("promiscuity 0");
    assertThat(isAnsweredInTheEnd()).isTrue();
  }

  @Test
  void shouldLeaveTheDeviceToTheHostWhenOnlyVlansAreThePorts() {
    namespaces.ip(host, "addr add 10.9.0.1/24 dev p0");
    namespaces.ip(machine, "addr add 10.9.0.2/24 dev eth0");
    try (PacketPort near = open("p0")) {
      near.isolationFailure().ifPresent(cause -> System.out.println("skipped: " + cause));
      assumeTrue(near.isolationFailure().isEmpty(), "not permitted here");
      near.takeUntagged(false);
      assertThat(isAnsweredInTheEnd()).as("by the host").isTrue();
      Namespaces.in(
          host,
          () -> {
            near.takeUntagged(true);
            return null;
          });
      assertThat(isAnswered()).as("it is the port's alone").isFalse();
    }
  }

  /** Whether the host's own stack answers, if only to say that nobody listens. */
  private boolean isAnswered() {
    String connect = "timeout 1 bash -c ': > /dev/tcp/10.9.0.1/9' 2>&1 || true";
    return namespaces.exec(machine, connect).contains("refused");
  }

  /** A neighbour that did not answer is asked again only after some seconds. */
  private boolean isAnsweredInTheEnd() {
    for (int i = 0; i < 20; i++) {
      if (isAnswered()) {
        return true;
      }
    }
    return false;
  }

  @Test
  void shouldReceiveTcpSuperFramesAndPassThemOnIntact() {
    String server = namespaces.add();
    namespaces.join(host, "p1", server, "eth0");
    namespaces.ip(machine, "addr add 10.9.0.1/24 dev eth0");
    namespaces.ip(server, "addr add 10.9.0.2/24 dev eth0");
    try (PacketPort near = open("p0");
        PacketPort far = open("p1");
        Wire wire = new Wire(near, far);
        TcpTransfer transfer = new TcpTransfer(machine, server, "10.9.0.2")) {
      assertThat(transfer.run(32 << 20)).as("same content").isTrue();
      assertThat(wire.superFrames()).isGreaterThan(0);
      assertThat(wire.segmentations()).containsOnly(Offload.TCP_IPV4);
      assertThat(wire.unsent()).isZero();
    }
  }
}
