package net.viaduct.wire.dhcp;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.MacAddress;
import net.viaduct.wire.Malformation;
import net.viaduct.wire.NetworkOrder;
import org.jspecify.annotations.Nullable;

/**
 * A DHCP message for IPv4 over Ethernet, RFC 2131 section 2; its options RFC 2132. Only read: who
 * has been given which address. Stateless: safe from any thread. Offsets and sizes are in bytes;
 * {@code at} is the first byte behind the UDP header.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+---------------+---------------+
 * |   operation   | hardware, 1   | its size, 6   |     hops      |
 * +---------------+---------------+---------------+---------------+
 * |  transaction  |  seconds, flags                               |
 * +---------------------------------------------------------------+
 * |  client's, your, next server's, relay's IPv4 address          |
 * +---------------------------------------------------------------+
 * |  client's hardware address, 16 bytes of which 6 count         |
 * |  server's name, 64 bytes; boot file, 128 bytes                |
 * +---------------------------------------------------------------+
 * |  magic cookie, 0x63825363     | options: code, length, value  |
 * </pre>
 */
public final class DhcpMessage {
  /** UDP port of servers and relays. */
  public static final int SERVER_PORT = 67;

  /** UDP port of clients. */
  public static final int CLIENT_PORT = 68;

  /** Operation of what a client sends. */
  public static final int REQUEST = 1;

  /** Operation of what a server sends. */
  public static final int REPLY = 2;

  /** Message type: a server confirms an address (RFC 2132 section 9.6). */
  public static final int ACKNOWLEDGMENT = 5;

  /** Message type: a client found the address in use. */
  public static final int DECLINE = 4;

  /** Message type: a client gives its address back. */
  public static final int RELEASE = 7;

  /** Up to the options. */
  public static final int HEADER_SIZE_BYTES = 240;

  /** What {@link #leaseSeconds} returns if the message does not tell. */
  public static final long NO_LEASE = -1;

  private static final int OPERATION_OFFSET = 0;
  private static final int HARDWARE_OFFSET = 1;
  private static final int CLIENT_ADDRESS_OFFSET = 12;
  private static final int YOUR_ADDRESS_OFFSET = 16;
  private static final int CLIENT_MAC_OFFSET = 28;
  private static final int COOKIE_OFFSET = 236;

  /** Hardware type and size of its addresses: Ethernet, 6. */
  private static final int ETHERNET = 0x0106;

  private static final int COOKIE = 0x6382_5363;
  private static final int PAD = 0;
  private static final int END = 255;
  private static final int LEASE_TIME = 51;
  private static final int MESSAGE_TYPE = 53;

  private DhcpMessage() {}

  /**
   * Whether all fields and options may be read.
   *
   * @param lengthBytes the message's length: what UDP carries
   * @return what is wrong, or null
   */
  public static @Nullable Malformation check(MemorySegment s, long at, int lengthBytes) {
    if (lengthBytes < HEADER_SIZE_BYTES) {
      return Malformation.TRUNCATED;
    }
    int operation = operation(s, at);
    if (operation != REQUEST && operation != REPLY) {
      return Malformation.BAD_TYPE;
    }
    if (NetworkOrder.u16(s, at + HARDWARE_OFFSET) != ETHERNET) {
      return Malformation.BAD_ADDRESS_FORMAT;
    }
    if (NetworkOrder.i32(s, at + COOKIE_OFFSET) != COOKIE) {
      return Malformation.BAD_VERSION;
    }
    return checkOptions(s, at, lengthBytes);
  }

  private static @Nullable Malformation checkOptions(MemorySegment s, long at, int lengthBytes) {
    int offset = HEADER_SIZE_BYTES;
    while (offset < lengthBytes) {
      int code = NetworkOrder.u8(s, at + offset);
      if (code == END) {
        return null;
      }
      if (code == PAD) {
        offset++;
        continue;
      }
      if (offset + 2 > lengthBytes) {
        return Malformation.BAD_OPTION;
      }
      offset += 2 + NetworkOrder.u8(s, at + offset + 1);
      if (offset > lengthBytes) {
        return Malformation.BAD_OPTION;
      }
    }
    return null;
  }

  /** {@link #REQUEST} or {@link #REPLY}. */
  public static int operation(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + OPERATION_OFFSET);
  }

  /** The address that a client says it has, in network order; 0 if it has none. */
  public static int clientAddress(MemorySegment s, long at) {
    return NetworkOrder.i32(s, at + CLIENT_ADDRESS_OFFSET);
  }

  /** The address that a server gives to the client, in network order; 0 if none. */
  public static int yourAddress(MemorySegment s, long at) {
    return NetworkOrder.i32(s, at + YOUR_ADDRESS_OFFSET);
  }

  /** The client's address in {@link MacAddress}'s form. */
  public static long clientMac(MemorySegment s, long at) {
    return NetworkOrder.u48(s, at + CLIENT_MAC_OFFSET);
  }

  /** The kind of message, such as {@link #ACKNOWLEDGMENT}; 0 if it does not tell (BOOTP). */
  public static int messageType(MemorySegment s, long at, int lengthBytes) {
    int offset = find(s, at, lengthBytes, MESSAGE_TYPE, 1);
    return offset < 0 ? 0 : NetworkOrder.u8(s, at + offset);
  }

  /**
   * For how long the address is given, in seconds, 0xffffffff for ever; or {@link #NO_LEASE}, as in
   * the answer to DHCPINFORM, which gives no address.
   */
  public static long leaseSeconds(MemorySegment s, long at, int lengthBytes) {
    int offset = find(s, at, lengthBytes, LEASE_TIME, 4);
    return offset < 0 ? NO_LEASE : NetworkOrder.u32(s, at + offset);
  }

  /** Where the value of an option of this size begins, counted from {@code at}; -1 without one. */
  private static int find(MemorySegment s, long at, int lengthBytes, int wanted, int sizeBytes) {
    int offset = HEADER_SIZE_BYTES;
    while (offset < lengthBytes) {
      int code = NetworkOrder.u8(s, at + offset);
      if (code == END) {
        return -1;
      }
      if (code == PAD) {
        offset++;
        continue;
      }
      int valueBytes = NetworkOrder.u8(s, at + offset + 1);
      if (code == wanted && valueBytes == sizeBytes) {
        return offset + 2;
      }
      offset += 2 + valueBytes;
    }
    return -1;
  }
}
