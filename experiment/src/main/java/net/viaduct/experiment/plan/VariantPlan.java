package net.viaduct.experiment.plan;

import java.util.List;

/**
 * One of several ways to run the same experiment. Immutable.
 *
 * @param name what it is called in results
 * @param before what is to be done before each of its runs
 * @param congestionControl of all loads by TCP that name none themselves; empty for the system's
 * @param place the network namespace that all send from that name none themselves; empty for the
 *     experiment's
 * @param against the variant that it is compared with; empty for the first one
 */
public record VariantPlan(
    String name, List<Action> before, String congestionControl, String place, String against) {
  /** Copies the list. */
  public VariantPlan {
    before = List.copyOf(before);
  }

  /** One that is only prepared in its own way. */
  public static VariantPlan of(String name, List<Action> before) {
    return new VariantPlan(name, before, "", "", "");
  }
}
