package net.viaduct.io;

/** What carries tunnel packets in the underlay. */
public enum Transport {
  /** UDP, with a source port for each flow. */
  UDP,
  /** GRE directly over IP, protocol 47 (RFC 2784, RFC 2890): no ports. */
  GRE
}
