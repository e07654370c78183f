package net.viaduct.vtep.settings;

/** What becomes of frames with a VLAN tag in a network, in both directions (R8). */
public enum TagPolicy {
  /** They are dropped. */
  DROP,
  /** They are carried as they are. */
  KEEP
}
