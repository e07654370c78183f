package net.viaduct.vtep.settings;

/**
 * What becomes of frames that have a VLAN tag within a network (R8). A port's own VLAN is not
 * meant: its tag is gone by then.
 *
 * <p>A tag with VLAN id 0 only carries a priority (IEEE 802.1Q section 9.6), so that its frame is
 * in no VLAN: but for {@link #STRIP} it is carried as it is.
 */
public enum TagPolicy {
  /** They are dropped, in both directions: no VLAN of a machine leaves its network. */
  DROP,
  /** A port's frames lose all tags; those of a tunnel are dropped (RFC 7348 section 6.1). */
  STRIP,
  /** They are carried as they are. */
  KEEP
}
