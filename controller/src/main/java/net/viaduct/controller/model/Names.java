package net.viaduct.controller.model;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What names and labels look like. Stateless. */
public final class Names {
  /** What a name looks like, as a regular expression. */
  public static final String PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";

  /** What the name of a device looks like to Linux; {@code IFNAMSIZ} is 16 with the final zero. */
  public static final String DEVICE_PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,14}";

  /** How many labels an object has at most. */
  public static final int MOST_LABELS = 32;

  private static final int MOST_LABEL_CHARACTERS = 256;
  private static final Pattern NAME = Pattern.compile(PATTERN);
  private static final Pattern DEVICE = Pattern.compile(DEVICE_PATTERN);

  private Names() {}

  /**
   * The name, if it is one.
   *
   * @throws IllegalArgumentException if not, with what would be one
   */
  public static String require(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'"
              + shortened(name)
              + "' is not a name; a name is 1 to 63 letters, digits, '.', '_' and '-', the first a"
              + " letter or digit");
    }
    return name;
  }

  /** The same for the name of a Linux device. */
  public static String requireDevice(String name) {
    if (!DEVICE.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'"
              + shortened(name)
              + "' is not the name of a device; one is 1 to 15 letters, digits, '.', '_' and '-',"
              + " the first a letter or digit");
    }
    return name;
  }

  /** The labels in the order of their names, if they are right. */
  public static Map<String, String> requireLabels(Map<String, String> labels) {
    if (labels.size() > MOST_LABELS) {
      throw new IllegalArgumentException(
          labels.size() + " labels; an object has at most " + MOST_LABELS);
    }
    labels.forEach((name, text) -> {
      require(name);
      if (text.length() > MOST_LABEL_CHARACTERS) {
        throw new IllegalArgumentException(
            "label '" + name + "' has more than " + MOST_LABEL_CHARACTERS + " characters");
      }
    });
    return Collections.unmodifiableMap(new TreeMap<>(labels));
  }

  private static String shortened(String name) {
    return name.length() <= 80 ? name : name.substring(0, 80) + "...";
  }
}
