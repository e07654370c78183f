package net.viaduct.experiment;

import java.util.List;
import java.util.Optional;
import net.viaduct.experiment.plan.ExperimentPlan;
import net.viaduct.experiment.plan.LoadPlan;
import net.viaduct.experiment.plan.PhasePlan;
import net.viaduct.experiment.plan.ProbeKind;
import net.viaduct.experiment.plan.ResponderPlan;
import net.viaduct.experiment.plan.StreamPlan;
import net.viaduct.experiment.plan.VariantPlan;
import net.viaduct.wire.IpAddress;

/** Plans for tests. */
public final class Plans {
  public static final long MS = 1_000_000;
  public static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1");

  private Plans() {}

  /** A plan that measures nothing. */
  public static ExperimentPlan of(String name, List<VariantPlan> variants, int repetitions) {
    return new ExperimentPlan(
        name,
        1_000 * MS,
        "",
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        variants,
        repetitions,
        "a: b\n# c\n");
  }

  /** A plan in one place, with its own responder. */
  public static ExperimentPlan inside(
      String place,
      int port,
      List<StreamPlan> streams,
      List<LoadPlan> loads,
      List<PhasePlan> phases,
      long durationMs) {
    return new ExperimentPlan(
        "test",
        durationMs * MS,
        "",
        Optional.of(new ResponderPlan(place, port)),
        streams,
        loads,
        phases,
        List.of(),
        1,
        "");
  }

  /** A stream over the loopback device of a place. */
  public static StreamPlan stream(String place, ProbeKind kind, int port) {
    return new StreamPlan(kind.word(), kind, LOOPBACK, port, place, 64, 0xb8, 10 * MS, 0, 500 * MS);
  }
}
