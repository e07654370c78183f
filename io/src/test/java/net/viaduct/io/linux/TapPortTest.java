package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import net.viaduct.io.Frame;
import net.viaduct.io.IoFailure;
import net.viaduct.io.Offload;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;
import net.viaduct.runtime.DistinctErrors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tap device in a namespace of its own, against the kernel's network stack. */
class TapPortTest {
  private static final String BROADCAST = "ff:ff:ff:ff:ff:ff";
  private static final String STATION = "02:00:00:00:00:01";

  private final DistinctErrors errors = new DistinctErrors(System::nanoTime);
  private Namespaces namespaces;
  private String machine;

  @BeforeEach
  void makeNamespace() {
    Namespaces.assumePossible();
    namespaces = new Namespaces();
    machine = namespaces.add();
  }

  @AfterEach
  void removeNamespace() {
    if (namespaces != null) {
      namespaces.close();
    }
  }

  private TapPort open(String name) {
    return Namespaces.in(machine, () -> new TapPort(name, 1500, errors));
  }

  @Test
  void shouldReceiveWhatTheKernelSends() {
    try (TapPort port = open("vm1");
        Receiving receiving = Receiving.from(port)) {
      namespaces.ip(machine, "addr add 10.9.0.1/24 dev vm1");
      namespaces.ip(machine, "neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev vm1");
      namespaces.exec(machine, "echo > /dev/udp/10.9.0.2/7");

      Frame frame = receiving.next(f -> Frames.etherType(f) == 0x0800);

      assertThat(Frames.unsignedByte(frame, 14 + 9)).as("protocol").isEqualTo(17);
      assertThat(frame.offload().isChecksumPartial()).isTrue();
      assertThat(frame.offload().checksumStart()).isEqualTo(34);
      assertThat(frame.offload().checksumOffset()).isEqualTo(6);
    }
  }

  @Test
  void shouldBeAnsweredByTheKernelWhenArpIsSent() {
    try (TapPort port = open("vm1");
        Receiving receiving = Receiving.from(port)) {
      namespaces.ip(machine, "addr add 10.9.0.1/24 dev vm1");
      SendBatch batch = new SendBatch(4);
      batch.add(arpRequest());
      port.send(batch);
      assertThat(batch.result(0)).isEqualTo(SendResult.SENT);

      Frame reply = receiving.next(f -> Frames.etherType(f) == 0x0806);

      assertThat(Frames.unsignedShort(reply, 20)).as("operation").isEqualTo(2);
    }
  }

  @Test
  void shouldBeThereInAnotherNamespaceUntilItIsDeletedThere() {
    String other = namespaces.add();
    TapPort port = open("vm1");
    namespaces.ip(machine, "link set vm1 netns " + other + " name eth0");
    assertThat(port.isGone()).isFalse();
    namespaces.ip(other, "link del eth0");
    assertThat(port.isGone()).isTrue();
    port.close();
    assertThat(port.isGone()).isTrue();
  }

  private static Frame arpRequest() {
    byte[] bytes = new byte[42];
    byte[] start = HexFormat.of().parseHex("ffffffffffff020000000001" + "0806");
    byte[] arp =
        HexFormat.of()
            .parseHex(
                "0001080006040001" + "020000000001" + "0a090002" + "000000000000" + "0a090001");
    System.arraycopy(start, 0, bytes, 0, start.length);
    System.arraycopy(arp, 0, bytes, 14, arp.length);
    return Frames.of(bytes);
  }

  @Test
  void shouldTellTooBigWhenFrameExceedsTheMtu() {
    try (TapPort port = open("vm1")) {
      SendBatch batch = new SendBatch(4);
      batch.add(Frames.ethernet(BROADCAST, STATION, 1500));
      batch.add(Frames.ethernet(BROADCAST, STATION, 1509));
      port.send(batch);
      assertThat(batch.result(0)).isEqualTo(SendResult.SENT);
      assertThat(batch.result(1)).isEqualTo(SendResult.TOO_BIG);

      namespaces.ip(machine, "link set vm1 mtu 9000");

      port.send(batch);
      assertThat(batch.result(1)).isEqualTo(SendResult.SENT);
      assertThat(port.mtuBytes()).isEqualTo(9000);
    }
  }

