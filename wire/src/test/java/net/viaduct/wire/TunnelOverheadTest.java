package net.viaduct.wire;

import static org.assertj.core.api.Assertions.assertThat;

import net.viaduct.wire.tunnel.TunnelOverhead;
import net.viaduct.wire.tunnel.VxlanHeader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R17")
class TunnelOverheadTest {
  @Test
  void shouldBe50OverIpv4And70OverIpv6AndFourMoreForEachTag() {
    TunnelOverhead ipv4 = TunnelOverhead.inUdp(true, VxlanHeader.SIZE_BYTES);
    TunnelOverhead ipv6 = TunnelOverhead.inUdp(false, VxlanHeader.SIZE_BYTES);
    assertThat(ipv4.bytes(0)).isEqualTo(50);
    assertThat(ipv6.bytes(0)).isEqualTo(70);
    assertThat(ipv4.bytes(1)).isEqualTo(54);
    assertThat(ipv6.bytes(2)).isEqualTo(78);
  }

  @Test
  void shouldCountOptionsOfGeneveAndNoUdpOfGre() {
    assertThat(TunnelOverhead.inUdp(true, 8 + 12).bytes(0)).isEqualTo(62);
    assertThat(TunnelOverhead.inGre(true, 8).bytes(0)).isEqualTo(42);
    assertThat(TunnelOverhead.inGre(false, 8).bytes(1)).isEqualTo(66);
  }

  @Test
  void shouldTellTheMtuThatIsLeft() {
    TunnelOverhead ipv4 = TunnelOverhead.inUdp(true, VxlanHeader.SIZE_BYTES);
    assertThat(ipv4.innerMtuBytes(1500, 0)).isEqualTo(1450);
    assertThat(ipv4.innerMtuBytes(1400, 1)).isEqualTo(1346);
    assertThat(ipv4.innerMtuBytes(40, 0)).isZero();
    assertThat(ipv4.beforeFrameBytes()).isEqualTo(36);
  }
}
