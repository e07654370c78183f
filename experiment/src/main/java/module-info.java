/** Latency under load: probes, loads, their samples in a file, and pictures of them. */
@org.jspecify.annotations.NullMarked
@SuppressWarnings({"module", "requires-automatic"}) // two libraries are no modules yet
module net.viaduct.experiment {
  requires static transitive org.jspecify;
  requires transitive net.viaduct.wire;
  requires transitive net.viaduct.runtime;
  requires transitive net.viaduct.io;
  requires HdrHistogram;
  requires java.desktop;
  requires xchart;

  exports net.viaduct.experiment to
      net.viaduct.cli;
  exports net.viaduct.experiment.picture to
      net.viaduct.cli;
  exports net.viaduct.experiment.plan to
      net.viaduct.cli;
  exports net.viaduct.experiment.samples to
      net.viaduct.cli;
  exports net.viaduct.experiment.report to
      net.viaduct.cli;
  exports net.viaduct.experiment.serve to
      net.viaduct.cli;
}
