package net.viaduct.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CommandQueueTest {
  @Test
  void shouldRefuseWhenFullAndTakeAgainWhenDrained() {
    AtomicInteger wakes = new AtomicInteger();
    CommandQueue<String> queue = new CommandQueue<>(3, wakes::incrementAndGet);
    List<String> done = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      assertThat(queue.offer("a" + round)).isTrue();
      assertThat(queue.offer("b" + round)).isTrue();
      assertThat(queue.offer("c" + round)).isTrue();
      assertThat(queue.offer("too much")).isFalse();
      assertThat(queue.size()).isEqualTo(3);
      assertThat(queue.drain(done::add, 2)).isEqualTo(2);
      assertThat(queue.drain(done::add, 2)).isEqualTo(1);
      assertThat(queue.drain(done::add, 2)).isZero();
    }
    assertThat(wakes).hasValue(15);
    assertThat(done).hasSize(15).startsWith("a0", "b0", "c0", "a1").doesNotContain("too much");
  }

  @Test
  void shouldGoOnBehindACommandThatFails() {
    CommandQueue<String> queue = new CommandQueue<>(2, () -> {});
    List<String> done = new ArrayList<>();
    queue.offer("bad");
    queue.offer("good");
    assertThatIllegalStateException()
        .isThrownBy(() ->
            queue.drain(
                command -> {
                  throw new IllegalStateException(command);
                },
                9));
    queue.drain(done::add, 9);
    assertThat(done).containsExactly("good");
  }

  @Test
  void shouldLoseNothingAndKeepEachProducersOrderWhenManyOffer() throws InterruptedException {
    int producers = 4;
    int commands = 50_000;
    CommandQueue<int[]> queue = new CommandQueue<>(64, () -> {});
    List<Thread> threads = new ArrayList<>();
    for (int p = 0; p < producers; p++) {
      int producer = p;
      threads.add(Thread.ofPlatform().start(() -> offerAll(queue, producer, commands)));
    }
    int[] next = new int[producers];
    int[] outOfOrder = new int[1];
    int done = 0;
    while (done < producers * commands) {
      int now = queue.drain(c -> outOfOrder[0] += next[c[0]]++ == c[1] ? 0 : 1, Integer.MAX_VALUE);
      if (now == 0) {
        Thread.onSpinWait();
      }
      done += now;
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(outOfOrder[0]).isZero();
    assertThat(next).containsOnly(commands);
    assertThat(queue.size()).isZero();
  }

  private static void offerAll(CommandQueue<int[]> queue, int producer, int commands) {
    for (int i = 0; i < commands; i++) {
      int[] command = {producer, i};
      while (!queue.offer(command)) {
        Thread.yield();
      }
    }
  }
}
