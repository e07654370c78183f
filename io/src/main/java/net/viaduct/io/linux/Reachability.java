package net.viaduct.io.linux;

import net.viaduct.io.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * Remembers one destination to which there is no way, until something could be sent to it again, or
 * nobody wants to send to it any more. Owned by the data-path thread; allocates nothing but {@link
 * #trouble()}.
 */
final class Reachability {
  /** So often asked without another failure, it is no trouble any more. */
  private static final int QUIET_ROUNDS = 100;

  private @Nullable Endpoint failed;
  private int errno;
  private int quietRounds;

  /** Something could be sent. */
  void reached(Endpoint destination) {
    if (failed != null && failed.equals(destination)) {
      failed = null;
    }
  }

  /** There is no way. */
  void failed(Endpoint destination, int number) {
    if (failed == null || failed.equals(destination)) {
      failed = destination;
      errno = number;
      quietRounds = 0;
    }
  }

  /** Time goes by, about ten times a second. */
  void attend() {
    if (failed != null && ++quietRounds > QUIET_ROUNDS) {
      failed = null;
    }
  }

  /** Whether this is still the trouble told last. */
  @Nullable Endpoint failing() {
    return failed;
  }

  /** What is wrong, in a sentence; null if nothing is. */
  @Nullable String trouble() {
    return failed == null
        ? null
        : "there is no way to %s: %s (%s)"
            .formatted(failed, ErrorNumber.sentence(-errno), ErrorNumber.name(-errno));
  }
}
