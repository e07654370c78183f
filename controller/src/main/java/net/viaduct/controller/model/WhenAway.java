package net.viaduct.controller.model;

/**
 * What the hosts of a network do when all controllers are away. Immutable.
 *
 * @param action what
 * @param afterSeconds how long they wait before; not used if they keep what they know
 */
public record WhenAway(Action action, long afterSeconds) {
  /** Keep what is known, as long as it takes. */
  public static final WhenAway KEEP = new WhenAway(Action.KEEP, 300);

  /** What to do. */
  public enum Action {
    /** Go on with what is known. */
    KEEP,
    /** Flood what is unknown, and believe frames about where stations are. */
    LEARN
  }

  /** Checks the time. */
  public WhenAway {
    Whole.SECONDS.require(afterSeconds);
  }
}
