package net.viaduct.controller.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import net.viaduct.controller.store.StoreFailure;
import org.junit.jupiter.api.Test;

class KnownFailureTest {
  private static final StoreFailure FULL = new StoreFailure("the disk is full");

  private final KnownFailure failure = new KnownFailure();

  @Test
  void shouldBeNewsOnceUntilItIsOver() {
    assertThat(failure.isOver()).isFalse();
    assertThat(failure.isNews(FULL)).isTrue();
    assertThat(failure.isNews(FULL)).isFalse();
    assertThat(failure.isNews(new StoreFailure("the disk does not read"))).isTrue();
    assertThat(failure.isNews(FULL)).isTrue();
    assertThat(failure.isOver()).isTrue();
    assertThat(failure.isOver()).isFalse();
    assertThat(failure.isNews(FULL)).isTrue();
  }

  @Test
  void shouldBeAFailureAlsoWithoutWords() {
    assertThat(failure.isNews(new IllegalStateException())).isTrue();
    assertThat(failure.isOver()).isTrue();
  }
}
