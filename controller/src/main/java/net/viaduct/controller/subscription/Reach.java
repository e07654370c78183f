package net.viaduct.controller.subscription;

/** How far something came that was said to a host. */
public enum Reach {
  /** It is on its way to the host. */
  HERE,
  /** The host takes nothing at the moment. */
  BUSY,
  /** The host is not connected to this controller. */
  NOT_HERE
}
