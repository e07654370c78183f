package net.viaduct.host.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import net.viaduct.protocol.Count;
import net.viaduct.protocol.HostMessage;
import net.viaduct.protocol.Meters;
import net.viaduct.protocol.TrafficMeter;
import org.junit.jupiter.api.Test;

/** When a controller is told what was counted. */
class MeterReportsTest {
  private static final long S = 1_000_000_000L;

  private final AtomicLong now = new AtomicLong(5 * S);
  private long frames = 7;
  private long takesNs;

  private Meters read() {
    now.addAndGet(takesNs);
    Count count = Count.newBuilder().setFrames(frames).build();
    return Meters.newBuilder()
        .setRun(3)
        .setClockNs(now.get())
        .setTotal(TrafficMeter.newBuilder().setFromPorts(count))
        .build();
  }

  @Test
  void shouldTellAllAtOnceAndThenWhatMovedOrThatNothingDid() {
    MeterReports reports = new MeterReports(this::read, now::get);
    assertThat(reports.next().map(HostMessage::getMeters)).contains(read());
    assertThat(reports.next()).as("it is not due").isEmpty();
    assertThat(reports.inNs()).isEqualTo(2 * S);
    now.addAndGet(2 * S);
    Meters same = reports.next().orElseThrow().getMeters();
    assertThat(same)
        .isEqualTo(Meters.newBuilder().setRun(3).setClockNs(7 * S).setUnchanged(true).build());
    now.addAndGet(2 * S);
    frames++;
    assertThat(reports.next().map(HostMessage::getMeters)).contains(read());
  }

  @Test
  void shouldTellLessOftenIfReadingTakesLong() {
    MeterReports reports = new MeterReports(this::read, now::get);
    takesNs = S / 10;
    assertThat(reports.next()).isPresent();
    assertThat(reports.inNs()).isEqualTo(10 * S - takesNs);
  }
}
