package net.viaduct.io.memory;

/**
 * What goes wrong on a way, each frame by itself. Immutable.
 *
 * @param loss how likely it is lost, 0 to 1
 * @param duplication how likely it comes twice, 0 to 1
 * @param reordering how likely it comes later than others by {@code reorderingNs}, 0 to 1
 * @param reorderingNs how much later
 * @param delayNs how long every frame takes
 */
public record Faults(
    double loss, double duplication, double reordering, long reorderingNs, long delayNs) {
  /** Nothing goes wrong. */
  public static final Faults NONE = new Faults(0, 0, 0, 0, 0);

  /** Checks the ranges. */
  public Faults {
    check(loss);
    check(duplication);
    check(reordering);
    if (delayNs < 0 || reorderingNs < 0) {
      throw new IllegalArgumentException("a delay is not negative");
    }
  }

  private static void check(double likelihood) {
    if (!(likelihood >= 0 && likelihood <= 1)) {
      throw new IllegalArgumentException(likelihood + " is not within 0 to 1");
    }
  }

  /** The same with this loss. */
  public Faults withLoss(double value) {
    return new Faults(value, duplication, reordering, reorderingNs, delayNs);
  }

  /** The same with this duplication. */
  public Faults withDuplication(double value) {
    return new Faults(loss, value, reordering, reorderingNs, delayNs);
  }

  /** The same with this reordering. */
  public Faults withReordering(double value, long laterNs) {
    return new Faults(loss, duplication, value, laterNs, delayNs);
  }

  /** The same with this delay. */
  public Faults withDelay(long ns) {
    return new Faults(loss, duplication, reordering, reorderingNs, ns);
  }
}
