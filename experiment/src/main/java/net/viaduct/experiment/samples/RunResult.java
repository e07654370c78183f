package net.viaduct.experiment.samples;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was measured in one run. Built by its reader, then only read. */
public final class RunResult {
  private final int number;
  private final int repetition;
  private final String variant;
  private final Map<String, List<ProbeSample>> streams = new LinkedHashMap<>();
  private final Map<String, List<LoadSample>> flows = new LinkedHashMap<>();
  private final List<PhaseMark> phases = new ArrayList<>();

  /**
   * A run.
   *
   * @param number counted from 1
   * @param repetition counted from 1
   * @param variant empty if there is only one way
   * @param streamOrder the names of streams, in the order in which they are told
   * @param flowOrder the names of flows of loads, in the order in which they are told
   */
  RunResult(
      int number,
      int repetition,
      String variant,
      List<String> streamOrder,
      List<String> flowOrder) {
    this.number = number;
    this.repetition = repetition;
    this.variant = variant;
    streamOrder.forEach(name -> streams.put(name, new ArrayList<>()));
    flowOrder.forEach(name -> flows.put(name, new ArrayList<>()));
  }

  /** All was added: forgets what has no samples. */
  void complete() {
    streams.values().removeIf(List::isEmpty);
    flows.values().removeIf(List::isEmpty);
  }

  void add(ProbeSample sample) {
    streams.computeIfAbsent(sample.stream(), _ -> new ArrayList<>()).add(sample);
  }

  void add(LoadSample sample) {
    flows.computeIfAbsent(sample.load(), _ -> new ArrayList<>()).add(sample);
  }

  void add(PhaseMark mark) {
    phases.add(mark);
  }

  /** Which run, counted from 1. */
  public int number() {
    return number;
  }

  /** Which repetition, counted from 1. */
  public int repetition() {
    return repetition;
  }

  /** Its variant; empty if there is only one way. */
  public String variant() {
    return variant;
  }

  /** The samples of each stream, in the order in which they became known. */
  public Map<String, List<ProbeSample>> streams() {
    return streams;
  }

  /** The samples of each flow of loads, in the order of their times. */
  public Map<String, List<LoadSample>> flows() {
    return flows;
  }

  /** When something became different. */
  public List<PhaseMark> phases() {
    return phases;
  }
}
