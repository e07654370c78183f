package net.viaduct.wire.capture;

/**
 * What the bytes of a captured packet begin with: the LINKTYPE_ numbers of tcpdump.org that Viaduct
 * writes. Numbers, not an enum: a file may carry any.
 */
public final class LinkType {
  /** LINKTYPE_ETHERNET: an Ethernet header. */
  public static final int ETHERNET = 1;

  /** LINKTYPE_RAW: an IPv4 or IPv6 header, told by its version. */
  public static final int RAW_IP = 101;

  private LinkType() {}
}
