package net.viaduct.host.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import net.viaduct.vtep.CommandRefused;
import org.junit.jupiter.api.Test;

/** Waiting for a data path that does not answer. */
class AwaitingTest {
  private static final Duration SHORT = Duration.ofMillis(1);

  @Test
  void shouldWithdrawWhatIsNotBegun() {
    CompletableFuture<String> command = new CompletableFuture<>();
    assertThatThrownBy(() -> Awaiting.result(command, SHORT))
        .isInstanceOf(CommandRefused.class)
        .hasMessageContaining("withdrawn");
    assertThat(command).isCancelled();
  }

  @Test
  void shouldWaitForWhatIsBegunAndCannotBeWithdrawn() {
    CompletableFuture<String> command =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            complete("done after all");
            return false;
          }
        };
    assertThat(Awaiting.result(command, SHORT)).isEqualTo("done after all");
  }

  @Test
  void shouldPassOnWhyItWasRefused() {
    CompletableFuture<String> command =
        CompletableFuture.failedFuture(new CommandRefused("no room"));
    assertThatThrownBy(() -> Awaiting.result(command, SHORT)).hasMessage("no room");
  }
}