  @Test
  void shouldTellUnreachableWhenDeviceIsDown() {
    try (TapPort port = open("vm1")) {
      namespaces.ip(machine, "link set vm1 down");
      SendBatch batch = new SendBatch(1);
      batch.add(Frames.ethernet(BROADCAST, STATION, 100));
      port.send(batch);
      assertThat(batch.result(0)).isEqualTo(SendResult.UNREACHABLE);
    }
  }

  @Test
  void shouldTellUnreachableAndNotSpinWhenDeviceIsDeleted() {
    try (TapPort port = open("vm1");
        EpollReadiness readiness = new EpollReadiness()) {
      readiness.add(port, 5);
      namespaces.ip(machine, "link del vm1");
      SendBatch batch = new SendBatch(1);
      batch.add(Frames.ethernet(BROADCAST, STATION, 100));
      port.send(batch);
      assertThat(batch.result(0)).isEqualTo(SendResult.UNREACHABLE);

      int[] tokens = new int[4];
      int told = 0;
      while (readiness.await(tokens, 0) > 0) {
        assertThat(told++).as("waits that ended at once").isLessThan(10);
      }
      readiness.remove(port);
    }
  }

  @Test
  void shouldSayWhyWhenNameIsTaken() {
    namespaces.ip(machine, "tuntap add dev vm1 mode tap");
    assertThatThrownBy(() -> open("vm1"))
        .isInstanceOf(IoFailure.class)
        .hasMessageStartingWith("open tap vm1: EBUSY: a device of that name exists already");
    assertThat(namespaces.ip(machine, "-br link show vm1")).contains("vm1");
  }

  @Test
  void shouldRemoveTheDeviceWhenClosed() {
    open("vm1").close();
    assertThat(namespaces.ip(machine, "-br link")).doesNotContain("vm1");
  }

  @Test
  void shouldCountWhatTheDeviceDroppedWhenNobodyReads() {
    try (TapPort port = open("vm1")) {
      namespaces.ip(machine, "link set vm1 txqueuelen 8");
      namespaces.ip(machine, "addr add 10.9.0.1/24 dev vm1");
      namespaces.ip(machine, "neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev vm1");
      namespaces.exec(machine, "for i in {1..100}; do echo > /dev/udp/10.9.0.2/7; done");

      assertThat(port.lostInKernel()).isGreaterThan(50);
    }
  }

  @Test
  void shouldCarryTcpSuperFramesBetweenMachinesThatGotTheirTap() {
    String server = namespaces.add();
    String client = namespaces.add();
    try (TapPort one = open("vm1");
        TapPort other = open("vm2");
        Wire wire = new Wire(one, other)) {
      giveTap("vm1", client, "10.9.0.1/24");
      giveTap("vm2", server, "10.9.0.2/24");
      try (TcpTransfer transfer = new TcpTransfer(client, server, "10.9.0.2")) {
        assertThat(transfer.run(32 << 20)).as("same content").isTrue();
      }
      assertThat(wire.superFrames()).isGreaterThan(0);
      assertThat(wire.segmentations()).containsOnly(Offload.TCP_IPV4);
      assertThat(one.mtuBytes()).as("MTU of a device that is elsewhere").isEqualTo(1500);
      assertThat(one.lostInKernel()).isGreaterThanOrEqualTo(0);
    }
  }

  private void giveTap(String tap, String namespace, String address) {
    namespaces.ip(machine, "link set " + tap + " netns " + namespace);
    namespaces.ip(namespace, "addr add " + address + " dev " + tap);
    namespaces.ip(namespace, "link set " + tap + " up");
  }
}
