package net.viaduct.io.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.IoFailure;
import net.viaduct.io.Offload;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendResult;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpPrefix;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The simulated IP network: who gets what. */
class MemoryNetworkTest {
  private static final IpAddress GROUP = IpAddress.parse("239.1.1.1");

  private final MemoryNetwork network = new MemoryNetwork();
  private final MemoryUnderlay a = network.open(endpoint(1));
  private final MemoryUnderlay b = network.open(endpoint(2));
  private final MemoryUnderlay c = network.open(endpoint(3));
  private final ReceiveBatch slots =
      new ReceiveBatch(Arena.ofAuto().allocate(2L * Frame.SLOT_BYTES), 2);

  private static Endpoint endpoint(int last) {
    return new Endpoint(IpAddress.parse("10.0.0." + last), 4789);
  }

  private SendResult send(MemoryUnderlay from, Endpoint to, byte[] frame, int flowHash) {
    MemoryFrame.of(frame).copyTo(slots.frame(0));
    DatagramBatch batch = new DatagramBatch(1);
    batch.add(slots.frame(0), 0, to, flowHash);
    from.send(batch);
    return batch.result(0);
  }

  @Test
  void shouldCarryUnicastToItsHostOnly() {
    assertThat(send(a, endpoint(2), new byte[] {1, 2, 3}, 0)).isEqualTo(SendResult.SENT);
    assertThat(b.isReady()).isTrue();
    assertThat(c.isReady()).isFalse();
    assertThat(b.receive(slots)).isEqualTo(1);
    Frame frame = slots.frame(0);
    assertThat(MemoryFrame.copyOf(frame).bytes()).containsExactly(1, 2, 3);
    assertThat(new IpAddress(frame.sourceHigh(), frame.sourceLow())).isEqualTo(a.local().address());
    assertThat(frame.sourcePort()).isGreaterThanOrEqualTo(49_152);
  }

  @Test
  @DisplayName("R5: the same flow leaves from the same port, others from others")
  void shouldChooseSourcePortByFlow() {
    List<Integer> ports = new ArrayList<>();
    for (int hash : new int[] {5, 5, 0x4000_0005, -7}) {
      send(a, endpoint(2), new byte[20], hash);
      ports.add(b.take().source().port());
    }
    assertThat(ports.get(0)).isEqualTo(ports.get(1));
    assertThat(ports.stream().distinct()).hasSize(3);
    assertThat(ports).allMatch(port -> port >= 49_152 && port <= 65_535);
  }

  @Test
  void shouldCarryGroupToItsMembersButNotBackUnlessItEchoes() {
    List.of(a, b).forEach(member -> member.join(GROUP));
    Endpoint group = new Endpoint(GROUP, 4789);
    send(a, group, new byte[20], 0);
    assertThat(a.take()).isNull();
    assertThat(b.take()).isNotNull();
    assertThat(c.take()).isNull();
    network.echo(true);
    send(a, group, new byte[20], 0);
    assertThat(a.take()).isNotNull();
    b.leave(GROUP);
    b.take();
    send(a, group, new byte[20], 0);
    assertThat(b.take()).isNull();
    assertThat(network.members(GROUP)).containsExactly(a.local());
  }

  @Test
  void shouldRefuseWhatIsTooBigAndCountWhatNobodyReads() {
    assertThat(send(a, endpoint(2), new byte[1472], 0)).isEqualTo(SendResult.SENT);
    assertThat(send(a, endpoint(2), new byte[1473], 0)).isEqualTo(SendResult.TOO_BIG);
    b.queueDatagrams(1);
    send(a, endpoint(2), new byte[20], 0);
    assertThat(b.lostInKernel()).isEqualTo(1);
    send(a, endpoint(77), new byte[20], 0);
    assertThat(network.unheard()).isEqualTo(1);
    a.refuse(SendResult.UNREACHABLE);
    assertThat(send(a, endpoint(2), new byte[20], 0)).isEqualTo(SendResult.UNREACHABLE);
  }

  private static final String SCTP_BY_SCAPY =
      "02000000000202000000000108004500002400010000408466530a0000010a000002"
          + "03e807d012345678b74f9bc70b000004";

  private SendResult send(MemoryFrame frame) {
    frame.copyTo(slots.frame(0));
    DatagramBatch batch = new DatagramBatch(1);
    batch.add(slots.frame(0), 0, endpoint(2), 0);
    a.send(batch);
    return batch.result(0);
  }

