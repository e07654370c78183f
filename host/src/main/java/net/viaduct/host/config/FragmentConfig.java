package net.viaduct.host.config;

/**
 * Fragments of tunnel packets (RFC 7348 section 4.3). Immutable.
 *
 * @param received what becomes of tunnel packets that came in fragments
 * @param sent whether tunnel packets that do not fit the way are sent in fragments
 */
public record FragmentConfig(Received received, boolean sent) {
  /** As the RFC has it. */
  public static final FragmentConfig NONE = new FragmentConfig(Received.DROP, false);

  /** What becomes of tunnel packets that came in fragments. */
  public enum Received {
    /** Dropped and counted. */
    DROP,
    /** Taken as if they had come whole: the kernel has put them together. */
    REASSEMBLE
  }
}
