package net.viaduct.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import net.viaduct.host.view.TrafficView;
import net.viaduct.runtime.CounterValues;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.counting.PlaceCounter;
import org.junit.jupiter.api.Test;

class LiveViewTest {
  @Test
  void shouldShowEveryCounterOfAPlace() {
    Map<String, Long> values = new LinkedHashMap<>();
    for (PlaceCounter counter : PlaceCounter.values()) {
      values.put(counter.label(), 10L + counter.index());
    }
    values.put("drop-" + DropReason.UNKNOWN_VNI.label(), 1L);
    values.put("drop-" + DropReason.PORT_QUEUE_FULL.label(), 2L);

    assertThat(LiveView.traffic(new CounterValues("remote", "10.77.0.2:4789", values)))
        .isEqualTo(new TrafficView(10, 11, 12, 13, 14, 15, 3));
  }
}
