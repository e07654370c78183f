package net.viaduct.wire.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.Malformation;
import net.viaduct.wire.NetworkOrder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each bit of the tunnel headers, and what is malformed. */
class TunnelHeaderTest {
  private final MemorySegment s = Arena.ofAuto().allocate(300);

  private byte[] written(int sizeBytes, Runnable writer) {
    s.fill((byte) 0xff);
    writer.run();
    assertThat(NetworkOrder.u8(s, 3 + sizeBytes)).as("the byte behind").isEqualTo(0xff);
    return s.asSlice(3, sizeBytes).toArray(ValueLayout.JAVA_BYTE);
  }

  private void flip(int bit) {
    NetworkOrder.u8(s, bit / 8, NetworkOrder.u8(s, bit / 8) ^ 0x80 >> bit % 8);
  }

  @Test
  @Tag("R1")
  @Tag("R25")
  void shouldWriteGroupsAsTheDraftSays() {
    assertThat(written(8, () -> VxlanGbpHeader.write(s, 3, 0xabcdef, 0x1234, false)))
        .containsExactly(0x88, 0, 0x12, 0x34, 0xab, 0xcd, 0xef, 0);
    assertThat(written(8, () -> VxlanGbpHeader.write(s, 3, 0xabcdef, 0x1234, true)))
        .containsExactly(0x88, 0x08, 0x12, 0x34, 0xab, 0xcd, 0xef, 0);
    assertThat(VxlanGbpHeader.group(s, 3)).isEqualTo(0x1234);
    assertThat(VxlanHeader.vni(s, 3)).isEqualTo(0xabcdef);
    assertThat(VxlanHeader.hasValidVni(s, 3)).isTrue();
  }

  @Test
  @Tag("R2")
  @Tag("R25")
  void shouldTellEachBitOfAGroupHeader() {
    for (int bit = 0; bit < 64; bit++) {
      VxlanGbpHeader.write(s, 0, 0, 0, false);
      flip(bit);
      boolean field = bit == 4 || bit == 9 || bit == 12 || (bit >= 16 && bit < 56);
      assertThat(VxlanGbpHeader.hasGroup(s, 0)).as("bit %d", bit).isEqualTo(bit != 0);
      assertThat(VxlanGbpHeader.forbidsLearning(s, 0)).as("bit %d", bit).isEqualTo(bit == 9);
      assertThat(VxlanGbpHeader.isPolicyApplied(s, 0)).as("bit %d", bit).isEqualTo(bit == 12);
      assertThat(VxlanGbpHeader.group(s, 0) != 0)
          .as("bit %d", bit)
          .isEqualTo(bit >= 16 && bit < 32);
      assertThat(VxlanGbpHeader.reservedBitsAreZero(s, 0))
          .as("bit %d", bit)
          .isEqualTo(bit == 0 || field);
    }
  }

  @Test
  @Tag("R2")
  void shouldReserveTheGroupWithoutItsFlag() {
    VxlanHeader.write(s, 0, 7);
    assertThat(VxlanGbpHeader.reservedBitsAreZero(s, 0)).isTrue();
    NetworkOrder.u16(s, 2, 1);
    assertThat(VxlanGbpHeader.reservedBitsAreZero(s, 0)).isFalse();
  }

  @Test
  @Tag("R24")
  void shouldWriteGpeForEthernet() {
    assertThat(written(8, () -> VxlanGpeHeader.write(s, 3, 0xabcdef)))
        .containsExactly(0x0c, 0, 0, 3, 0xab, 0xcd, 0xef, 0);
  }

