package net.viaduct.host.subscription;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a controller is reached by hosts. Immutable.
 *
 * @param host its name or address
 * @param port its TCP port
 */
public record ControllerAddress(String host, int port) {
  /** The TCP port if none is said. */
  public static final int USUAL_PORT = 7843;

  private static final Pattern TEXT =
      Pattern.compile("(?:https://)?(?:\\[([0-9A-Fa-f:.%]+)]|([^\\[\\]:/]+))(?::([0-9]{1,5}))?/?");
  private static final int LARGEST_PORT = 65_535;

  /**
   * Reads {@code 10.0.0.9}, {@code [fd00::9]:7843} or {@code https://controller:7843}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static ControllerAddress parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not where a controller is; write 10.0.0.9, or 10.0.0.9:7843");
    }
    int port = parts.group(3) == null ? USUAL_PORT : Integer.parseInt(parts.group(3));
    if (port < 1 || port > LARGEST_PORT) {
      throw new IllegalArgumentException(port + " is no TCP port");
    }
    return new ControllerAddress(parts.group(1) == null ? parts.group(2) : parts.group(1), port);
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
