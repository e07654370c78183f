package net.viaduct.host.reconcile;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import net.viaduct.vtep.CommandRefused;

/**
 * Waits for commands of a data path, and withdraws those that it does not come to: what was given
 * up must not be done later. Stateless.
 */
final class Awaiting {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** For a command that was begun, and so cannot be withdrawn: closing a device can take long. */
  private static final Duration LAST_PATIENCE = Duration.ofSeconds(30);

  private Awaiting() {}

  /**
   * What a command gives.
   *
   * @throws CommandRefused if it was refused or withdrawn
   */
  static <T> T result(CompletableFuture<T> command) {
    return result(command, PATIENCE);
  }

  static <T> T result(CompletableFuture<T> command, Duration patience) {
    try {
      return command.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new CommandRefused("", e);
    } catch (TimeoutException e) {
      if (command.cancel(false)) {
        throw new CommandRefused("the data path does not answer; the command was withdrawn", e);
      }
      return lastResult(command);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      command.cancel(false);
      throw new CommandRefused("interrupted", e);
    }
  }

  private static <T> T lastResult(CompletableFuture<T> command) {
    try {
      return command.get(LAST_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new CommandRefused("", e);
    } catch (TimeoutException e) {
      throw new CommandRefused("the data path hangs in a command; nobody knows if it was done", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandRefused("interrupted", e);
    }
  }
}
