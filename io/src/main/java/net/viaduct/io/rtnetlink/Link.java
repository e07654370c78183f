package net.viaduct.io.rtnetlink;

import java.nio.ByteBuffer;
import net.viaduct.io.netlink.Attributes;
import net.viaduct.io.netlink.NetlinkMessage;
import org.jspecify.annotations.Nullable;

/**
 * A network device as the kernel describes it. Immutable.
 *
 * <pre>
 * struct ifinfomsg {           linux/rtnetlink.h
 *   unsigned char  ifi_family;
 *   unsigned char  __ifi_pad;
 *   unsigned short ifi_type;   ARPHRD_*
 *   int            ifi_index;
 *   unsigned       ifi_flags;  IFF_*
 *   unsigned       ifi_change;
 * };
 * </pre>
 *
 * @param index by which the kernel knows it in this namespace, from 1
 * @param name up to 15 bytes
 * @param type ARPHRD_*: 1 is Ethernet, 772 the loopback device
 * @param flags IFF_* (linux/if.h)
 * @param mtuBytes largest payload of a frame
 * @param state what the device says about its operation
 * @param kind {@code veth}, {@code bridge}, {@code vxlan}, {@code tun}...; null for hardware
 * @param masterIndex of the bridge that it is a port of; 0 if there is none
 * @param peerIndex of the device at the other end or below, perhaps in another namespace; 0 if none
 * @param mac 0 if it has none of 48 bits
 * @param vni of a {@code vxlan} or {@code geneve} device: IFLA_VXLAN_ID, IFLA_GENEVE_ID
 *     (linux/if_link.h); 0 of others, and of those that have no VNI of their own
 * @param statistics null if the message does not carry them
 */
public record Link(
    int index,
    String name,
    int type,
    int flags,
    int mtuBytes,
    State state,
    @Nullable String kind,
    int masterIndex,
    int peerIndex,
    long mac,
    int vni,
    @Nullable Statistics statistics) {
  static final int NEW = 16;
  static final int DELETED = 17;
  static final int GET = 18;
  static final int STRUCT_BYTES = 16;
  static final int ADDRESS = 1;
  static final int NAME = 3;
  static final int MTU = 4;
  static final int PEER = 5;
  static final int MASTER = 10;
  static final int OPERSTATE = 16;
  static final int LINK_INFO = 18;
  static final int STATISTICS_64 = 23;
  static final int INFO_KIND = 1;
  static final int INFO_DATA = 2;
  static final int FLAG_UP = 1;

  /** The same number for both kinds of tunnels. */
  private static final int TUNNEL_ID = 1;

  private static final int FAMILY_BRIDGE = 7;
  private static final int FLAG_LOWER_UP = 0x10000;

  /** Whether it was set up by an administrator: IFF_UP. */
  public boolean isUp() {
    return (flags & FLAG_UP) != 0;
  }

  /** Whether there is a carrier: IFF_LOWER_UP. */
  public boolean hasCarrier() {
    return (flags & FLAG_LOWER_UP) != 0;
  }

  /**
   * Reads a message.
   *
   * @return null if it describes no link: another type, a bridge's view of its port, too short
   */
  static @Nullable Link parse(NetlinkMessage message) {
    boolean about = message.type() == NEW || message.type() == DELETED;
    if (!about || message.body().limit() < STRUCT_BYTES || message.u8(0) == FAMILY_BRIDGE) {
      return null;
    }
    Attributes attributes = message.attributes(STRUCT_BYTES);
    String name = attributes.text(NAME);
    Attributes info = attributes.nested(LINK_INFO);
    String kind = info.text(INFO_KIND);
    boolean tunnels = "vxlan".equals(kind) || "geneve".equals(kind);
    return new Link(
        message.s32(4),
        name == null ? "" : name,
        message.u16(2),
        message.s32(8),
        attributes.s32(MTU, 0),
        State.of(attributes.u8(OPERSTATE, 0)),
        kind,
        attributes.s32(MASTER, 0),
        attributes.s32(PEER, 0),
        attributes.mac(ADDRESS),
        tunnels ? info.nested(INFO_DATA).s32(TUNNEL_ID, 0) : 0,
        Statistics.parse(attributes.find(STATISTICS_64)));
  }

  /** Operational state, RFC 2863 section 3.1.14, in the order of IF_OPER_* (linux/if.h). */
  public enum State {
    /** The driver does not tell. */
    UNKNOWN,
    /** Not there any more. */
    NOT_PRESENT,
    /** Cannot carry frames. */
    DOWN,
    /** The device below is down. */
    LOWER_LAYER_DOWN,
    /** In a test. */
    TESTING,
    /** Waits for something outside. */
    DORMANT,
    /** Carries frames. */
    UP;

    private static final State[] BY_CODE = values();

    static State of(int code) {
      return code < BY_CODE.length ? BY_CODE[code] : UNKNOWN;
    }
  }

  /**
   * What a device counted since it was made: the first fields of struct rtnl_link_stats64
   * (linux/if_link.h).
   *
   * @param receivedMulticast part of the received packets
   */
  public record Statistics(
      long receivedPackets,
      long sentPackets,
      long receivedBytes,
      long sentBytes,
      long receiveErrors,
      long sendErrors,
      long receiveDrops,
      long sendDrops,
      long receivedMulticast) {
    private static final int FIELDS = 9;

    static @Nullable Statistics parse(@Nullable ByteBuffer bytes) {
      if (bytes == null || bytes.limit() < 8 * FIELDS) {
        return null;
      }
      return new Statistics(
          bytes.getLong(0),
          bytes.getLong(8),
          bytes.getLong(16),
          bytes.getLong(24),
          bytes.getLong(32),
          bytes.getLong(40),
          bytes.getLong(48),
          bytes.getLong(56),
          bytes.getLong(64));
    }
  }
}
