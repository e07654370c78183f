package net.viaduct.host.config;

/** What becomes of a received VXLAN packet with reserved bits that are not zero. */
public enum ReservedBits {
  /** They are ignored, as RFC 7348 section 5 says. */
  LENIENT,
  /** The packet is dropped, as the Linux kernel does. */
  STRICT
}
