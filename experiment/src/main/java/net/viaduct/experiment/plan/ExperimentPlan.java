package net.viaduct.experiment.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An experiment. Immutable.
 *
 * @param name what it is called in pictures
 * @param durationNs of each run
 * @param place the network namespace that all send from that name none themselves; empty for this
 *     one
 * @param responder run by the experiment itself; empty if others do, or none is needed
 * @param phases in the order of their times
 * @param variants in the order of their runs; empty if there is only one way
 * @param repetitions of all variants
 * @param source what it was read from, for the record
 */
public record ExperimentPlan(
    String name,
    long durationNs,
    String place,
    Optional<ResponderPlan> responder,
    List<StreamPlan> streams,
    List<LoadPlan> loads,
    List<PhasePlan> phases,
    List<VariantPlan> variants,
    int repetitions,
    String source) {
  /** Copies the lists. */
  public ExperimentPlan {
    streams = List.copyOf(streams);
    loads = List.copyOf(loads);
    phases = List.copyOf(phases);
    variants = List.copyOf(variants);
    if (durationNs < 1 || repetitions < 1) {
      throw new IllegalArgumentException(
          "an experiment lasts some time, and is done at least once");
    }
    for (PhasePlan phase : phases) {
      if (phase.atNs() >= durationNs) {
        throw new IllegalArgumentException(
            "the phase '" + phase.name() + "' would come after a run is over; mind its 'duration'");
      }
    }
    for (LoadPlan load : loads) {
      if (load.startNs() >= durationNs) {
        throw new IllegalArgumentException(
            "the load '" + load.name() + "' would start after a run is over; mind its 'duration'");
      }
    }
    boolean isOpen =
        loads.stream()
            .anyMatch(l -> l.kind() == LoadPlan.Kind.TCP && l.congestionControl().isEmpty());
    for (VariantPlan variant : variants) {
      if (!variant.congestionControl().isEmpty() && !isOpen) {
        throw new IllegalArgumentException(
            "the congestion control of '"
                + variant.name()
                + "' is nobody's: there is no load by TCP that does not name its own");
      }
      String other = variant.against();
      if (!other.isEmpty() && variants.stream().noneMatch(each -> each.name().equals(other))) {
        throw new IllegalArgumentException(
            "'" + variant.name() + "' is compared with '" + other + "', which is no variant");
      }
    }
  }

  /**
   * A run.
   *
   * @param number counted from 1
   * @param repetition counted from 1
   * @param variant empty if there is only one way
   */
  public record Run(int number, int repetition, Optional<VariantPlan> variant) {}

  /** Where a run sends from, unless a stream or load says otherwise. */
  public String placeOf(Run run) {
    return run.variant().map(VariantPlan::place).filter(each -> !each.isEmpty()).orElse(place);
  }

  /** All runs: A B A B. */
  public List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    for (int repetition = 1; repetition <= repetitions; repetition++) {
      if (variants.isEmpty()) {
        runs.add(new Run(runs.size() + 1, repetition, Optional.empty()));
      }
      for (VariantPlan variant : variants) {
        runs.add(new Run(runs.size() + 1, repetition, Optional.of(variant)));
      }
    }
    return runs;
  }
}
