package net.viaduct.cli.experiment;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.viaduct.wire.IpAddress;

/** An address, and a port if it is not the usual one. Immutable. */
record Destination(IpAddress address, int port) {
  private static final Pattern WITH_PORT = Pattern.compile("(?:\\[(.*)]|([^:]*)):([0-9]{1,5})");
  private static final int LAST_PORT = 65_535;

  /** Reads {@code 10.0.0.2}, {@code 10.0.0.2:80}, {@code fd00::2} or {@code [fd00::2]:80}. */
  static Destination parse(String text, int usualPort) {
    Matcher parts = WITH_PORT.matcher(text);
    if (!parts.matches()) {
      return new Destination(IpAddress.parse(text), usualPort);
    }
    int port = Integer.parseInt(parts.group(3));
    if (port < 1 || port > LAST_PORT) {
      throw new IllegalArgumentException(port + " is out of range; a port is 1 to 65535");
    }
    String address = parts.group(1) == null ? parts.group(2) : parts.group(1);
    return new Destination(IpAddress.parse(address), port);
  }
}
