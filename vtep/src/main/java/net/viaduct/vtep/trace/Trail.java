package net.viaduct.vtep.trace;

/**
 * Where steps say what they decide about a frame that somebody asks about. On the way of real
 * frames it is off. Where it is on, nothing is real: a step decides as always and tells, but
 * changes no table, answers nobody and counts nothing. The {@link net.viaduct.vtep.counting.Tally},
 * the outputs, the learner and the originator keep to that by themselves; a step with a state of
 * its own has to look. Owned by the thread that works at the frames.
 */
public interface Trail {
  /** Nobody asks, ever: for parts that are used alone. */
  Trail OFF =
      new Trail() {
        @Override
        public boolean isOn() {
          return false;
        }

        @Override
        public void note(String step, String decision) {}

        @Override
        public void outcome(Outcome outcome) {}
      };

  /** Whether somebody asks; if so, the step must leave everything as it is. */
  boolean isOn();

  /**
   * Tells what a step decided; only while {@link #isOn()}, as words cost.
   *
   * @param step its name, a verb: {@code look up}
   * @param decision what it decided and by which entry or rule, for a person
   */
  void note(String step, String decision);

  /** Tells what became of the frame, or of one of its copies; only while {@link #isOn()}. */
  void outcome(Outcome outcome);
}
