package net.viaduct.host.config;

/** By what tunnel packets leave and reach a host. */
public enum UnderlayWay {
  /** What is best here; sockets for now. */
  AUTO,
  /** Sockets of the kernel. */
  SOCKETS,
  /** A tap beside the underlay's device, for what goes to one remote; sockets for the rest. */
  TAP
}
