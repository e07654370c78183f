package net.viaduct.host.diagnosis;

import java.util.List;

/**
 * Where a frame would go at one host, and why.
 *
 * @param host its name
 * @param steps what each step decides, in order
 * @param outcomes what becomes of the frame and of each of its copies
 */
public record TraceView(String host, List<StepView> steps, List<OutcomeView> outcomes) {
  /** Copies the lists. */
  public TraceView {
    steps = List.copyOf(steps);
    outcomes = List.copyOf(outcomes);
  }
}
