package net.viaduct.io.rtnetlink;

import net.viaduct.io.netlink.Attributes;
import net.viaduct.io.netlink.NetlinkMessage;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where the kernel thinks a station is: behind a port of a bridge, or behind a remote of a VXLAN
 * device. The layout is {@link Neighbour}'s with family AF_BRIDGE. Immutable.
 *
 * @param index of the bridge's port, or of the VXLAN device
 * @param mac of the station; 0 stands for whatever has no entry of its own
 * @param remote the other VTEP; null if the entry is the bridge's
 * @param vlan 0 if the entry is for all
 * @param bridgeIndex of the bridge; 0 if the entry is the device's own
 * @param state NUD_*: 2 reachable, 4 stale, 64 static, 128 permanent
 * @param flags NTF_*: 2 the device's own, 4 the bridge's
 */
public record FdbEntry(
    int index,
    long mac,
    @Nullable IpAddress remote,
    int vlan,
    int bridgeIndex,
    int state,
    int flags) {
  static final int REMOTE = 1;
  static final int MAC = 2;
  static final int VLAN = 5;
  static final int MASTER = 9;
  static final int FLAG_SELF = 2;
  static final int FLAG_MASTER = 4;
  static final int STATE_STATIC = 0x40;

  /** Whether it was set by hand, or is an address of the device: it never ages. */
  public boolean isPermanent() {
    return (state & Neighbour.STATE_PERMANENT) != 0;
  }

  /** Whether it was learned from a frame: neither permanent nor static. */
  public boolean isLearned() {
    return (state & (Neighbour.STATE_PERMANENT | STATE_STATIC)) == 0;
  }

  /** Reads a message; null if it describes no entry. */
  static @Nullable FdbEntry parse(NetlinkMessage message) {
    boolean about = message.type() == Neighbour.NEW || message.type() == Neighbour.DELETED;
    if (!about
        || message.body().limit() < Neighbour.STRUCT_BYTES
        || message.u8(0) != RtnetlinkFamily.BRIDGE) {
      return null;
    }
    Attributes attributes = message.attributes(Neighbour.STRUCT_BYTES);
    return new FdbEntry(
        message.s32(4),
        attributes.mac(MAC),
        attributes.address(REMOTE),
        attributes.u16(VLAN, 0),
        attributes.s32(MASTER, 0),
        message.u16(8),
        message.u8(10));
  }
}
