package net.viaduct.experiment.samples;

/** Gets samples as they come. Any thread. */
public interface SampleSink {
  /** What became of a probe. */
  void probe(ProbeSample sample);

  /** How a load is doing. */
  void load(LoadSample sample);

  /** Something became different. */
  void phase(PhaseMark mark);
}