  @Test
  @Tag("R24")
  void shouldTellEachBitOfGpe() {
    for (int bit = 0; bit < 64; bit++) {
      VxlanGpeHeader.write(s, 0, 0);
      flip(bit);
      assertThat(VxlanGpeHeader.version(s, 0) != 0)
          .as("bit %d", bit)
          .isEqualTo(bit == 2 || bit == 3);
      assertThat(VxlanGpeHeader.hasValidVni(s, 0)).as("bit %d", bit).isEqualTo(bit != 4);
      assertThat(VxlanGpeHeader.isControl(s, 0)).as("bit %d", bit).isEqualTo(bit == 7);
      assertThat(VxlanGpeHeader.nextProtocol(s, 0) == VxlanGpeHeader.NEXT_ETHERNET)
          .as("bit %d", bit)
          .isEqualTo(bit < 24 || bit > 31);
      assertThat(VxlanGpeHeader.reservedBitsAreZero(s, 0))
          .as("bit %d", bit)
          .isEqualTo((bit > 1 && bit < 8) || (bit >= 24 && bit < 56));
      assertThat(VxlanGpeHeader.vni(s, 0) != 0).as("bit %d", bit).isEqualTo(bit >= 32 && bit < 56);
    }
    assertThat(VxlanGpeHeader.fits(7)).isFalse();
    assertThat(VxlanGpeHeader.fits(8)).isTrue();
  }

  @Test
  @Tag("R18")
  void shouldWriteGeneveWithoutOptions() {
    assertThat(written(8, () -> GeneveHeader.write(s, 3, 0xabcdef)))
        .containsExactly(0, 0, 0x65, 0x58, 0xab, 0xcd, 0xef, 0);
    assertThat(GeneveHeader.check(s, 3, 8)).isNull();
    assertThat(GeneveHeader.check(s, 3, 7)).isEqualTo(Malformation.TRUNCATED);
  }

  @Test
  @Tag("R18")
  @Tag("R21")
  void shouldTellEachBitOfGeneve() {
    for (int bit = 0; bit < 64; bit++) {
      GeneveHeader.write(s, 0, 0);
      flip(bit);
      assertThat(GeneveHeader.version(s, 0) != 0).as("bit %d", bit).isEqualTo(bit < 2);
      assertThat(GeneveHeader.sizeBytes(s, 0))
          .as("bit %d", bit)
          .isEqualTo(8 + (bit > 1 && bit < 8 ? 4 << (7 - bit) : 0));
      assertThat(GeneveHeader.isControl(s, 0)).as("bit %d", bit).isEqualTo(bit == 8);
      assertThat(GeneveHeader.hasCriticalOptions(s, 0)).as("bit %d", bit).isEqualTo(bit == 9);
      assertThat(GeneveHeader.protocolType(s, 0) == EtherType.TRANSPARENT_ETHERNET)
          .as("bit %d", bit)
          .isEqualTo(bit < 16 || bit > 31);
      assertThat(GeneveHeader.vni(s, 0) != 0).as("bit %d", bit).isEqualTo(bit >= 32 && bit < 56);
      assertThat(GeneveHeader.reservedBitsAreZero(s, 0))
          .as("bit %d", bit)
          .isEqualTo(bit < 10 || (bit > 15 && bit < 56));
    }
    NetworkOrder.u8(s, 0, 0x40);
    assertThat(GeneveHeader.check(s, 0, 8)).isEqualTo(Malformation.BAD_VERSION);
  }

  /** A header with options of these types and lengths in words, and this flag octet. */
  private @org.jspecify.annotations.Nullable Malformation check(
      int announcedWords, int flags, int... typesAndWords) {
    GeneveHeader.write(s, 0, 7);
    int offset = 8;
    for (int i = 0; i < typesAndWords.length; i += 2) {
      NetworkOrder.i32(s, offset, 0x0102_0000 | typesAndWords[i] << 8 | typesAndWords[i + 1]);
      offset += 4 + typesAndWords[i + 1] * 4;
    }
    NetworkOrder.u8(s, 0, announcedWords);
    NetworkOrder.u8(s, 1, flags);
    return GeneveHeader.check(s, 0, 8 + announcedWords * 4);
  }

  @Test
  @Tag("R19")
  void shouldRefuseOptionsThatDoNotFitTheirHeader() {
    assertThat(check(3, 0, 0x01, 0, 0x02, 1)).isNull();
    assertThat(check(63, 0, 0x01, 31, 0x02, 30)).isNull();
    assertThat(GeneveHeader.check(s, 0, 259)).isEqualTo(Malformation.TRUNCATED);
    assertThat(check(2, 0, 0x01, 0, 0x02, 1)).isEqualTo(Malformation.BAD_OPTION);
    assertThat(check(1, 0, 0x01, 31)).isEqualTo(Malformation.BAD_OPTION);
    assertThat(check(2, 0, 0x01, 2)).isEqualTo(Malformation.BAD_OPTION);
  }

