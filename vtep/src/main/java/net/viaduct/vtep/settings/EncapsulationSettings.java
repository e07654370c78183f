package net.viaduct.vtep.settings;

/** How frames of a network are wrapped, and what their outer header takes from them. Immutable. */
public record EncapsulationSettings() {
  /** As usual. */
  public static final EncapsulationSettings DEFAULT = new EncapsulationSettings();
}
