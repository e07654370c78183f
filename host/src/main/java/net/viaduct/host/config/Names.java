package net.viaduct.host.config;

import java.util.regex.Pattern;

/** The names that a host or a network may have: they become parts of paths and of labels. */
public final class Names {
  /**
   * What names of a controller's port groups begin with here: no name of a file's is the same, as
   * those have no slash.
   */
  public static final String OF_CONTROLLER = "controller/";

  private static final Pattern RIGHT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  private Names() {}

  /**
   * The name, if it is right.
   *
   * @throws IllegalArgumentException if it is not, with what would be
   */
  public static String require(String name) {
    if (!RIGHT.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' is not a name; a name is 1 to 63 letters, digits, '.', '_' and '-',"
              + " the first a letter or digit");
    }
    return name;
  }
}
