package net.viaduct.vtep.idle;

import static org.assertj.core.api.Assertions.assertThat;

import net.viaduct.io.Pollable;
import net.viaduct.io.Readiness;
import net.viaduct.io.memory.MemoryReadiness;
import net.viaduct.runtime.ManualClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WaiterTest {
  private static final long LOOK_NS = 500;
  private static final long IDLE_NS = 100_000_000;

  private final ManualClock clock =
      new ManualClock(Long.MAX_VALUE - 1_000_000); // it overflows soon
  private final Arrivals arrivals = new Arrivals();
  private final Waiter waiter = new Waiter(arrivals, clock);
  private final int[] tokens = new int[1];

  /** Frames come so long after the one before; to look and to sleep takes time. */
  private final class Arrivals implements Readiness {
    private long nextNs = clock.nanoTime();
    private long gapNs;
    private long takenNs; // by others, when the core is offered between two looks
    private boolean looked;
    private int looks;
    private int sleeps;
    private long awakeNs;

    private void every(long ns) {
      gapNs = ns;
      nextNs = clock.nanoTime() + ns;
      looks = 0;
      sleeps = 0;
      awakeNs = 0;
    }

    @Override
    public int await(int[] tokens, long timeoutNs) {
      if (timeoutNs == 0) {
        looks++;
        long tookNs = looked ? LOOK_NS + takenNs : LOOK_NS;
        clock.advanceNs(tookNs);
        awakeNs += tookNs;
        looked = true;
      } else {
        sleeps++;
        looked = false;
        clock.advanceNs(Math.clamp(nextNs - clock.nanoTime(), 0, timeoutNs));
      }
      if (clock.nanoTime() - nextNs < 0) {
        return 0;
      }
      nextNs = clock.nanoTime() + gapNs;
      looked = false;
      return 1;
    }

    @Override
    public void add(Pollable source, int token) {}

    @Override
    public void remove(Pollable source) {}

    @Override
    public void wake() {}

    @Override
    public void close() {}
  }

  @BeforeEach
  void balance() {
    waiter.latency(Latency.BALANCED);
  }

  private void await(int frames) {
    int found = 0;
    while (found < frames) {
      found += waiter.await(tokens, IDLE_NS);
    }
  }

  @Test
  void shouldSleepAtOnceToSavePower() {
    waiter.latency(Latency.POWER);
    arrivals.every(1_000);
    await(100);

    assertThat(arrivals.looks).isZero();
    assertThat(arrivals.sleeps).isEqualTo(100);
  }

  @Test
  void shouldNeverSleepForLowLatency() {
    waiter.latency(Latency.LOW);
    arrivals.every(1_000_000);
    await(100);

    assertThat(arrivals.sleeps).isZero();
  }

  @Test
  void shouldLetCommandsInWhileItLooks() {
    waiter.latency(Latency.LOW);
    arrivals.every(IDLE_NS);
    long beforeNs = clock.nanoTime();

    assertThat(waiter.await(tokens, IDLE_NS)).isZero();
    assertThat(clock.nanoTime() - beforeNs).isBetween(1L, 30_000L);
  }

  @Test
  void shouldLookAgainWhileFramesComeDensely() {
    arrivals.every(40_000);
    await(Waiter.SHORT_SLEEPS);
    assertThat(arrivals.looks).isZero();

    await(100);
    assertThat(arrivals.sleeps).isEqualTo(Waiter.SHORT_SLEEPS);
  }

  @Test
  void shouldGiveUpAfterOneWaitInVain() {
    arrivals.every(40_000);
    await(Waiter.SHORT_SLEEPS + 1);
    arrivals.every(10 * Waiter.WINDOW_NS);
    await(100);

    assertThat(arrivals.awakeNs).isLessThanOrEqualTo(Waiter.WINDOW_NS + LOOK_NS);
    assertThat(arrivals.sleeps).isEqualTo(100);
  }

  @Test
  void shouldSleepWhenNothingComes() {
    arrivals.every(40_000);
    await(Waiter.SHORT_SLEEPS + 1);
    arrivals.every(Long.MAX_VALUE / 4);
    for (int i = 0; i < 100; i++) {
      waiter.await(tokens, IDLE_NS);
    }

    assertThat(arrivals.awakeNs).isLessThanOrEqualTo(Waiter.WINDOW_NS + LOOK_NS);
    assertThat(arrivals.sleeps).isEqualTo(100);
  }

  /** Frames in queues are due then. */
  @Test
  void shouldNotSleepLongerForHavingLooked() {
    arrivals.every(40_000);
    await(Waiter.SHORT_SLEEPS + 1);
    arrivals.every(Long.MAX_VALUE / 4);
    long beforeNs = clock.nanoTime();
    waiter.await(tokens, 2 * Waiter.WINDOW_NS);
    assertThat(clock.nanoTime() - beforeNs).isEqualTo(2 * Waiter.WINDOW_NS);
    assertThat(arrivals.looks).as("it looked before").isPositive();

    arrivals.every(40_000);
    await(Waiter.SHORT_SLEEPS + 1);
    arrivals.every(Long.MAX_VALUE / 4);
    beforeNs = clock.nanoTime();
    waiter.await(tokens, Waiter.WINDOW_NS / 2);
    assertThat(clock.nanoTime() - beforeNs).isBetween(1L, Waiter.WINDOW_NS / 2 + LOOK_NS);
    assertThat(arrivals.sleeps).isZero();
  }

  /** A sleep that a command ends early tells nothing of frames. */
  @Test
  void shouldNotTakeCommandsForFrames() {
    arrivals.every(Long.MAX_VALUE / 4);
    for (int i = 0; i < 100; i++) {
      waiter.await(tokens, 1_000);
    }

    assertThat(arrivals.looks).isZero();
  }

  @Test
  void shouldLeaveTheCoreToWhoeverTakesIt() {
    arrivals.every(40_000);
    await(Waiter.SHORT_SLEEPS + 1);
    arrivals.takenNs = 2 * Waiter.TAKEN_NS;
    arrivals.every(90_000);
    await(1);
    arrivals.looks = 0;
    await(20); // less than 4 ms
    assertThat(arrivals.looks).as("while it gives way").isZero();

    arrivals.takenNs = 0;
    clock.advanceNs(Waiter.FIRST_RESPITE_NS);
    arrivals.every(40_000);
    await(100);
    assertThat(arrivals.looks).as("after that").isPositive();
  }

  @Test
  void shouldOfferTheCoreSeldomToWhoAlwaysTakesIt() {
    arrivals.takenNs = 3_000_000;
    arrivals.every(40_000);
    long beganNs = clock.nanoTime();
    while (clock.nanoTime() - beganNs < 10_000_000_000L) {
      await(1);
    }

    // the respites of the beginning, which become longer, and one each second
    assertThat(arrivals.awakeNs).isLessThan(30 * arrivals.takenNs);
  }

  @Test
  void shouldReturnWhenTheClockStandsStill() {
    Readiness nothing = new MemoryReadiness();
    Waiter stuck = new Waiter(nothing, new ManualClock());
    stuck.latency(Latency.LOW);

    assertThat(stuck.await(tokens, IDLE_NS)).isZero();
  }

  @Test
  void shouldChangeWhileItRuns() {
    arrivals.every(40_000);
    await(100);
    waiter.latency(Latency.POWER);
    arrivals.every(40_000);
    await(100);

    assertThat(arrivals.looks).isZero();
  }
}
