package net.viaduct.vtep.settings;

/** How much of a network may be flooded, and how loops are found. Immutable. */
public record StormSettings() {
  /** As usual. */
  public static final StormSettings DEFAULT = new StormSettings();
}
