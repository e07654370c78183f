package net.viaduct.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DistinctErrorsTest {
  private final ManualClock clock = new ManualClock(Long.MAX_VALUE - 1);
  private final DistinctErrors errors = new DistinctErrors(clock, 4);

  @Test
  void shouldCountTheSameErrorWithFirstAndLastTime() {
    assertThat(errors.record(new IndexOutOfBoundsException("index 57 of 40"))).isTrue();
    clock.advanceNs(5); // over the end of the range
    assertThat(errors.record(new IndexOutOfBoundsException("index 9 of 1200"))).isFalse();
    assertThat(errors.record(new IndexOutOfBoundsException("indices 9 of 1200"))).isTrue();

    DistinctError first = errors.snapshot().getFirst();
    assertThat(errors.snapshot()).hasSize(2);
    assertThat(first.type()).isEqualTo(IndexOutOfBoundsException.class.getName());
    assertThat(first.message()).isEqualTo("index 57 of 40");
    assertThat(first.stackTrace()).contains("DistinctErrorsTest.should");
    assertThat(first.count()).isEqualTo(2);
    assertThat(first.lastNs() - first.firstNs()).isEqualTo(5);
  }

  @Test
  void shouldTellClassesApartAndTakeErrorsWithoutMessage() {
    errors.record(new IllegalStateException("x"));
    errors.record(new IllegalArgumentException("x"));
    errors.record(new IllegalStateException());
    errors.record(new IllegalStateException((String) null));
    assertThat(errors.snapshot()).extracting(DistinctError::message).containsExactly("x", "x", "");
  }

  @Test
  void shouldOnlyCountWhatDoesNotFit() {
    for (char c = 'a'; c <= 'z'; c++) {
      errors.record(new IllegalStateException("error " + c));
    }
    errors.record(new IllegalStateException("error a"));
    assertThat(errors.snapshot()).hasSize(4);
    assertThat(errors.unlisted()).isEqualTo(22);
    assertThat(errors.snapshot().getFirst().count()).isEqualTo(2);
  }

  @Test
  void shouldKeepOneWhenLongMessagesDifferOnlyBehindTheLimit() {
    errors.record(new IllegalStateException("x".repeat(5_000) + "a"));
    errors.record(new IllegalStateException("x".repeat(5_000) + "b"));
    assertThat(errors.snapshot()).hasSize(1);
    assertThat(errors.snapshot().getFirst().message()).hasSize(1_000);
    assertThat(errors.snapshot().getFirst().stackTrace())
        .hasSize(DistinctErrors.STACK_TRACE_CHARACTERS);
  }

  @Test
  void shouldSurviveAnErrorWhoseMessageFails() {
    errors.record(
        new RuntimeException() {
          private static final long serialVersionUID = 1L;

          @Override
          public String getMessage() {
            throw new IllegalStateException("no message today");
          }
        });
    assertThat(errors.snapshot()).hasSize(1);
  }

  @Test
  void shouldLoseNoCountWhenManyThreadsRecord() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < 10_000; i++) {
                  errors.record(new IllegalStateException("error " + "abc".charAt(i % 3)));
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(errors.snapshot().stream().mapToLong(DistinctError::count).sum()).isEqualTo(40_000);
  }

  /** The data path records the same error at every frame if it must: that is to cost no garbage. */
  @Test
  void shouldAllocateNothingWhenTheErrorIsKnown() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Throwable error = new IllegalStateException("index 57 of 40");
    for (int i = 0; i < 20_000; i++) {
      errors.record(error);
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 20_000; i++) {
      errors.record(error);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(2_000);
  }
}