  @Test
  void shouldFinishSctpWithItsOwnChecksum() {
    byte[] right = HexFormat.of().parseHex(SCTP_BY_SCAPY);
    byte[] bytes = right.clone();
    Arrays.fill(bytes, 42, 46, (byte) 0);
    assertThat(send(MemoryFrame.of(bytes).withChecksumPartial(34, 8))).isEqualTo(SendResult.SENT);
    assertThat(b.take().payload()).isEqualTo(right);
  }

  @Test
  void shouldRefuseToCutWithinATunnelThatTheFrameCarries() {
    byte[] udp = Arrays.copyOf(HexFormat.of().parseHex(SCTP_BY_SCAPY.substring(0, 68)), 3000);
    udp[16] = (byte) ((3000 - 14) >>> 8);
    udp[17] = (byte) (3000 - 14);
    udp[23] = 17;
    MemoryFrame frame = MemoryFrame.of(udp);
    for (int type : new int[] {Offload.TCP_IPV4, Offload.TCP_IPV6, Offload.UDP}) {
      assertThat(send(frame.withChecksumPartial(84, 16).withSegmentation(type, 1000)))
          .isEqualTo(SendResult.FAILED);
    }
    assertThat(send(frame.withChecksumPartial(34, 6).withSegmentation(Offload.TCP_IPV4, 1000)))
        .isEqualTo(SendResult.FAILED);
    assertThat(b.take()).isNull();
    assertThat(send(frame.withChecksumPartial(34, 6).withSegmentation(Offload.UDP, 1000)))
        .isEqualTo(SendResult.SENT);
  }

  @Test
  void shouldLimitGroupsAsTheKernelDoes() {
    for (int i = 0; i < 20; i++) {
      a.join(IpAddress.parse("239.1.1." + (i + 1)));
    }
    IpAddress oneMore = IpAddress.parse("239.1.2.1");
    assertThatThrownBy(() -> a.join(oneMore))
        .isInstanceOf(IoFailure.class)
        .hasMessageContaining("ENOBUFS");
  }

  @Test
  void shouldForgetHostThatIsClosed() {
    b.join(GROUP);
    b.close();
    assertThat(network.members(GROUP)).isEmpty();
    assertThat(network.open(endpoint(2))).isNotNull();
    assertThatThrownBy(() -> network.open(endpoint(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldCarryBothFamiliesThroughDoorsAsTheRealOneDoes() {
    MemoryNetwork ip = new MemoryNetwork();
    IpAddress near6 = IpAddress.parse("fd77::1");
    IpAddress far6 = IpAddress.parse("fd77::2");
    IpAddress far4 = IpAddress.parse("10.77.0.2");
    MemoryUnderlay one = ip.open(List.of(IpAddress.parse("10.77.0.1"), near6), 4789);
    MemoryUnderlay other = ip.open(List.of(far6, far4), 4789);
    Set<Door> doors = Set.of(Door.udp(4789), Door.udp(8472), Door.GRE);
    one.listen(doors);
    other.listen(doors);
    ReceiveBatch received = new ReceiveBatch(Arena.ofAuto().allocate(4L * Frame.SLOT_BYTES, 8), 4);
    Frame frame = new Frame(Arena.ofAuto().allocate(Frame.SLOT_BYTES, 8), 0);
    frame.lengthBytes(60);
    for (Endpoint to :
        List.of(new Endpoint(far4, 8472), new Endpoint(far6, 4789), Endpoint.gre(far6))) {
      DatagramBatch batch = new DatagramBatch(1);
      batch.add(frame, 0, to, 7, 0x2e);
      one.send(batch);
      assertThat(batch.result(0)).isEqualTo(SendResult.SENT);
      assertThat(other.receive(received)).isEqualTo(1);
      assertThat(received.frame(0).localPort()).isEqualTo(to.port());
      assertThat(received.frame(0).trafficClass()).isEqualTo(0x2e);
      assertThat(received.frame(0).isChecksummed()).isTrue();
    }
    one.zeroChecksumWith(List.of(IpPrefix.parse("fd77::2")));
    DatagramBatch batch = new DatagramBatch(1);
    batch.add(frame, 0, new Endpoint(far6, 4789), 7);
    one.send(batch);
    other.receive(received);
    assertThat(received.frame(0).isChecksummed()).as("not configured at the other end").isFalse();
    assertThat(received.frame(0).lengthBytes()).isZero();
    other.zeroChecksumWith(List.of(IpPrefix.parse("fd77::/64")));
    one.send(batch);
    other.receive(received);
    assertThat(received.frame(0).lengthBytes()).isEqualTo(60);
    other.listen(Set.of(Door.udp(8472)));
    one.send(batch);
    assertThat(other.receive(received)).isZero();
  }
}
