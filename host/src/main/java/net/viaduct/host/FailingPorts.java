package net.viaduct.host;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.viaduct.host.reconcile.NotApplied;
import net.viaduct.runtime.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * What a controller told and could not be done, since when and why, and when it is tried again:
 * after a second, and each time twice as long, up to half a minute. Guarded by who has it.
 */
final class FailingPorts {
  private static final long FIRST_PAUSE_NS = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_PAUSE_NS = Duration.ofSeconds(30).toNanos();

  private final NanoClock clock;
  private final Clock wallClock;
  private final Map<String, Failure> ports = new LinkedHashMap<>();
  private final List<Failure> rest = new ArrayList<>(1);

  private record Failure(Instant since, String why, long pauseNs, long againNs) {}

  FailingPorts(NanoClock clock, Clock wallClock) {
    this.clock = clock;
    this.wallClock = wallClock;
  }

  /** Those that are not to be tried now. */
  Set<String> resting() {
    long now = clock.nanoTime();
    Set<String> names = new TreeSet<>();
    ports.forEach((name, failure) -> {
      if (failure.againNs() - now > 0) {
        names.add(name);
      }
    });
    return names;
  }

  /** Whether something is to be tried again now. */
  boolean isDue() {
    long now = clock.nanoTime();
    return ports.values().stream().anyMatch(it -> it.againNs() - now <= 0)
        || rest.stream().anyMatch(it -> it.againNs() - now <= 0);
  }

  /** A port could not be opened. */
  void failed(String port, String why) {
    ports.put(port, failure(ports.get(port), why));
  }

  /** All that is told could not be done, whatever its ports are like. */
  void failed(NotApplied why) {
    Failure now =
        failure(rest.isEmpty() ? null : rest.getFirst(), String.valueOf(why.getMessage()));
    rest.clear();
    rest.add(now);
  }

  /**
   * All that is told is done, but for ports: those that are open now, or not wanted any more, are
   * forgotten.
   */
  void keep(Set<String> wanted, Set<String> open) {
    rest.clear();
    ports.keySet().removeIf(name -> open.contains(name) || !wanted.contains(name));
  }

  private Failure failure(@Nullable Failure before, String why) {
    long pauseNs =
        before == null ? FIRST_PAUSE_NS : Math.min(LONGEST_PAUSE_NS, 2 * before.pauseNs());
    Instant since =
        before == null ? wallClock.instant().truncatedTo(ChronoUnit.SECONDS) : before.since();
    return new Failure(since, why, pauseNs, clock.nanoTime() + pauseNs);
  }

  /** Since when and why, a sentence each. */
  List<String> sentences() {
    List<String> all = new ArrayList<>();
    ports.forEach((name, it) ->
        all.add("port %s cannot be opened since %s: %s".formatted(name, it.since(), it.why())));
    rest.forEach(
        it -> all.add("what is told cannot be done since %s: %s".formatted(it.since(), it.why())));
    return all;
  }
}
