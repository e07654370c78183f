package net.viaduct.vtep.settings;

/** What becomes of frames that do not fit the way to a remote. Immutable. */
public record PathSettings() {
  /** As usual. */
  public static final PathSettings DEFAULT = new PathSettings();
}
