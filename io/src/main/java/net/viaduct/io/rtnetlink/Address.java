package net.viaduct.io.rtnetlink;

import net.viaduct.io.netlink.Attributes;
import net.viaduct.io.netlink.NetlinkMessage;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * An address of a device. Immutable.
 *
 * <pre>
 * struct ifaddrmsg {           linux/if_addr.h
 *   __u8  ifa_family;
 *   __u8  ifa_prefixlen;
 *   __u8  ifa_flags;
 *   __u8  ifa_scope;
 *   __u32 ifa_index;
 * };
 * </pre>
 *
 * @param index of the device
 * @param ip IPv4 or IPv6
 * @param prefixLength 0 to 32 or 128
 * @param scope RT_SCOPE_*: 0 everywhere, 253 link, 254 host
 * @param flags IFA_F_*
 */
public record Address(int index, IpAddress ip, int prefixLength, int scope, int flags) {
  static final int NEW = 20;
  static final int DELETED = 21;
  static final int GET = 22;
  static final int STRUCT_BYTES = 8;
  static final int ADDRESS = 1;
  static final int LOCAL = 2;
  static final int FLAGS = 8;
  static final int FLAG_NO_DAD = 2;

  private static final int FLAG_TENTATIVE = 0x40;

  /** Whether it cannot be used yet: duplicate address detection is on its way, or failed. */
  public boolean isTentative() {
    return (flags & FLAG_TENTATIVE) != 0;
  }

  /** Reads a message; null if it describes no address. */
  static @Nullable Address parse(NetlinkMessage message) {
    boolean about = message.type() == NEW || message.type() == DELETED;
    if (!about || message.body().limit() < STRUCT_BYTES) {
      return null;
    }
    Attributes attributes = message.attributes(STRUCT_BYTES);
    IpAddress ip = attributes.address(LOCAL); // on a point-to-point device ADDRESS is the peer's
    if (ip == null) {
      ip = attributes.address(ADDRESS);
    }
    return ip == null
        ? null
        : new Address(
            message.s32(4), ip, message.u8(1), message.u8(3), attributes.s32(FLAGS, message.u8(2)));
  }
}
