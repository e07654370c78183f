package net.viaduct.vtep.show;

/**
 * The path to a remote at one moment. Immutable.
 *
 * @param mtuBytes the largest IP packet that is sent there
 * @param deviceMtuBytes what the device on the way there takes
 * @param source how that is known
 * @param phase how far the search is
 */
public record PathStatus(int mtuBytes, int deviceMtuBytes, Source source, PathPhase phase) {
  /** What is known, for a person. */
  public String sentence() {
    return switch (source) {
      case DEVICE -> "as much as the device on the way there takes; the remote answers no probes";
      case PROBED -> "probes of this size are answered";
      case ICMP -> "a router on the way told that no more fits";
      case CONFIGURED -> "configuration says that no more fits";
      case BLACK_HOLE ->
          "black hole: packets of more than "
              + mtuBytes
              + " bytes vanish on the way, and nobody says so; raise the MTU of that link, or let"
              + " its router send ICMP";
    };
  }

  /** How a path MTU is known. */
  public enum Source {
    /** It is that of the device: nobody said otherwise. */
    DEVICE,
    /** Probes of this size were answered. */
    PROBED,
    /** ICMP told it; probes agree, where the remote answers them. */
    ICMP,
    /** Configuration says so. */
    CONFIGURED,
    /** Probes of this size were answered, and larger ones vanish without a word. */
    BLACK_HOLE;

    /** For people: {@code black-hole}. */
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }
}
