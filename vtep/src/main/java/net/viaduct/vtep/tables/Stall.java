package net.viaduct.vtep.tables;

/**
 * For how long nothing that was sent somewhere could leave, because what it was to leave by was
 * full. Owned by the data-path thread.
 */
public final class Stall {
  private boolean lasts;
  private long sinceNs;
  private long lastNs;

  /** There is none. */
  public Stall() {}

  /** Something left. */
  public void end() {
    lasts = false;
  }

  /**
   * Something could not leave now; for how long nothing has.
   *
   * @param silenceNs after so long without a try nobody knows whether it still was full: it begins
   *     anew
   */
  public long lastedNs(long nowNs, long silenceNs) {
    if (!lasts || nowNs - lastNs >= silenceNs) {
      lasts = true;
      sinceNs = nowNs;
    }
    lastNs = nowNs;
    return nowNs - sinceNs;
  }
}
