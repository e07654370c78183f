package net.viaduct.experiment.load;

import net.viaduct.experiment.Places;
import net.viaduct.experiment.RunTime;
import net.viaduct.experiment.plan.LoadPlan;
import net.viaduct.experiment.samples.SampleSink;

/** One flow of a load at work. */
public interface Load {
  /** Sends from the load's beginning to its end, or to the run's. */
  void run(RunTime time) throws Exception;

  /**
   * A flow.
   *
   * @param name of this flow
   */
  static Load of(LoadPlan plan, String name, Places places, SampleSink sink) {
    return switch (plan.kind()) {
      case TCP -> new TcpLoad(plan, name, places, sink);
      case UDP -> new UdpLoad(plan, name, places, sink);
    };
  }
}
