package net.viaduct.host.subscription;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import net.viaduct.protocol.HostMessage;
import net.viaduct.protocol.Meters;
import net.viaduct.runtime.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Tells one controller what was counted, again and again: all of it if something moved, else only
 * that nothing did. What takes long to read is told less often, so that it never takes more than a
 * hundredth of the thread's time. Owned by the follower's thread.
 */
final class MeterReports {
  static final long TELL_EVERY_NS = Duration.ofSeconds(2).toNanos();
  private static final int LEAST_REST = 100;

  private final Supplier<Meters> meters;
  private final NanoClock clock;
  private @Nullable Meters told;
  private long dueNs;

  /** Those for a new stream: the first is due at once. */
  MeterReports(Supplier<Meters> meters, NanoClock clock) {
    this.meters = meters;
    this.clock = clock;
    this.dueNs = clock.nanoTime();
  }

  /** In how many nanoseconds the next one is due; none or less if it is. */
  long inNs() {
    return dueNs - clock.nanoTime();
  }

  /** The next one, if it is due. */
  Optional<HostMessage> next() {
    long began = clock.nanoTime();
    if (began - dueNs < 0) {
      return Optional.empty();
    }
    Meters current = meters.get();
    Meters toTell = current;
    if (told != null && isSame(current, told)) {
      toTell =
          Meters.newBuilder()
              .setRun(current.getRun())
              .setClockNs(current.getClockNs())
              .setUnchanged(true)
              .build();
    }
    told = current;
    long tookNs = clock.nanoTime() - began;
    dueNs = began + Math.max(TELL_EVERY_NS, LEAST_REST * tookNs);
    return Optional.of(HostMessage.newBuilder().setMeters(toTell).build());
  }

  private static boolean isSame(Meters one, Meters other) {
    return one.toBuilder().setClockNs(0).build().equals(other.toBuilder().setClockNs(0).build());
  }
}
