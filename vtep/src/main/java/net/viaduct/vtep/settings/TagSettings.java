package net.viaduct.vtep.settings;

/**
 * What becomes of VLAN tags in a network (R8). Immutable.
 *
 * @param inner what becomes of frames that have a tag within the network
 */
public record TagSettings(TagPolicy inner) {
  /** Untagged frames only, as RFC 7348 section 6.1 has it. */
  public static final TagSettings DEFAULT = new TagSettings(TagPolicy.DROP);
}
