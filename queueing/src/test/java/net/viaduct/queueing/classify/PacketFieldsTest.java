package net.viaduct.queueing.classify;

import static net.viaduct.queueing.TestFrames.ethernet;
import static net.viaduct.queueing.TestFrames.geneve;
import static net.viaduct.queueing.TestFrames.gre;
import static net.viaduct.queueing.TestFrames.ipv4;
import static net.viaduct.queueing.TestFrames.ipv6;
import static net.viaduct.queueing.TestFrames.join;
import static net.viaduct.queueing.TestFrames.packet;
import static net.viaduct.queueing.TestFrames.tagged;
import static net.viaduct.queueing.TestFrames.tcp;
import static net.viaduct.queueing.TestFrames.udp;
import static net.viaduct.queueing.TestFrames.vxlan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import net.viaduct.queueing.Packet;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpProtocol;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("R30")
class PacketFieldsTest {
  private static final byte[] INNER4 =
      ipv4("192.168.0.1", "192.168.0.2", IpProtocol.TCP, tcp(1111, 2222, new byte[5]));
  private static final byte[] INNER6 =
      ipv6("fd00::1", "fd00::2", IpProtocol.UDP, udp(3333, 4444, new byte[5]));
  private static final byte[] INNER_FRAME = ethernet(EtherType.IPV4, INNER4);

  private final PacketFields fields = new PacketFields(2);

  record Tunnel(String name, byte[] frame, boolean inner6, int id) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Tunnel> tunnels() {
    return Stream.of(
        new Tunnel("IP in IP", outer4(IpProtocol.IPV4, INNER4), false, 0),
        new Tunnel("6in4", outer4(IpProtocol.IPV6, INNER6), true, 0),
        new Tunnel("4in6", outer6(IpProtocol.IPV4, INNER4), false, 0),
        new Tunnel("6in6", outer6(IpProtocol.IPV6, INNER6), true, 0),
        new Tunnel("GRE", outer4(IpProtocol.GRE, gre(0, EtherType.IPV4, 0, INNER4)), false, 0),
        new Tunnel(
            "GRE over IPv6", outer6(IpProtocol.GRE, gre(0, EtherType.IPV6, 0, INNER6)), true, 0),
        new Tunnel(
            "GRE with all",
            outer4(IpProtocol.GRE, gre(0xb000, EtherType.IPV4, 77, INNER4)),
            false,
            77),
        new Tunnel(
            "NVGRE",
            outer4(IpProtocol.GRE, gre(0x2000, 0x6558, 0x1234_5601, INNER_FRAME)),
            false,
            0x12_3456),
        new Tunnel("VXLAN", outer4(IpProtocol.UDP, vxlan(100, INNER_FRAME)), false, 100),
        new Tunnel("VXLAN over IPv6", outer6(IpProtocol.UDP, vxlan(5, INNER_FRAME)), false, 5),
        new Tunnel("Geneve", outer4(IpProtocol.UDP, geneve(9, 3, INNER_FRAME)), false, 9));
  }

  private static byte[] outer4(int protocol, byte[] payload) {
    return ethernet(EtherType.IPV4, ipv4("10.0.0.1", "10.0.0.2", protocol, payload));
  }

  private static byte[] outer6(int protocol, byte[] payload) {
    return ethernet(EtherType.IPV6, ipv6("fd01::1", "fd01::2", protocol, payload));
  }

