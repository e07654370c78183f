package net.viaduct.io.linux;

import net.viaduct.io.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * Remembers one destination to which there is no way, until something could be sent to it again, or
 * nobody wants to send to it any more. Any thread may tell it; the data-path thread asks. Of two
 * that tell at the same time one may be forgotten, and will tell again. Allocates nothing but
 * {@link #trouble()}.
 */
final class Reachability {
  /** So often asked without another failure, it is no trouble any more. */
  private static final int QUIET_ROUNDS = 100;

  private volatile @Nullable Endpoint failed;
  private volatile int errno;
  private volatile int quietRounds;

  /** Something could be sent. */
  void reached(Endpoint destination) {
    Endpoint known = failed;
    if (known != null && known.equals(destination)) {
      failed = null;
    }
  }

  /** There is no way. */
  void failed(Endpoint destination, int number) {
    Endpoint known = failed;
    if (known == null || known.equals(destination)) {
      errno = number;
      quietRounds = 0;
      failed = destination;
    }
  }

  /** Time goes by, about ten times a second. */
  void attend() {
    if (failed != null) {
      int rounds = quietRounds + 1;
      quietRounds = rounds;
      if (rounds > QUIET_ROUNDS) {
        failed = null;
      }
    }
  }

  /** Whether this is still the trouble told last. */
  @Nullable Endpoint failing() {
    return failed;
  }

  /** What is wrong, in a sentence; null if nothing is. */
  @Nullable String trouble() {
    Endpoint known = failed;
    return known == null
        ? null
        : "there is no way to %s: %s (%s)"
            .formatted(known, ErrorNumber.sentence(-errno), ErrorNumber.name(-errno));
  }
}
