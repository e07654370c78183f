package net.viaduct.wire.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.viaduct.wire.ip.Ecn;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TunnelEcnTest {
  /** RFC 6040 section 4.2, figure 4, as it is printed there. */
  private static final String FIGURE_4 =
      """
      inner    Not-ECT   ECT(0)         ECT(1)         CE
      Not-ECT  Not-ECT   Not-ECT(!!!)   Not-ECT(!!!)   <drop>(!!!)
      ECT(0)   ECT(0)    ECT(0)         ECT(1)         CE
      ECT(1)   ECT(1)    ECT(1)(!)      ECT(1)         CE
      CE       CE        CE             CE(!!!)        CE
      """;

  @Test
  @Tag("R27")
  @DisplayName("R27: all 16 pairs of RFC 6040 figure 4")
  void shouldCombineAsFigure4Says() {
    List<String> lines = FIGURE_4.lines().toList();
    String[] outers = lines.getFirst().split(" +");
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(" +");
      for (int i = 1; i < cells.length; i++) {
        int inner = codePoint(cells[0]);
        int outer = codePoint(outers[i]);
        boolean marked = cells[i].contains("!");
        String result = cells[i].replaceAll("\\(!+\\)", "");
        assertThat(TunnelEcn.combine(inner, outer))
            .as("inner %s, outer %s", cells[0], outers[i])
            .isEqualTo("<drop>".equals(result) ? TunnelEcn.DROP : codePoint(result));
        assertThat(TunnelEcn.isUnexpected(inner, outer))
            .as("inner %s, outer %s is marked", cells[0], outers[i])
            .isEqualTo(marked);
      }
    }
  }

  private static int codePoint(String name) {
    return switch (name) {
      case "Not-ECT" -> 0b00;
      case "ECT(1)" -> 0b01;
      case "ECT(0)" -> 0b10;
      case "CE" -> 0b11;
      default -> throw new AssertionError(name);
    };
  }

  @Test
  void shouldLeaveDscpAloneWhenSettingEcn() {
    for (int trafficClass = 0; trafficClass < 256; trafficClass++) {
      for (int ecn = 0; ecn < 4; ecn++) {
        int changed = Ecn.set(trafficClass, ecn);
        assertThat(changed >> 2).isEqualTo(trafficClass >> 2);
        assertThat(Ecn.of(changed)).isEqualTo(ecn);
      }
    }
  }
}
