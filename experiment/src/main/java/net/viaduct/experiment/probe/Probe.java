package net.viaduct.experiment.probe;

import java.io.IOException;
import net.viaduct.experiment.Places;
import net.viaduct.experiment.RunTime;
import net.viaduct.experiment.plan.StreamPlan;
import net.viaduct.experiment.samples.SampleSink;

/** A stream of probes at work. */
public interface Probe extends AutoCloseable {
  /** Sends and receives until the run is over and the last answer came or is lost. */
  void run(RunTime time) throws Exception;

  @Override
  void close() throws IOException;

  /** Opens what a stream needs; a failure tells what is missing. */
  static Probe open(StreamPlan plan, Places places, SampleSink sink) throws Exception {
    Outstanding outstanding = new Outstanding(plan, sink);
    return switch (plan.kind()) {
      case ICMP -> IcmpProbe.open(plan, places, outstanding);
      case UDP -> UdpProbe.open(plan, places, outstanding);
      case TCP_CONNECT -> new ConnectProbe(plan, places, outstanding);
      case TCP_REQUEST -> RequestProbe.open(plan, places, outstanding);
    };
  }
}
