package net.viaduct.vtep.encapsulation;

/** Whose traffic class the outer header tells, RFC 2983 (R28). */
public enum DscpMode {
  /** The inner one's, and what the underlay makes of it is the inner one's afterwards. */
  UNIFORM,
  /** The tunnel's own; behind it a frame is served by the tunnel's. */
  PIPE,
  /** The tunnel's own; behind it a frame is served by its own. */
  SHORT_PIPE
}
