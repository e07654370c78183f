package net.viaduct.vtep;

import java.util.Locale;

/**
 * Who says where a station is. The first outranks the others: a fact of a lower origin never
 * replaces one of a higher.
 */
public enum Origin {
  /** The configuration file. */
  STATIC,
  /** The controller. */
  CONTROLLER,
  /** BGP EVPN. */
  EVPN,
  /** A frame that was seen (R10). */
  LEARNED;

  private static final Origin[] BY_RANK = values();

  /** Whether a fact of this origin may replace one of the other. */
  public boolean mayReplace(Origin other) {
    return compareTo(other) <= 0;
  }

  /** Its place in the order, 0 for the highest. */
  @SuppressWarnings("EnumOrdinal") // the order of the constants is the precedence
  public int rank() {
    return ordinal();
  }

  /** The origin of a {@link #rank()}. */
  public static Origin ofRank(int rank) {
    return BY_RANK[rank];
  }

  /** The word for a person: {@code learned}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
