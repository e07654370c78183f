package net.viaduct.vtep.multicast.membership;

/** Tells which ports and remotes a network still has. */
@FunctionalInterface
public interface Places {
  /** Whether this port or remote is still there. */
  boolean has(Object place);
}
