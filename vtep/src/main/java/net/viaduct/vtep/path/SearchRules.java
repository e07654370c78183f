package net.viaduct.vtep.path;

/**
 * Sizes and times by which a path is searched, named as in RFC 8899 section 5.1. Sizes are those of
 * IP packets on the underlay. Immutable.
 *
 * @param smallestBytes MIN_PLPMTU: of a probe that finds out whether the other end answers at all
 * @param baseBytes BASE_PLPMTU, confirmed before anything larger is tried
 * @param maxProbes MAX_PROBES: so many probes of a size have to be lost
 * @param shortestTimeoutNs PROBE_TIMER is four round trips, but never less than this
 * @param longestTimeoutNs PROBE_TIMER is never more, and as long as this while no round trip is
 *     known
 * @param confirmNs CONFIRMATION_TIMER while nothing large is sent
 * @param busyConfirmNs CONFIRMATION_TIMER while large frames are sent
 * @param raiseNs PMTU_RAISE_TIMER
 * @param longestHelloNs how long the pause between greetings of a silent remote becomes
 */
public record SearchRules(
    int smallestBytes,
    int baseBytes,
    int maxProbes,
    long shortestTimeoutNs,
    long longestTimeoutNs,
    long confirmNs,
    long busyConfirmNs,
    long raiseNs,
    long longestHelloNs) {
  private static final long MS = 1_000_000L;
  private static final long SECOND = 1000 * MS;

  /**
   * Sizes and counts as RFC 8899 has them; confirmed every 5 s, or twice a second while it matters:
   * a path that becomes a black hole is to be known before TCP sends again for the third time, 1.4
   * s after the loss; the fourth time is 1.6 s later.
   */
  public static final SearchRules DEFAULT =
      new SearchRules(
          160, 1200, 3, 150 * MS, SECOND, 5 * SECOND, 500 * MS, 600 * SECOND, 60 * SECOND);

  /** The same with another base. */
  public SearchRules withBase(int bytes) {
    return new SearchRules(
        smallestBytes,
        bytes,
        maxProbes,
        shortestTimeoutNs,
        longestTimeoutNs,
        confirmNs,
        busyConfirmNs,
        raiseNs,
        longestHelloNs);
  }
}
