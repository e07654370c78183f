package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** Waiting and waking, with eventfds as sources. Needs no privileges. */
class EpollReadinessTest {
  private static final long LONG_NS = 30_000_000_000L;

  private final SystemCalls calls = new SystemCalls();
  private final int[] tokens = new int[4];

  private int readable() {
    int fd = calls.eventfd();
    try (MappedMemory one = new MappedMemory(4096)) {
      one.segment().set(ValueLayout.JAVA_LONG, 0, 1);
      calls.write(fd, one.segment().address(), 8);
    }
    return fd;
  }

  @Test
  void shouldTellEachTokenOnceAndAgainUntilItIsReceived() {
    int one = readable();
    int other = readable();
    int silent = calls.eventfd();
    try (EpollReadiness readiness = new EpollReadiness()) {
      readiness.add(() -> new int[] {one, other}, 7);
      readiness.add(() -> new int[] {silent}, 8);
      for (int i = 0; i < 3; i++) {
        assertThat(readiness.await(tokens, LONG_NS)).isEqualTo(1);
        assertThat(tokens[0]).isEqualTo(7);
      }
      readiness.remove(() -> new int[] {one, other});
      assertThat(readiness.await(tokens, 1)).isZero();
    }
    calls.close(one);
    calls.close(other);
    calls.close(silent);
  }

  @Test
  void shouldTellAllWhenThereAreMoreThanTokens() {
    int[] sources = new int[10];
    try (EpollReadiness readiness = new EpollReadiness()) {
      for (int i = 0; i < sources.length; i++) {
        int fd = readable();
        sources[i] = fd;
        readiness.add(() -> new int[] {fd}, i);
      }
      boolean[] told = new boolean[sources.length];
      for (int i = 0; i < 20; i++) {
        int count = readiness.await(tokens, 0);
        for (int j = 0; j < count; j++) {
          told[tokens[j]] = true;
        }
      }
      assertThat(told).doesNotContain(false);
    }
    for (int fd : sources) {
      calls.close(fd);
    }
  }

  @Test
  void shouldEndAWaitWhenWoken() throws InterruptedException {
    try (EpollReadiness readiness = new EpollReadiness()) {
      readiness.wake();
      readiness.wake();
      assertThat(readiness.await(tokens, LONG_NS)).isZero();
      assertThat(readiness.await(tokens, 0)).isZero();
      Thread waker = new Thread(readiness::wake);
      waker.start();
      assertThat(readiness.await(tokens, LONG_NS)).isZero();
      waker.join();
    }
  }

  @Test
  void shouldIgnoreWakesWhenClosed() {
    EpollReadiness readiness = new EpollReadiness();
    readiness.close();
    readiness.close();
    readiness.wake();
    assertThat(tokens).containsOnly(0);
  }
}
