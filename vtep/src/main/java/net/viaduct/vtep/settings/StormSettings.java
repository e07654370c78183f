package net.viaduct.vtep.settings;

/**
 * How much of a network may be flooded, and how loops are found. Immutable.
 *
 * @param network limits of all that is flooded in the network, from ports and from tunnels together
 * @param port limits of what each port gives to be flooded
 * @param loops how loops are found
 */
public record StormSettings(StormLimits network, StormLimits port, LoopSettings loops) {
  /** No limits, no search. */
  public static final StormSettings DEFAULT =
      new StormSettings(StormLimits.NONE, StormLimits.NONE, LoopSettings.OFF);

  /** Whether nothing is limited. */
  public boolean isUnlimited() {
    return network.isAny() && port.isAny();
  }
}
