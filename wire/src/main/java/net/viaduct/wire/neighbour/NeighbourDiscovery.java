package net.viaduct.wire.neighbour;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.Malformation;
import net.viaduct.wire.NetworkOrder;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.ip.Ipv6Header;
import org.jspecify.annotations.Nullable;

/**
 * Neighbour discovery messages, RFC 4861 section 4. Stateless: safe from any thread. Offsets and
 * sizes are in bytes; {@code at} is the first byte of the ICMPv6 message. Options are in {@link
 * NeighbourOption}.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |  type, 133 on |    code, 0    |           checksum            |
 * +---------------+---------------+-------------------------------+
 * |R|S|O|   neighbour advertisement: flags;  else reserved        |
 * | hop limit |M|O| lifetime     router advertisement             |
 * +---------------------------------------------------------------+
 * |  target address, 16 bytes    neighbours and redirect          |
 * |  reachable time, retransmit timer    router advertisement     |
 * +---------------------------------------------------------------+
 * |  destination address, 16 bytes    redirect only               |
 * +---------------------------------------------------------------+
 * |  options                                                      |
 * </pre>
 */
public final class NeighbourDiscovery {
  /** Is there a router? */
  public static final int ROUTER_SOLICITATION = 133;

  /** Here is a router. */
  public static final int ROUTER_ADVERTISEMENT = 134;

  /** Who has the target address? */
  public static final int NEIGHBOUR_SOLICITATION = 135;

  /** The sender has it. */
  public static final int NEIGHBOUR_ADVERTISEMENT = 136;

  /** There is a better first hop. */
  public static final int REDIRECT = 137;

  /** The only hop limit with which these messages are valid: nobody forwarded them. */
  public static final int HOP_LIMIT = 255;

  /** Flag of a neighbour advertisement: the sender is a router. */
  public static final int ROUTER_FLAG = 0x80;

  /** Flag of a neighbour advertisement: it answers a solicitation. */
  public static final int SOLICITED_FLAG = 0x40;

  /** Flag of a neighbour advertisement: it replaces what is known. */
  public static final int OVERRIDE_FLAG = 0x20;

  private static final int FLAGS_OFFSET = 4;
  private static final int ROUTER_HOP_LIMIT_OFFSET = 4;
  private static final int ROUTER_FLAGS_OFFSET = 5;
  private static final int ROUTER_LIFETIME_OFFSET = 6;
  private static final int REACHABLE_TIME_OFFSET = 8;
  private static final int RETRANSMIT_TIMER_OFFSET = 12;
  private static final int TARGET_OFFSET = 8;

  private NeighbourDiscovery() {}

  /** Whether this ICMPv6 type is one of these messages. */
  public static boolean isType(int icmpv6Type) {
    return icmpv6Type >= ROUTER_SOLICITATION && icmpv6Type <= REDIRECT;
  }

  /**
   * Whether all fields and options may be read and the message may be believed: RFC 4861 sections
   * 6.1 and 7.1, save for the checksum ({@link Icmpv6#hasValidChecksum}).
   *
   * @param ipAt the IPv6 header
   * @param lengthBytes the message's length: the rest of the IP packet
   * @return what is wrong, or null
   */
  public static @Nullable Malformation check(MemorySegment s, long ipAt, long at, int lengthBytes) {
    if (lengthBytes < Icmpv6.HEADER_SIZE_BYTES) {
      return Malformation.TRUNCATED;
    }
    int type = Icmpv6.type(s, at);
    if (!isType(type) || Icmpv6.code(s, at) != 0) {
      return Malformation.BAD_TYPE;
    }
    if (Ipv6Header.hopLimit(s, ipAt) != HOP_LIMIT) {
      return Malformation.BAD_HOP_LIMIT;
    }
    int offset = sizeBytes(type);
    if (lengthBytes < offset) {
      return Malformation.TRUNCATED;
    }
    return NeighbourOption.check(s, at + offset, lengthBytes - offset);
  }

  /** Size of a message of this type without its options. */
  public static int sizeBytes(int icmpv6Type) {
    return switch (icmpv6Type) {
      case ROUTER_SOLICITATION -> 8;
      case ROUTER_ADVERTISEMENT -> 16;
      case REDIRECT -> 40;
      default -> 24;
    };
  }

  /** Upper half of the target address of a solicitation, an advertisement or a redirect. */
  public static long targetHigh(MemorySegment s, long at) {
    return NetworkOrder.i64(s, at + TARGET_OFFSET);
  }

  /** Lower half of the target address. */
  public static long targetLow(MemorySegment s, long at) {
    return NetworkOrder.i64(s, at + TARGET_OFFSET + 8);
  }

  /** Sets the target address. */
  public static void target(MemorySegment s, long at, long high, long low) {
    NetworkOrder.i64(s, at + TARGET_OFFSET, high);
    NetworkOrder.i64(s, at + TARGET_OFFSET + 8, low);
  }

  /** Flags of a neighbour advertisement: {@link #ROUTER_FLAG} and its companions. */
  public static int flags(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + FLAGS_OFFSET);
  }

  /** Sets the flags of a neighbour advertisement. */
  public static void flags(MemorySegment s, long at, int value) {
    NetworkOrder.u8(s, at + FLAGS_OFFSET, value);
  }

  /** The hop limit that a router advertises; 0 if it does not say. */
  public static int advertisedHopLimit(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + ROUTER_HOP_LIMIT_OFFSET);
  }

  /** The flags of a router advertisement: 0x80 managed, 0x40 other configuration. */
  public static int routerFlags(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + ROUTER_FLAGS_OFFSET);
  }

  /** For how long the router is a default router, in seconds; 0: it is none. */
  public static int routerLifetimeSeconds(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + ROUTER_LIFETIME_OFFSET);
  }

  /** For how long a neighbour is taken for reachable, in ms; 0 if the router does not say. */
  public static long reachableTimeMs(MemorySegment s, long at) {
    return NetworkOrder.u32(s, at + REACHABLE_TIME_OFFSET);
  }

  /** Time between solicitations, in ms; 0 if the router does not say. */
  public static long retransmitTimerMs(MemorySegment s, long at) {
    return NetworkOrder.u32(s, at + RETRANSMIT_TIMER_OFFSET);
  }

  /** Sets what a router advertises about itself. */
  public static void router(
      MemorySegment s, long at, int hopLimit, int flags, int lifetimeSeconds) {
    NetworkOrder.u8(s, at + ROUTER_HOP_LIMIT_OFFSET, hopLimit);
    NetworkOrder.u8(s, at + ROUTER_FLAGS_OFFSET, flags);
    NetworkOrder.u16(s, at + ROUTER_LIFETIME_OFFSET, lifetimeSeconds);
  }

  /** Begins a message: the type is set, everything else up to the options is zero. */
  public static void begin(MemorySegment s, long at, int icmpv6Type) {
    int sizeBytes = sizeBytes(icmpv6Type);
    for (int i = 0; i < sizeBytes; i += 8) {
      NetworkOrder.i64(s, at + i, 0);
    }
    Icmpv6.begin(s, at, icmpv6Type, 0);
  }

  /** Upper half of the solicited-node group of any address: ff02::1:ffXX:XXXX, RFC 4291 2.7.1. */
  public static long solicitedNodeHigh() {
    return 0xff02_0000_0000_0000L;
  }

  /** Lower half of the solicited-node group of the address with this lower half. */
  public static long solicitedNodeLow(long addressLow) {
    return 0x0000_0001_ff00_0000L | (addressLow & 0xff_ffff);
  }
}
