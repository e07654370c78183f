package net.viaduct.vtep.trace;

/**
 * Where steps say what they decide about a frame that somebody asks about. On the way of real
 * frames it is {@link #OFF}. Where it is on, nothing is real: a step decides as always and tells,
 * but changes no table, answers nobody and counts nothing. Owned by the data-path thread.
 */
public interface Trail {
  /** Nobody asks: the way of real frames. */
  Trail OFF =
      new Trail() {
        @Override
        public boolean isOn() {
          return false;
        }

        @Override
        public void note(String step, String decision) {}
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
}
