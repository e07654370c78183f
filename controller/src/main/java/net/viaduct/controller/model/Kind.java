package net.viaduct.controller.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What an object is. In the order in which they can be made, each needs only those before it. */
public enum Kind {
  /** A template for ports. */
  GROUP("groups"),
  /** A machine that runs Viaduct. */
  HOST("hosts"),
  /** An overlay Ethernet. */
  NETWORK("networks"),
  /** Where a machine is attached to a network. */
  PORT("ports"),
  /** A MAC address that lives somewhere else than behind a port. */
  STATION("stations");

  private final String plural;

  Kind(String plural) {
    this.plural = plural;
  }

  /** The word for one: {@code port}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The word for many: {@code ports}. */
  public String plural() {
    return plural;
  }

  /** Whose word for many it is. */
  public static Optional<Kind> ofPlural(String word) {
    return Arrays.stream(values()).filter(kind -> kind.plural.equals(word)).findFirst();
  }

  /** What all keys of this kind in a store begin with. */
  public String prefix() {
    return word() + "/";
  }
}
