package net.viaduct.host.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import net.viaduct.host.api.FixedDiagnosis;
import net.viaduct.protocol.Meters;
import net.viaduct.protocol.Report;
import net.viaduct.runtime.SystemClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Following a controller that is there, over TLS, when things here or there go wrong. */
class FollowerTest {
  private static final long MAC = 0x0200_0000_0001L;

  @TempDir Path directory;
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger mistakes = new AtomicInteger();
  private volatile List<ToldNetwork> inForce = List.of();

  /** What a host would have known that was killed before that came into force. */
  private volatile List<ToldNetwork> keptThen = List.of();

  private ScriptedController controller;
  private @Nullable Follower follower;

  @BeforeEach
  void open() throws Exception {
    controller = new ScriptedController(directory.resolve("h1"), "h1");
  }

  @AfterEach
  void close() throws Exception {
    if (follower != null) {
      follower.close();
    }
    controller.close();
  }

  private Follower follow() {
    Follower opened =
        Follower.open(
            controller.identity(),
            "h1",
            new Follower.Sources(this::report, Meters::getDefaultInstance),
            new Told(),
            new SystemClock(),
            Clock.systemUTC());
    follower = opened;
    opened.start(new FixedDiagnosis());
    return opened;
  }

  private Report report() {
    if (mistakes.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new IllegalStateException("a mistake in the report");
    }
    return Report.newBuilder().setVersion("test").build();
  }

  private final class Told implements Follower.Consumer {
    @Override
    public void apply(List<ToldNetwork> told) {
      if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new IllegalStateException("told to fail");
      }
      keptThen = kept();
      inForce = told;
    }

    @Override
    public void watch(ToldWatch told) {
      // nobody is told to be watched here
    }
  }

  /** What the host would know if it were killed and started again. */
  private List<ToldNetwork> kept() {
    return Follower.open(
            controller.identity(),
            "h1",
            new Follower.Sources(this::report, Meters::getDefaultInstance),
            new Told(),
            new SystemClock(),
            Clock.systemUTC())
        .known();
  }

  private static void await(String what, BooleanSupplier condition) {
    for (int i = 0; i < 3_000 && !condition.getAsBoolean(); i++) {
      LockSupport.parkNanos(10_000_000);
    }
    assertThat(condition.getAsBoolean()).as(what).isTrue();
  }

  @Test
  void shouldTryAgainWhatCouldNotBeDoneAndSayWhyMeanwhile() {
    failures.set(Integer.MAX_VALUE);
    controller.tell(ToldFacts.blue(7).station(MAC, "h1", "vm1").changes());
    Follower following = follow();
    await("why is shown", () -> following.status().undone() != null);
    assertThat(following.status().undone()).contains("up to revision 7", "told to fail");
    assertThat(following.status().connected()).isTrue();
    assertThat(inForce).isEmpty();
    failures.set(0);
    await("it is done, though nothing is told any more", () -> !inForce.isEmpty());
    await("and shown as done", () -> following.status().undone() == null);
    assertThat(inForce.getFirst().stations()).hasSize(1);
  }

  @Test
  void shouldDoWhatWasToldLastAlsoWhenTheControllerIsGone() throws Exception {
    failures.set(Integer.MAX_VALUE);
    controller.tell(ToldFacts.blue(7).station(MAC, "h1", "vm1").changes());
    Follower following = follow();
    await("it fails", () -> following.status().undone() != null);
    controller.goAway();
    await("it is away", () -> !following.status().connected());
    failures.set(0);
    await("it is done", () -> !inForce.isEmpty());
  }

  @Test
  void shouldGoOnAfterAMistakeOfItsOwn() {
    mistakes.set(2);
    controller.tell(ToldFacts.blue(7).changes());
    Follower following = follow();
    await("it follows", () -> following.status().connected() && !inForce.isEmpty());
    mistakes.set(1);
    controller.tell(ToldFacts.blue(8).station(MAC, "h1", "vm1").changes());
    await("it follows again", () -> !inForce.getFirst().stations().isEmpty());
    await("the mistake happened", () -> mistakes.get() == 0);
  }

  @Test
  @Tag("R56")
  void shouldKeepWhatIsToldBeforeItIsInForce() {
    controller.tell(ToldFacts.blue(7).changes());
    Follower following = follow();
    await("it is in force", () -> following.status().revision() == 7 && !inForce.isEmpty());
    assertThat(keptThen).isEqualTo(inForce);
    controller.tell(ToldFacts.blue(8).station(MAC, "h1", "vm1").changes());
    await("a change is in force", () -> !inForce.getFirst().stations().isEmpty());
    assertThat(keptThen).isEqualTo(inForce);
    await("it is settled", () -> !Files.exists(directory.resolve("h1/facts.new")));
    assertThat(kept()).isEqualTo(inForce);
  }

  @Test
  void shouldKeepForTheNextStartWhatCouldNotBeKeptAtFirst() throws Exception {
    Path inTheWay = Files.createDirectory(directory.resolve("h1/facts.new"));
    controller.tell(ToldFacts.blue(7).changes());
    Follower following = follow();
    await("why is shown", () -> following.status().undone() != null);
    assertThat(following.status().undone()).contains("cannot be kept for the next start");
    assertThat(inForce).as("it is in force anyway").hasSize(1);
    Files.delete(inTheWay);
    await("it is kept", () -> Files.exists(directory.resolve("h1/facts")));
    await("and shown as kept", () -> following.status().undone() == null);
  }
}
