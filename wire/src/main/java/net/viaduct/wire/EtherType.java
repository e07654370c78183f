package net.viaduct.wire;

/**
 * The EtherTypes that Viaduct looks into (IANA "IEEE 802 Numbers"). Numbers, not an enum: a frame
 * may carry any.
 */
public final class EtherType {
  /** Internet Protocol version 4, RFC 894. */
  public static final int IPV4 = 0x0800;

  /** Address Resolution Protocol, RFC 826. */
  public static final int ARP = 0x0806;

  /** Reverse ARP, RFC 903. */
  public static final int REVERSE_ARP = 0x8035;

  /** Customer VLAN tag, IEEE 802.1Q. */
  public static final int VLAN = 0x8100;

  /** Transparent Ethernet bridging: a whole Ethernet frame follows, RFC 1701, RFC 7637. */
  public static final int TRANSPARENT_ETHERNET = 0x6558;

  /** Internet Protocol version 6, RFC 2464. */
  public static final int IPV6 = 0x86dd;

  /** An Ethernet frame follows: in GRE, Geneve and NVGRE (RFC 1701, RFC 8926, RFC 7637). */
  public static final int TRANSPARENT_BRIDGING = 0x6558;

  /** Service VLAN tag, IEEE 802.1ad (QinQ). */
  public static final int SERVICE_VLAN = 0x88a8;

  /** IEEE 802's local experimental EtherType 2: by private agreement. */
  public static final int LOCAL_EXPERIMENTAL_2 = 0x88b6;

  /** Service VLAN tag of equipment older than IEEE 802.1ad. */
  public static final int OLD_SERVICE_VLAN = 0x9100;

  /**
   * The smallest EtherType: a smaller value in its place is an IEEE 802.3 length, and LLC follows.
   */
  public static final int SMALLEST = 0x0600;

  private EtherType() {}

  /** Whether a VLAN tag follows. */
  public static boolean isVlan(int etherType) {
    return etherType == VLAN || etherType == SERVICE_VLAN || etherType == OLD_SERVICE_VLAN;
  }
}
