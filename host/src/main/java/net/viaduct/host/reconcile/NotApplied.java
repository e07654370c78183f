package net.viaduct.host.reconcile;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.viaduct.io.IoFailure;

/** A state that could not be reached; the one before is in force again. */
public final class NotApplied extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Cause> causes;

  /**
   * One cause.
   *
   * @param port the port that it is about, if it is about one
   * @param message what happened, and what would be right
   * @param errno the kernel's name for it, if it comes from there
   */
  public record Cause(Optional<DesiredPort> port, String message, Optional<String> errno) {
    static Cause of(DesiredPort port, RuntimeException failure) {
      return new Cause(Optional.of(port), message(failure), errno(failure));
    }

    static Cause of(RuntimeException failure) {
      return new Cause(Optional.empty(), message(failure), errno(failure));
    }

    private static String message(RuntimeException failure) {
      return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    private static Optional<String> errno(RuntimeException failure) {
      Throwable cause = failure.getCause() == null ? failure : failure.getCause();
      return cause instanceof IoFailure io ? Optional.of(io.errno()) : Optional.empty();
    }
  }

  NotApplied(List<Cause> causes) {
    super(causes.stream().map(Cause::message).collect(Collectors.joining("\n")));
    this.causes = List.copyOf(causes);
  }

  /** Why; at least one. */
  public List<Cause> causes() {
    return causes;
  }
}
