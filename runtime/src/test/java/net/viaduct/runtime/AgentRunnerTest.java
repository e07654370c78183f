package net.viaduct.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AgentRunnerTest {
  private final DistinctErrors errors = new DistinctErrors(new ManualClock());

  @Test
  void shouldRunCyclesOnAThreadNamedAfterTheRoleAndCloseOnIt() throws InterruptedException {
    List<String> threads = new ArrayList<>();
    CountDownLatch cycled = new CountDownLatch(3);
    Agent agent =
        new Agent() {
          @Override
          public String roleName() {
            return "data-path";
          }

          @Override
          public int doWork() {
            threads.add(Thread.currentThread().getName());
            cycled.countDown();
            return 0;
          }

          @Override
          public void onClose() {
            threads.add("closed on " + Thread.currentThread().getName());
          }
        };
    AgentRunner runner = new AgentRunner(agent, errors, Duration.ofSeconds(1).toNanos() / 1_000);
    runner.start();
    cycled.await();
    runner.close();
    runner.await();

    assertThat(runner.isRunning()).isFalse();
    assertThat(threads).hasSizeGreaterThanOrEqualTo(4).contains("data-path");
    assertThat(threads.getLast()).isEqualTo("closed on data-path");
    assertThat(errors.snapshot()).isEmpty();
  }

  @Test
  void shouldRecordAndGoOnWhenACycleFails() throws InterruptedException {
    AtomicInteger cycles = new AtomicInteger();
    CountDownLatch recovered = new CountDownLatch(1);
    try (AgentRunner runner =
        new AgentRunner(
            agent(() -> {
              int cycle = cycles.incrementAndGet();
              if (cycle <= 2) {
                throw new IllegalStateException("cycle " + cycle);
              }
              if (cycle == 3) {
                throw new StackOverflowError();
              }
              recovered.countDown();
            }),
            errors,
            1_000_000)) {
      runner.start();
      recovered.await();
    }
    assertThat(errors.snapshot())
        .extracting(DistinctError::message, DistinctError::count)
        .containsExactly(tuple("cycle 1", 2L), tuple("", 1L));
  }

  @Test
  void shouldEndAtOnceWhenClosedDuringALongPause() throws InterruptedException {
    Semaphore cycles = new Semaphore(0);
    AgentRunner runner =
        new AgentRunner(agent(cycles::release), errors, Duration.ofDays(1).toNanos());
    runner.start();
    cycles.acquire();
    runner.wake();
    cycles.acquire();
    assertThat(runner.close(Duration.ofSeconds(20))).isTrue();
    assertThat(errors.snapshot()).isEmpty();
  }

  @Test
  void shouldInterruptACycleWhenItDoesNotEnd() throws InterruptedException {
    CountDownLatch entered = new CountDownLatch(1);
    AgentRunner runner =
        new AgentRunner(
            agent(() -> {
              entered.countDown();
              new CountDownLatch(1).await();
            }),
            errors);
    runner.start();
    entered.await();
    assertThat(runner.close(Duration.ofMillis(20))).isTrue();
    assertThat(errors.snapshot())
        .extracting(DistinctError::type)
        .containsExactly(InterruptedException.class.getName());
  }

  @Test
  void shouldSaySoWhenAnAgentCannotBeEnded() throws InterruptedException {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AgentRunner runner =
        new AgentRunner(
            agent(() -> {
              entered.countDown();
              awaitWhateverComes(release);
            }),
            errors);
    runner.start();
    entered.await();
    assertThat(runner.close(Duration.ofMillis(20))).isFalse();
    assertThat(errors.snapshot().getFirst().message()).startsWith("worker did not end within");
    release.countDown();
    runner.await();
  }

  @Test
  void shouldNotStartWhenStartedOrClosedBefore() {
    AgentRunner runner = new AgentRunner(agent(() -> {}), errors);
    assertThat(runner.close(Duration.ofSeconds(1))).isTrue();
    assertThatIllegalStateException().isThrownBy(runner::start);
  }

  private static void awaitWhateverComes(CountDownLatch latch) {
    boolean done = false;
    while (!done) {
      try {
        latch.await();
        done = true;
      } catch (InterruptedException e) {
        // A cycle that cannot be interrupted is what this test is about.
      }
    }
  }

  private interface Cycle {
    void run() throws Exception;
  }

  private static Agent agent(Cycle cycle) {
    return new Agent() {
      @Override
      public String roleName() {
        return "worker";
      }

      @Override
      public int doWork() throws Exception {
        cycle.run();
        return 0;
      }
    };
  }
}
