package net.viaduct.io;

/** What became of one frame that was handed to a port or an underlay. */
public enum SendResult {
  /** The kernel took it. */
  SENT,
  /** The device's queue is full (EAGAIN, ENOBUFS): back-pressure. */
  FULL,
  /** It is larger than the device or the path can carry (EMSGSIZE). */
  TOO_BIG,
  /** The device is down or gone, or there is no route (EIO, ENETDOWN, ENXIO, EHOSTUNREACH...). */
  UNREACHABLE,
  /** The kernel refused it for another cause, which the log of distinct errors tells. */
  FAILED
}
