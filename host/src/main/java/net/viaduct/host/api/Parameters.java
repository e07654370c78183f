package net.viaduct.host.api;

import java.util.HexFormat;
import java.util.Map;

/** Reads single parameters of a request. Stateless: safe from any thread. */
final class Parameters {
  private Parameters() {}

  /** The text of a parameter; refused if it is missing. */
  static String text(Map<String, String> parameters, String name) {
    String text = parameters.get(name);
    if (text == null || text.isEmpty()) {
      throw new RequestRefused(400, "parameter '" + name + "' is missing");
    }
    return text;
  }

  /** A number that is not negative. */
  static int number(Map<String, String> parameters, String name) {
    String text = text(parameters, name);
    if (!text.matches("[0-9]{1,9}")) {
      throw new RequestRefused(400, name + ": '" + text + "' is not a number");
    }
    return Integer.parseInt(text);
  }

  /** Bytes, two digits each. */
  static byte[] hex(Map<String, String> parameters, String name) {
    String text = text(parameters, name);
    try {
      return HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException e) {
      throw new RequestRefused(400, name + ": these are not bytes in hexadecimal digits");
    }
  }
}
