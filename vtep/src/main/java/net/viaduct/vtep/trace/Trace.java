package net.viaduct.vtep.trace;

import java.util.List;

/**
 * Where a frame would go, and why. Immutable.
 *
 * @param steps what each step decided, in order
 * @param outcomes what would become of the frame and of each of its copies, in order
 */
public record Trace(List<Step> steps, List<Outcome> outcomes) {
  /** Copies the lists. */
  public Trace {
    steps = List.copyOf(steps);
    outcomes = List.copyOf(outcomes);
  }
}
