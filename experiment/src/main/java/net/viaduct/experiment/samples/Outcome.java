package net.viaduct.experiment.samples;

import java.util.Locale;

/** What became of a probe. */
public enum Outcome {
  /** It was answered in time. */
  ANSWERED,
  /** It was answered by a refusal, which takes as long: a TCP connection that nobody waited for. */
  REFUSED,
  /** No answer came in time. */
  LOST,
  /** Another answer to the same probe. */
  DUPLICATE;

  /** As files have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What a word means. */
  public static Outcome of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
