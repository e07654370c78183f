package net.viaduct.vtep.settings;

/**
 * What a network knows about the IP addresses of its stations, and what it does with that.
 * Immutable.
 */
public record NeighbourSettings() {
  /** As usual. */
  public static final NeighbourSettings DEFAULT = new NeighbourSettings();
}
