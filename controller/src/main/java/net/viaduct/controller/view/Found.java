package net.viaduct.controller.view;

import java.util.Locale;
import net.viaduct.controller.registry.Stored;

/**
 * An object that a search leads to. Immutable.
 *
 * @param by what of it was looked for
 * @param stored the object
 */
public record Found(By by, Stored stored) {
  /** What can be looked for. */
  public enum By {
    /** A network by its VNI. */
    VNI,
    /** A port or station by its MAC address, or by how that begins. */
    MAC,
    /** A port or station by an IP address, or by how that begins. */
    IP,
    /** A host by the address of its VTEP, or by how that begins. */
    UNDERLAY,
    /** An object by its name, or by how that begins. */
    NAME;

    /** As the API says it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
