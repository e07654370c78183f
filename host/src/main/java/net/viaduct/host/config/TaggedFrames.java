package net.viaduct.host.config;

/** What becomes of inner frames with a VLAN tag (RFC 7348 section 6.1). */
public enum TaggedFrames {
  /** They are dropped, in both directions. */
  DROP,
  /** They are carried with their tag. */
  KEEP
}
