package net.viaduct.host.view;

import java.util.List;

/** A configuration that could not be applied; the one before stays in force. */
public final class ReloadRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> errors;

  /**
   * A refusal.
   *
   * @param errors a line for each thing that is wrong, at least one
   */
  public ReloadRefused(List<String> errors) {
    super(String.join("\n", errors));
    this.errors = List.copyOf(errors);
  }

  /** What is wrong. */
  public List<String> errors() {
    return errors;
  }
}
