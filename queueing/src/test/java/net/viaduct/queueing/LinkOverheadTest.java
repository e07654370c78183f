package net.viaduct.queueing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.viaduct.queueing.LinkOverhead.Cells;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LinkOverheadTest {
  private static final int ETHERNET_BYTES = 14;

  @Test
  void shouldCountEthernetAsTheWireDoes() {
    assertThat(LinkOverhead.ETHERNET.linkBytes(1_514)).isEqualTo(1_538);
    assertThat(LinkOverhead.ETHERNET.linkBytes(42)).as("the shortest").isEqualTo(84);
  }

  @Test
  @DisplayName("An ACK over PPPoE and ADSL takes two cells, a full packet 32")
  void shouldCountCellsOfAtm() {
    assertThat(LinkOverhead.PPPOE_ATM.linkBytes(40 + ETHERNET_BYTES)).isEqualTo(2 * 53);
    assertThat(LinkOverhead.PPPOE_ATM.linkBytes(1_492 + ETHERNET_BYTES)).isEqualTo(32 * 53);
    LinkOverhead exact = new LinkOverhead(0, 0, Cells.ATM);
    assertThat(exact.linkBytes(48)).isEqualTo(53);
    assertThat(exact.linkBytes(49)).isEqualTo(106);
  }

  @Test
  void shouldCountAByteMoreForEach64OfPtm() {
    LinkOverhead exact = new LinkOverhead(0, 0, Cells.PTM);
    assertThat(exact.linkBytes(64)).isEqualTo(65);
    assertThat(exact.linkBytes(65)).isEqualTo(67);
  }

  @Test
  void shouldCountATunnelThatIsPutAroundLater() {
    Packet packet = TestFrames.packet(new byte[1_464]);
    packet.addedBytes(50);
    assertThat(LinkOverhead.ETHERNET.linkBytes(packet)).isEqualTo(1_538);
    Packet superFrame = TestFrames.packet(new byte[54 + 1_400 * 3 + 100]);
    superFrame.superFrame(54, 1_400);
    superFrame.addedBytes(50);
    assertThat(LinkOverhead.NONE.linkBytes(superFrame))
        .isEqualTo(3 * (54 + 1_400 + 50) + 54 + 100 + 50);
  }

  @Test
  @DisplayName("A super-frame takes what its segments take, each with headers and overhead")
  void shouldCountEachSegment() {
    Packet packet = TestFrames.packet(new byte[54 + 1_448 * 3 + 100]);
    packet.superFrame(54, 1_448);
    assertThat(packet.segments()).isEqualTo(4);
    assertThat(LinkOverhead.ETHERNET.linkBytes(packet))
        .isEqualTo(3 * (54 + 1_448 + 24) + (54 + 100 + 24));
    packet.superFrame(54, 5_000);
    assertThat(packet.segments()).isEqualTo(1);
  }

  @Test
  void shouldRefuseWhatNoLinkAdds() {
    assertThatThrownBy(() -> new LinkOverhead(257, 0, Cells.NONE)).hasMessageContaining("-64");
    assertThatThrownBy(() -> new LinkOverhead(0, 257, Cells.NONE)).hasMessageContaining("256");
  }
}
