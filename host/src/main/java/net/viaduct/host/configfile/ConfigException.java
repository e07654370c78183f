package net.viaduct.host.configfile;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be: tells all that is wrong with it, a line each. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<ConfigError> errors;

  /**
   * A refusal.
   *
   * @param errors at least one
   */
  public ConfigException(List<ConfigError> errors) {
    super(errors.stream().map(ConfigError::toString).collect(Collectors.joining("\n")));
    this.errors = List.copyOf(errors);
  }

  /** What is wrong, in the order of the file. */
  public List<ConfigError> errors() {
    return errors;
  }
}
