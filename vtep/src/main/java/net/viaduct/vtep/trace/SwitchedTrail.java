package net.viaduct.vtep.trace;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The trail of a VTEP: off, but while a frame is traced between two duty cycles. Owned by the
 * data-path thread.
 */
public final class SwitchedTrail implements Trail {
  private @Nullable List<Step> steps;
  private final List<Outcome> outcomes = new ArrayList<>();

  /** A trail that is off. */
  public SwitchedTrail() {}

  @Override
  public boolean isOn() {
    return steps != null;
  }

  @Override
  public void note(String step, String decision) {
    if (steps != null) {
      steps.add(new Step(step, decision));
    }
  }

  @Override
  public void outcome(Outcome outcome) {
    if (steps != null) {
      outcomes.add(outcome);
    }
  }

  /** Switches it on, empty. */
  public void begin() {
    steps = new ArrayList<>();
    outcomes.clear();
  }

  /** Switches it off; what was told since it was on. */
  public Trace end() {
    Trace trace = new Trace(steps == null ? List.of() : steps, outcomes);
    steps = null;
    outcomes.clear();
    return trace;
  }
}
