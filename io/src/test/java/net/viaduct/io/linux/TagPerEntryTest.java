package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.viaduct.io.Frame;
import net.viaduct.io.Offload;
import net.viaduct.io.Port;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.wire.IpProtocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One frame that leaves with a VLAN tag here and without one there, on real devices. */
@Tag("R8")
class TagPerEntryTest {
  private static final String BROADCAST = "ff:ff:ff:ff:ff:ff";
  private static final String STATION = "02:00:00:00:00:01";
  private static final int VLAN_20 = 0x8100_0014;

  private final DistinctErrors errors = new DistinctErrors(System::nanoTime);
  private Namespaces namespaces;
  private String host;
  private String machine;
  private final List<String> machines = new ArrayList<>();

  @BeforeEach
  void makeNamespaces() {
    Namespaces.assumePossible();
    namespaces = new Namespaces();
    host = namespaces.add();
    machine = namespaces.add();
  }

  @AfterEach
  void removeNamespaces() {
    if (namespaces != null) {
      namespaces.close();
    }
  }

  private PacketPort open(String where, String device) {
    return Namespaces.in(where, () -> new PacketPort(device, errors));
  }

  private PacketPort openMachine(String address, String device) {
    String where = namespaces.add();
    namespaces.join(host, device, where, "eth0");
    namespaces.ip(where, "addr add " + address + "/24 dev eth0");
    machines.add(where);
    return open(host, device);
  }

  /** Two machines without tags, and a link in the middle on which their frames have tags. */
  private void assertThatTcpPasses(Port tagged, Port alsoTagged) {
    try (PacketPort one = openMachine("10.9.0.1", "m1");
        PacketPort other = openMachine("10.9.0.2", "m2");
        Wire wire = new Wire(tagged, VLAN_20, one);
        Wire otherWire = new Wire(alsoTagged, VLAN_20, other);
        TcpTransfer transfer = new TcpTransfer(machines.get(0), machines.get(1), "10.9.0.2")) {
      assertThat(transfer.run(16 << 20)).as("same content").isTrue();
      assertThat(wire.superFrames()).isGreaterThan(0);
      assertThat(otherWire.superFrames()).isGreaterThan(0);
      assertThat(otherWire.segmentations()).containsOnly(Offload.TCP_IPV4);
      assertThat(wire.unsent() + otherWire.unsent()).isZero();
    }
  }

  @Test
  void shouldPassTaggedSuperFramesBetweenDevices() {
    namespaces.join(host, "p0", machine, "eth0");
    try (PacketPort near = open(host, "p0");
        PacketPort far = open(machine, "eth0")) {
      assertThatTcpPasses(near, far);
    }
  }

  @Test
  void shouldPassTaggedSuperFramesBetweenTaps() {
    try (TapPort near = Namespaces.in(host, () -> new TapPort("vm1", 1500, errors));
        TapPort far = Namespaces.in(host, () -> new TapPort("vm2", 1500, errors))) {
      namespaces.ip(host, "link add br0 type bridge");
      namespaces.ip(host, "link set vm1 master br0");
      namespaces.ip(host, "link set vm2 master br0");
      namespaces.ip(host, "link set br0 up");
      assertThatTcpPasses(near, far);
    }
  }

  @Test
  void shouldSendTheSameFrameTaggedUntaggedAndWithAnotherTag() {
    namespaces.join(host, "p0", machine, "eth0");
    Frame frame = Frames.ethernet(BROADCAST, STATION, 50);
    byte[] untagged = Frames.bytes(frame);
    Frame priority = Frames.of(with("8100a000", untagged));
    try (PacketPort port = open(host, "p0");
        PacketPort far = open(machine, "eth0");
        Receiving receiving = Receiving.from(far)) {
      SendBatch batch = new SendBatch(4);
      batch.add(frame, VLAN_20, false);
      batch.add(frame);
      batch.add(priority, 0x8100_a014, true);
      batch.add(priority, SendBatch.NO_TAG, true);
      port.send(batch);
      for (int i = 0; i < 4; i++) {
        assertThat(batch.result(i)).isEqualTo(SendResult.SENT);
      }
      assertThat(next(receiving)).isEqualTo(with("81000014", untagged));
      assertThat(next(receiving)).isEqualTo(untagged);
      assertThat(next(receiving)).isEqualTo(with("8100a014", untagged));
      assertThat(next(receiving)).isEqualTo(untagged);
      assertThat(Frames.bytes(frame)).as("the frame itself").isEqualTo(untagged);
    }
  }

  @Test
  void shouldShiftAnUnfinishedChecksumWithTheTag() {
    namespaces.join(host, "p0", machine, "eth0");
    Frame frame = Frames.unfinished(IpProtocol.UDP, 100, 7);
    try (PacketPort port = open(host, "p0");
        PacketPort far = open(machine, "eth0");
        Receiving receiving = Receiving.from(far)) {
      SendBatch batch = new SendBatch(1);
      batch.add(frame, VLAN_20, false);
      port.send(batch);
      Frame received = receiving.next(f -> Frames.etherType(f) == 0x8100);
      assertThat(received.offload().isChecksumPartial()).isTrue();
      assertThat(received.offload().checksumStart()).isEqualTo(38);
    }
  }

  private static byte[] next(Receiving receiving) {
    return Frames.bytes(
        receiving.next(f ->
            Frames.etherType(f) == Frames.TEST_ETHER_TYPE
                || (Frames.etherType(f) == 0x8100
                    && Frames.unsignedShort(f, 16) == Frames.TEST_ETHER_TYPE)));
  }

  private static byte[] with(String tag, byte[] untagged) {
    byte[] tagged = new byte[untagged.length + 4];
    System.arraycopy(untagged, 0, tagged, 0, 12);
    System.arraycopy(HexFormat.of().parseHex(tag), 0, tagged, 12, 4);
    System.arraycopy(untagged, 12, tagged, 16, untagged.length - 12);
    return tagged;
  }
}
