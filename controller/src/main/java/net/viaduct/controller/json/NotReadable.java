package net.viaduct.controller.json;

import java.util.List;
import java.util.stream.Collectors;

/** A document that cannot be: tells all that is wrong with it. */
public final class NotReadable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Mistake> mistakes;

  /**
   * A refusal.
   *
   * @param mistakes at least one
   */
  public NotReadable(List<Mistake> mistakes) {
    super(mistakes.stream().map(Mistake::toString).collect(Collectors.joining("; ")));
    this.mistakes = List.copyOf(mistakes);
  }

  /** A refusal of a document as a whole. */
  public NotReadable(String detail) {
    this(List.of(new Mistake("", detail)));
  }

  /** What is wrong, in the order in which it was found. */
  public List<Mistake> mistakes() {
    return mistakes;
  }
}
