package net.viaduct.vtep.settings;

/** Who gets the multicast frames of a network. Immutable. */
public record MulticastSettings() {
  /** As usual. */
  public static final MulticastSettings DEFAULT = new MulticastSettings();
}
