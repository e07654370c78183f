package net.viaduct.io.rtnetlink;

import net.viaduct.io.netlink.Attributes;
import net.viaduct.io.netlink.NetlinkMessage;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A route. Immutable.
 *
 * <pre>
 * struct rtmsg {               linux/rtnetlink.h
 *   unsigned char rtm_family, rtm_dst_len, rtm_src_len, rtm_tos;
 *   unsigned char rtm_table, rtm_protocol, rtm_scope, rtm_type;
 *   unsigned      rtm_flags;
 * };
 * </pre>
 *
 * @param destination with its bits behind the prefix zero; unspecified for the default route
 * @param prefixLength 0 to 32 or 128
 * @param gateway null if the destination is on the device's link
 * @param index of the device; 0 if there are several next hops or none
 * @param table 254 is the main one, 255 the local one
 * @param type RTN_*: 1 unicast, 2 local, 3 broadcast, 5 multicast, 6 blackhole, 7 unreachable
 * @param metric smaller is preferred
 * @param source preferred for packets to it; null if none is given
 */
public record Route(
    IpAddress destination,
    int prefixLength,
    @Nullable IpAddress gateway,
    int index,
    int table,
    int type,
    int metric,
    @Nullable IpAddress source) {
  /** The table that an ordinary route is in. */
  public static final int MAIN_TABLE = 254;

  static final int NEW = 24;
  static final int DELETED = 25;
  static final int GET = 26;
  static final int STRUCT_BYTES = 12;
  static final int DESTINATION = 1;
  static final int FROM = 2;
  static final int DEVICE = 4;
  static final int GATEWAY = 5;
  static final int METRIC = 6;
  static final int SOURCE = 7;
  static final int TABLE = 15;
  static final int UNICAST = 1;

  /** Whether packets of it go to a host, not to a group, to us, or nowhere. */
  public boolean isUnicast() {
    return type == UNICAST;
  }

  /** A route of the main table. */
  public static Route to(
      IpAddress destination, int prefixLength, @Nullable IpAddress gateway, int index) {
    return new Route(destination, prefixLength, gateway, index, MAIN_TABLE, UNICAST, 0, null);
  }

  /** Reads a message; null if it describes no route of IPv4 or IPv6. */
  static @Nullable Route parse(NetlinkMessage message) {
    boolean about = message.type() == NEW || message.type() == DELETED;
    int family = message.u8(0);
    boolean ip = family == RtnetlinkFamily.INET || family == RtnetlinkFamily.INET6;
    if (!about || message.body().limit() < STRUCT_BYTES || !ip) {
      return null;
    }
    Attributes attributes = message.attributes(STRUCT_BYTES);
    IpAddress destination = attributes.address(DESTINATION);
    if (destination == null) {
      destination = family == RtnetlinkFamily.INET ? IpAddress.ofIpv4(0) : new IpAddress(0, 0);
    }
    return new Route(
        destination,
        message.u8(1),
        attributes.address(GATEWAY),
        attributes.s32(DEVICE, 0),
        attributes.s32(TABLE, message.u8(4)),
        message.u8(7),
        attributes.s32(METRIC, 0),
        attributes.address(SOURCE));
  }
}
