package net.viaduct.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import net.viaduct.host.view.CountersView;
import org.junit.jupiter.api.Test;

class PassedTest {
  private static DemoHost.Passed passed(Map<String, Long> values) {
    return ViaductHost.passed(new CountersView("vtep", "10.77.0.1:4789", values));
  }

  @Test
  void shouldTellWhyFramesWereDropped() {
    Map<String, Long> values =
        Map.of(
            "egress-dropped-frames", 1L,
            "ingress-dropped-frames", 2L,
            "drop-unknown-vni", 2L,
            "drop-port-blocked", 1L,
            "drop-defect", 0L,
            "drop-lost-before-port-receive", 9L);
    assertThat(passed(values).droppedAndWhy()).isEqualTo("3 (port-blocked 1, unknown-vni 2)");
  }

  @Test
  void shouldTellNothingMoreIfNoneWas() {
    assertThat(passed(Map.of("egress-unicast-frames", 5L)).droppedAndWhy()).isEqualTo("0");
  }
}
