package net.viaduct.vtep.learning;

/**
 * MAC addresses that routers share and that move when another one becomes the active router.
 * Stateless: safe from any thread.
 */
public final class VirtualRouters {
  private static final long VRRP_IPV4 = 0x00_00_5e_00_01L;
  private static final long VRRP_IPV6 = 0x00_00_5e_00_02L;
  private static final long HSRP = 0x00_00_0c_07_acL;
  private static final long HSRP_VERSION_2 = 0x00_00_0c_9f_fL;
  private static final long HSRP_IPV6 = 0x00_05_73_a0_0L;

  private VirtualRouters() {}

  /**
   * Whether an address is made for moving: VRRP for IPv4 00-00-5E-00-01-xx and IPv6
   * 00-00-5E-00-02-xx (RFC 9568 section 7.3), which CARP uses too; HSRP 00-00-0C-07-AC-xx, version
   * 2 00-00-0C-9F-Fx-xx, for IPv6 00-05-73-A0-0x-xx.
   */
  public static boolean isVirtual(long mac) {
    long five = mac >>> 8;
    long fourAndAHalf = mac >>> 12;
    return five == VRRP_IPV4
        || five == VRRP_IPV6
        || five == HSRP
        || fourAndAHalf == HSRP_VERSION_2
        || fourAndAHalf == HSRP_IPV6;
  }
}