  @Test
  @Tag("R20")
  void shouldRefuseACriticalFlagThatDoesNotTellTheTruth() {
    assertThat(check(1, 0x40, 0x81, 0)).isNull();
    assertThat(check(2, 0x40, 0x01, 0, 0x81, 0)).isNull();
    assertThat(check(1, 0, 0x81, 0)).isEqualTo(Malformation.BAD_TYPE);
    assertThat(check(1, 0x40, 0x01, 0)).isEqualTo(Malformation.BAD_TYPE);
    assertThat(check(0, 0x40)).isEqualTo(Malformation.BAD_TYPE);
  }

  @Test
  void shouldReadAnOption() {
    NetworkOrder.i32(s, 4, 0x0102_80e1);
    assertThat(GeneveOption.optionClass(s, 4)).isEqualTo(0x0102);
    assertThat(GeneveOption.type(s, 4)).isEqualTo(0x80);
    assertThat(GeneveOption.isCritical(s, 4)).isTrue();
    assertThat(GeneveOption.sizeBytes(s, 4)).isEqualTo(8);
    assertThat(GeneveOption.fits(s, 4, 8)).isTrue();
    assertThat(GeneveOption.fits(s, 4, 7)).isFalse();
    assertThat(GeneveOption.fits(s, 4, 3)).isFalse();
  }

  @Test
  @Tag("R23")
  void shouldWriteNvgreAsRfc7637Says() {
    assertThat(written(8, () -> NvgreHeader.write(s, 3, 0xabcdef, 0x1142)))
        .containsExactly(0x20, 0, 0x65, 0x58, 0xab, 0xcd, 0xef, 0x42);
    assertThat(NvgreHeader.check(s, 3, 8)).isNull();
    assertThat(NvgreHeader.check(s, 3, 7)).isEqualTo(Malformation.TRUNCATED);
  }

  @Test
  @Tag("R23")
  void shouldTellEachBitOfNvgre() {
    for (int bit = 0; bit < 64; bit++) {
      NvgreHeader.write(s, 0, 0, 0);
      flip(bit);
      Malformation expected =
          switch (bit) {
            case 0, 2, 3 -> Malformation.BAD_TYPE;
            case 13, 14, 15 -> Malformation.BAD_VERSION;
            default -> null;
          };
      assertThat(NvgreHeader.check(s, 0, 8)).as("bit %d", bit).isEqualTo(expected);
      assertThat(NvgreHeader.vsid(s, 0) != 0).as("bit %d", bit).isEqualTo(bit >= 32 && bit < 56);
      assertThat(NvgreHeader.flowId(s, 0) != 0).as("bit %d", bit).isEqualTo(bit >= 56);
      assertThat(NvgreHeader.reservedBitsAreZero(s, 0))
          .as("bit %d", bit)
          .isEqualTo(bit != 1 && (bit < 4 || bit > 12));
      assertThat(NvgreHeader.protocolType(s, 0) == EtherType.TRANSPARENT_ETHERNET)
          .as("bit %d", bit)
          .isEqualTo(bit < 16 || bit > 31);
    }
  }

  @Test
  @Tag("R23")
  @DisplayName("R23: VSIDs 0 to 0xfff and 0xffffff are no tenant's")
  void shouldKnowTheVsidsOfTenants() {
    assertThat(NvgreHeader.isTenantVsid(0)).isFalse();
    assertThat(NvgreHeader.isTenantVsid(0xfff)).isFalse();
    assertThat(NvgreHeader.isTenantVsid(0x1000)).isTrue();
    assertThat(NvgreHeader.isTenantVsid(0xff_fffe)).isTrue();
    assertThat(NvgreHeader.isTenantVsid(0xff_ffff)).isFalse();
  }
}
