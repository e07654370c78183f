package net.viaduct.controller.subscription;

import java.time.Duration;

/**
 * When a host counts as dead. Immutable.
 *
 * @param awayAfter how long it may be silent
 * @param withdrawAfter how long it may be away before its stations are told nobody any more
 */
public record LifePolicy(Duration awayAfter, Duration withdrawAfter) {
  /** Noticed within 3 s, withdrawn after 30 s. */
  public static final LifePolicy USUAL =
      new LifePolicy(Duration.ofSeconds(3), Duration.ofSeconds(30));

  /**
   * How long a host may be silent before those that watch it say so: what is left is for the way to
   * the controller.
   */
  Duration missedAfter() {
    return awayAfter.multipliedBy(3).dividedBy(4);
  }

  /** Checks the order. */
  public LifePolicy {
    if (awayAfter.toMillis() < 1_000 || withdrawAfter.compareTo(awayAfter) < 0) {
      throw new IllegalArgumentException(
          "a host is away after 1s or more of silence, and withdrawn no earlier than that");
    }
  }
}
