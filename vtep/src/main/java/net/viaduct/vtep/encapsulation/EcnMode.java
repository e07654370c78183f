package net.viaduct.vtep.encapsulation;

/** What the outer header says of congestion at first, RFC 6040 section 4.1 (R26). */
public enum EcnMode {
  /** What the inner one says: for remotes that follow RFC 6040, as Linux and Open vSwitch do. */
  NORMAL,
  /** Nothing: for remotes that would lose a mark. */
  COMPATIBILITY
}
