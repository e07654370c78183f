package net.viaduct.wire;

import static net.viaduct.wire.FrameBuilder.ethernet;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import net.viaduct.wire.ip.InnerTrafficClass;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.neighbour.ArpPacket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class InnerTrafficClassTest {
  private static List<FrameBuilder> builders() {
    return List.of(
        ethernet().ipv4().udp(1, 2).payload(9),
        ethernet().ipv6().udp(1, 2).payload(9),
        ethernet().vlan(EtherType.VLAN, 7).ipv4().udp(1, 2).payload(9),
        ethernet().vlan(EtherType.SERVICE_VLAN, 7).vlan(EtherType.VLAN, 8).ipv6().udp(1, 2));
  }

  @Test
  @Tag("R26")
  @Tag("R28")
  void shouldChangeEachTrafficClassToEachOtherAndNothingElse() {
    for (FrameBuilder builder : builders()) {
      byte[] original = builder.toBytes();
      MemorySegment s = MemorySegment.ofArray(original.clone());
      int ipAt = InnerTrafficClass.ipOffset(s, 0, original.length);
      boolean ipv4 = Ipv4Header.version(s, ipAt) == 4;
      for (int from = 0; from < 256; from++) {
        for (int to = 0; to < 256; to += 1 + (from & 7)) {
          InnerTrafficClass.write(s, ipAt, from);
          InnerTrafficClass.write(s, ipAt, to);
          assertThat(InnerTrafficClass.read(s, ipAt)).isEqualTo(to);
          assertThat(!ipv4 || Ipv4Header.hasValidChecksum(s, ipAt)).as("%d", to).isTrue();
        }
      }
      InnerTrafficClass.write(s, ipAt, 0);
      assertThat(s.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(original);
    }
  }

  @Test
  void shouldNotMendAWrongChecksum() {
    byte[] frame = ethernet().ipv4().udp(1, 2).toBytes();
    MemorySegment s = MemorySegment.ofArray(frame);
    Ipv4Header.checksum(s, 14, Ipv4Header.checksum(s, 14) ^ 0x0100);
    InnerTrafficClass.write(s, 14, 3);
    assertThat(Ipv4Header.hasValidChecksum(s, 14)).isFalse();
  }

  @Test
  void shouldFindNothingInWhatIsNoIpPacket() {
    byte[] arp = ethernet().arp(ArpPacket.REQUEST, 1, 2, 3).toBytes();
    assertThat(InnerTrafficClass.ipOffset(MemorySegment.ofArray(arp), 0, arp.length)).isNegative();
    for (FrameBuilder builder : builders()) {
      byte[] frame = builder.toBytes();
      int ipAt = InnerTrafficClass.ipOffset(MemorySegment.ofArray(frame), 0, frame.length);
      for (int length = 0; length < ipAt + 20; length++) {
        byte[] part = Arrays.copyOf(frame, length);
        assertThat(InnerTrafficClass.ipOffset(MemorySegment.ofArray(part), 0, length))
            .as("the first %d bytes", length)
            .isNegative();
      }
      frame[ipAt] = 0x50;
      assertThat(InnerTrafficClass.ipOffset(MemorySegment.ofArray(frame), 0, frame.length))
          .isNegative();
    }
  }
}
