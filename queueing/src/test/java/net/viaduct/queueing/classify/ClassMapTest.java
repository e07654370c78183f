package net.viaduct.queueing.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.viaduct.queueing.TestFrames;
import net.viaduct.queueing.classify.FieldMatch.Range;
import net.viaduct.queueing.classify.FieldMatch.Within;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.IpPrefix;
import net.viaduct.wire.IpProtocol;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ClassMapTest {
  private static final List<String> NAMES = List.of("voice", "home", "web", "rest");

  private final ClassMap map =
      new ClassMap(
          List.of(
              new ClassRule("voice", List.of(ClassRule.number(FlowField.PRIORITY, 46))),
              new ClassRule(
                  "home",
                  List.of(ClassRule.within(FlowField.DST, IpPrefix.parse("192.168.0.0/16")))),
              new ClassRule(
                  "web",
                  List.of(
                      ClassRule.number(FlowField.PROTO, IpProtocol.UDP),
                      new ClassRule.Choice(
                          List.of(
                              new Range(FlowField.PROTO_DST, 443, 443),
                              new Range(FlowField.PROTO_DST, 8000, 8099)))))),
          NAMES::indexOf,
          3);

  @Test
  void shouldTakeTheFirstRuleThatMatches() {
    assertThat(classOf("192.168.1.1", 0xb8, 443)).isEqualTo("voice");
    assertThat(classOf("192.168.1.1", 0, 443)).isEqualTo("home");
    assertThat(classOf("10.0.0.1", 0, 443)).isEqualTo("web");
    assertThat(classOf("10.0.0.1", 0, 8050)).isEqualTo("web");
    assertThat(classOf("10.0.0.1", 0, 80)).isEqualTo("rest");
  }

  @Test
  @Tag("R28")
  @DisplayName("R28: a packet's class does not depend on the bits of ECN")
  void shouldIgnoreEcn() {
    for (int trafficClass = 0; trafficClass < 256; trafficClass++) {
      assertThat(classOf("10.0.0.1", trafficClass, 80))
          .isEqualTo(classOf("10.0.0.1", trafficClass & ~3, 80));
    }
  }

  @Test
  void shouldRefuseWhatNoFieldCanBe() {
    assertThatThrownBy(() -> new Range(FlowField.SRC, 1, 2)).hasMessageContaining("address");
    assertThatThrownBy(() -> new Range(FlowField.PROTO, 2, 1)).hasMessageContaining("no number");
    assertThatThrownBy(() -> new Within(FlowField.PROTO, IpPrefix.parse("::/0")))
        .hasMessageContaining("number");
  }

  private String classOf(String destination, int trafficClass, int port) {
    byte[] datagram = TestFrames.udp(1, port, new byte[4]);
    byte[] ip = TestFrames.ipv4("10.0.0.9", destination, IpProtocol.UDP, trafficClass, 0, datagram);
    PacketFields fields = new PacketFields(1);
    fields.read(TestFrames.packet(TestFrames.ethernet(EtherType.IPV4, ip)));
    return NAMES.get(map.leafOf(fields));
  }
}
