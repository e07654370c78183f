package net.viaduct.wire.neighbour;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.MacAddress;
import net.viaduct.wire.Malformation;
import net.viaduct.wire.NetworkOrder;
import org.jspecify.annotations.Nullable;

/**
 * An ARP packet for IPv4 over Ethernet, RFC 826; probes and announcements as RFC 5227. Stateless:
 * safe from any thread. Offsets and sizes are in bytes.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------------------------------+-------------------------------+
 * |       hardware type, 1        |     protocol type, 0x800      |
 * +---------------+---------------+-------------------------------+
 * |    sizes: 6   |       4       |           operation           |
 * +---------------+---------------+-------------------------------+
 * |                     sender's MAC address                      |
 * +                               +-------------------------------+
 * |                               |     sender's IPv4 address     |
 * +-------------------------------+-------------------------------+
 * |                               |                               |
 * +-------------------------------+                               +
 * |                     target's MAC address                      |
 * +---------------------------------------------------------------+
 * |                     target's IPv4 address                     |
 * +---------------------------------------------------------------+
 * </pre>
 */
public final class ArpPacket {
  /** For IPv4 over Ethernet. */
  public static final int SIZE_BYTES = 28;

  /** Who has the target's IP address? */
  public static final int REQUEST = 1;

  /** The sender has it. */
  public static final int REPLY = 2;

  private static final int FORMAT_OFFSET = 0;
  private static final int OPERATION_OFFSET = 6;
  private static final int SENDER_MAC_OFFSET = 8;
  private static final int SENDER_IP_OFFSET = 14;
  private static final int TARGET_MAC_OFFSET = 18;
  private static final int TARGET_IP_OFFSET = 24;

  /** Hardware type, protocol type and both sizes in one. */
  private static final long ETHERNET_AND_IPV4 = 0x0001_0800_0604L;

  private ArpPacket() {}

  /**
   * Whether all fields may be read.
   *
   * @param availableBytes how many bytes there are from {@code at} on; Ethernet pads, so more is
   *     fine
   * @return what is wrong, or null
   */
  public static @Nullable Malformation check(MemorySegment s, long at, int availableBytes) {
    if (availableBytes < SIZE_BYTES) {
      return Malformation.TRUNCATED;
    }
    if (NetworkOrder.u48(s, at + FORMAT_OFFSET) != ETHERNET_AND_IPV4) {
      return Malformation.BAD_ADDRESS_FORMAT;
    }
    int operation = operation(s, at);
    return operation == REQUEST || operation == REPLY ? null : Malformation.BAD_TYPE;
  }

  /** {@link #REQUEST} or {@link #REPLY}. */
  public static int operation(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + OPERATION_OFFSET);
  }

  /** Sender's address in {@link MacAddress}'s form. */
  public static long senderMac(MemorySegment s, long at) {
    return NetworkOrder.u48(s, at + SENDER_MAC_OFFSET);
  }

  /** Sender's IPv4 address in network order; 0 in a probe. */
  public static int senderIp(MemorySegment s, long at) {
    return NetworkOrder.i32(s, at + SENDER_IP_OFFSET);
  }

  /** Target's address in {@link MacAddress}'s form; in a request it says nothing. */
  public static long targetMac(MemorySegment s, long at) {
    return NetworkOrder.u48(s, at + TARGET_MAC_OFFSET);
  }

  /** Target's IPv4 address in network order. */
  public static int targetIp(MemorySegment s, long at) {
    return NetworkOrder.i32(s, at + TARGET_IP_OFFSET);
  }

  /** Whether this asks if an address is free (RFC 5227 section 2.1.1); it teaches no address. */
  public static boolean isProbe(MemorySegment s, long at) {
    return operation(s, at) == REQUEST && senderIp(s, at) == 0;
  }

  /** Whether sender and target have the same IP address: somebody tells where he is. */
  public static boolean isGratuitous(MemorySegment s, long at) {
    return senderIp(s, at) == targetIp(s, at) && senderIp(s, at) != 0;
  }

  /** Begins a packet: formats and operation are set; sender and target are to follow. */
  public static void begin(MemorySegment s, long at, int operation) {
    NetworkOrder.u48(s, at + FORMAT_OFFSET, ETHERNET_AND_IPV4);
    NetworkOrder.u16(s, at + OPERATION_OFFSET, operation);
  }

  /** Sets the sender's addresses. */
  public static void sender(MemorySegment s, long at, long mac, int ip) {
    NetworkOrder.u48(s, at + SENDER_MAC_OFFSET, mac);
    NetworkOrder.i32(s, at + SENDER_IP_OFFSET, ip);
  }

  /** Sets the target's addresses. */
  public static void target(MemorySegment s, long at, long mac, int ip) {
    NetworkOrder.u48(s, at + TARGET_MAC_OFFSET, mac);
    NetworkOrder.i32(s, at + TARGET_IP_OFFSET, ip);
  }
}
