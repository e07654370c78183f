package net.viaduct.io.rtnetlink;

import net.viaduct.io.netlink.Attributes;
import net.viaduct.io.netlink.NetlinkMessage;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel knows about an IP address on a device: an entry of ARP or neighbour discovery.
 * Immutable.
 *
 * <pre>
 * struct ndmsg {               linux/neighbour.h
 *   __u8  ndm_family;
 *   __u8  ndm_pad1;
 *   __u16 ndm_pad2;
 *   __s32 ndm_ifindex;
 *   __u16 ndm_state;           NUD_*
 *   __u8  ndm_flags;           NTF_*
 *   __u8  ndm_type;
 * };
 * </pre>
 *
 * @param index of the device
 * @param ip whose entry it is
 * @param mac 0 while it is not known
 * @param state NUD_*: 1 incomplete, 2 reachable, 4 stale, 32 failed, 128 permanent...
 */
public record Neighbour(int index, IpAddress ip, long mac, int state) {
  static final int NEW = 28;
  static final int DELETED = 29;
  static final int GET = 30;
  static final int STRUCT_BYTES = 12;
  static final int IP = 1;
  static final int MAC = 2;
  static final int STATE_STALE = 4;
  static final int STATE_PERMANENT = 0x80;

  /** Reachable, stale, to be verified soon, being verified, without ARP, permanent. */
  private static final int STATES_VALID = 0x02 | STATE_STALE | 0x08 | 0x10 | 0x40 | 0x80;

  /** Whether it was set by hand and never ages. */
  public boolean isPermanent() {
    return (state & STATE_PERMANENT) != 0;
  }

  /** Whether packets can be sent to it now, as the kernel would: {@code NUD_VALID}. */
  public boolean isUsable() {
    return mac != 0 && (state & STATES_VALID) != 0;
  }

  /** Whether it is old, and the kernel would verify it if it had a packet for it. */
  public boolean isStale() {
    return (state & STATE_STALE) != 0;
  }

  /** Reads a message; null if it describes no neighbour. */
  static @Nullable Neighbour parse(NetlinkMessage message) {
    boolean about = message.type() == NEW || message.type() == DELETED;
    if (!about
        || message.body().limit() < STRUCT_BYTES
        || message.u8(0) == RtnetlinkFamily.BRIDGE) {
      return null;
    }
    Attributes attributes = message.attributes(STRUCT_BYTES);
    IpAddress ip = attributes.address(IP);
    return ip == null
        ? null
        : new Neighbour(message.s32(4), ip, attributes.mac(MAC), message.u16(8));
  }
}