  @ParameterizedTest
  @MethodSource("tunnels")
  void shouldReadBothSidesOfATunnel(Tunnel tunnel) {
    fields.read(packet(tunnel.frame()));
    boolean outer6 = tunnel.frame()[12] == (byte) 0x86;
    assertAddress(FlowField.SRC, outer6 ? "fd01::1" : "10.0.0.1");
    assertAddress(FlowField.DST, outer6 ? "fd01::2" : "10.0.0.2");
    assertAddress(FlowField.TUNNEL_SRC, tunnel.inner6() ? "fd00::1" : "192.168.0.1");
    assertAddress(FlowField.TUNNEL_DST, tunnel.inner6() ? "fd00::2" : "192.168.0.2");
    assertNumber(FlowField.TUNNEL_PROTO, tunnel.inner6() ? IpProtocol.UDP : IpProtocol.TCP);
    assertNumber(FlowField.TUNNEL_PROTO_SRC, tunnel.inner6() ? 3333 : 1111);
    assertNumber(FlowField.TUNNEL_PROTO_DST, tunnel.inner6() ? 4444 : 2222);
    assertNumber(FlowField.TUNNEL_ID, tunnel.id());
    assertThat(fields.tunnels()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("tunnels")
  @DisplayName("R30: without a look inside, what is inside is zero")
  void shouldLookAsDeepAsTold(Tunnel tunnel) {
    PacketFields flat = new PacketFields(0);
    flat.read(packet(tunnel.frame()));
    for (FlowField field : FlowField.values()) {
      if (field.isInside()) {
        assertThat(flat.low(field)).as(field.label()).isZero();
        assertThat(flat.high(field)).as(field.label()).isZero();
      }
    }
  }

  @Test
  void shouldReadTheInnermostOfSeveralTunnels() {
    byte[] once =
        ethernet(
            EtherType.IPV4, ipv4("10.9.0.1", "10.9.0.2", IpProtocol.UDP, vxlan(7, INNER_FRAME)));
    byte[] twice = outer4(IpProtocol.UDP, vxlan(100, once));
    fields.read(packet(twice));
    assertAddress(FlowField.TUNNEL_SRC, "192.168.0.1");
    assertNumber(FlowField.TUNNEL_ID, 100);
    PacketFields shallow = new PacketFields(1);
    shallow.read(packet(twice));
    assertThat(shallow.low(FlowField.TUNNEL_SRC)).isEqualTo(IpAddress.parse("10.9.0.1").low());
    assertThat(shallow.number(FlowField.TUNNEL_PROTO_DST)).isEqualTo(4789);
  }

  @Test
  @DisplayName("R30: ICMP and IP-in-IP have no ports, and nothing else is taken for them")
  void shouldHaveNoPortsWhereThereAreNone() {
    byte[] icmp = {8, 0, 1, 2, 3, 4, 5, 6};
    fields.read(packet(outer4(IpProtocol.ICMPV4, icmp)));
    assertNumber(FlowField.PROTO, IpProtocol.ICMPV4);
    assertNumber(FlowField.PROTO_SRC, 0);
    assertNumber(FlowField.PROTO_DST, 0);
    fields.read(packet(outer4(IpProtocol.IPV4, INNER4)));
    assertNumber(FlowField.PROTO_SRC, 0);
    assertNumber(FlowField.PROTO_DST, 0);
  }

  @Test
  @DisplayName("R30: all fragments of a datagram are one flow, whatever is in them")
  void shouldKeepFragmentsTogether() {
    FlowHash hash = new FlowHash(FlowField.INSIDE_TUNNELS, 1);
    byte[] first = udp(1, 2, new byte[16]);
    byte[] later = new byte[24];
    Arrays.fill(later, (byte) 0x55);
    assertThat(hashOf(hash, fragment(0x2000, first))).isEqualTo(hashOf(hash, fragment(3, later)));
    fields.read(packet(fragment(0x2000, vxlan(100, INNER_FRAME))));
    assertNumber(FlowField.TUNNEL_PROTO, 0);
    assertNumber(FlowField.PROTO_DST, 0);
  }

  private static byte[] fragment(int field, byte[] payload) {
    return ethernet(
        EtherType.IPV4, ipv4("10.0.0.1", "10.0.0.2", IpProtocol.UDP, 0, field, payload));
  }

  @Test
  void shouldReadWhatIsNotInIp() {
    Packet packet =
        packet(
            tagged(
                0xe064,
                EtherType.IPV4,
                ipv4("10.0.0.1", "10.0.0.2", 6, 0xb9, 0, tcp(1, 2, new byte[0]))));
    packet.origin(3, 0xcafe_0001);
    fields.read(packet);
    assertNumber(FlowField.VLAN_TAG, 100);
    assertNumber(FlowField.PRIORITY, 46);
    assertNumber(FlowField.IIF, 3);
    assertThat(fields.low(FlowField.MARK)).isEqualTo(0xcafe_0001L);
    assertThat(fields.ipOffset()).isEqualTo(18);
  }

  @Test
  void shouldSeeNoPacketInWhatEthernetPadsWith() {
    byte[] tunnel = ipv4("10.0.0.1", "10.0.0.2", IpProtocol.UDP, udp(1, 4789, new byte[0]));
    fields.read(packet(join(ethernet(EtherType.IPV4, tunnel), new byte[8], INNER_FRAME)));
    assertThat(fields.tunnels()).isZero();
  }

  @Test
  @DisplayName("R30: the hash depends on the fields that were chosen and the seed, on each of them")
  void shouldHashEachChosenField() {
    byte[] frame = outer4(IpProtocol.UDP, vxlan(100, INNER_FRAME));
    Map<FlowField, byte[]> changed = new LinkedHashMap<>();
    changed.put(FlowField.SRC, changed(frame, 29));
    changed.put(FlowField.DST, changed(frame, 33));
    changed.put(FlowField.PROTO_SRC, changed(frame, 35));
    changed.put(FlowField.TUNNEL_SRC, changed(frame, 50 + 14 + 15));
    changed.put(FlowField.TUNNEL_DST, changed(frame, 50 + 14 + 19));
    changed.put(FlowField.TUNNEL_PROTO_SRC, changed(frame, 50 + 14 + 21));
    changed.put(FlowField.TUNNEL_PROTO_DST, changed(frame, 50 + 14 + 23));
    changed.put(FlowField.TUNNEL_ID, changed(frame, 48));
    changed.forEach((field, other) -> {
      FlowHash with = new FlowHash(Set.of(field), 7);
      assertThat(hashOf(with, other)).as(field.label()).isNotEqualTo(hashOf(with, frame));
      FlowHash without = new FlowHash(EnumSet.complementOf(EnumSet.of(field, FlowField.RXHASH)), 7);
      assertThat(hashOf(without, other)).as(field.label()).isEqualTo(hashOf(without, frame));
    });
    FlowHash all = new FlowHash(FlowField.INSIDE_TUNNELS, 7);
    assertThat(hashOf(all, frame))
        .isEqualTo(hashOf(all, frame.clone()))
        .isNotEqualTo(hashOf(new FlowHash(FlowField.INSIDE_TUNNELS, 8), frame));
  }

  @Test
  @DisplayName("R30: the same number on each host and JVM")
  void shouldHashToKnownNumbers() {
    FlowHash hash = new FlowHash(FlowField.INSIDE_TUNNELS, 42);
    assertThat(hashOf(hash, outer4(IpProtocol.UDP, vxlan(100, INNER_FRAME))))
        .isEqualTo(KnownHashes.VXLAN);
    assertThat(hashOf(hash, outer6(IpProtocol.IPV6, INNER6))).isEqualTo(KnownHashes.SIX_IN_SIX);
  }

  @Test
  void shouldRefuseAnUnreasonableDepth() {
    assertThatThrownBy(() -> new PacketFields(9)).hasMessageContaining("0 to 8");
  }

  private static byte[] changed(byte[] frame, int at) {
    byte[] other = frame.clone();
    other[at] ^= 1;
    return other;
  }

  private long hashOf(FlowHash hash, byte[] frame) {
    fields.read(packet(frame));
    return hash.of(fields);
  }

  private void assertAddress(FlowField field, String expected) {
    assertThat(new IpAddress(fields.high(field), fields.low(field)))
        .as(field.label())
        .isEqualTo(IpAddress.parse(expected));
  }

  private void assertNumber(FlowField field, int expected) {
    assertThat(fields.number(field)).as(field.label()).isEqualTo(expected);
  }
}
