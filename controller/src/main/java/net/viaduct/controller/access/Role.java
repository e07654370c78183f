package net.viaduct.controller.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What somebody may do; each may what those before it may. */
public enum Role {
  /** See what there is. */
  VIEWER,
  /** Change networks, hosts, ports, stations and groups. */
  OPERATOR,
  /** Give rights to others, and see who changed what. */
  ADMIN;

  /** Whether who has this role may do what takes another one. */
  public boolean may(Role needed) {
    return compareTo(needed) >= 0;
  }

  /** The word for it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whose word it is. */
  public static Optional<Role> of(String word) {
    return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
  }
}
