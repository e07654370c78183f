package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import net.viaduct.wire.IpAddress;

/**
 * Socket addresses of IPv4 and IPv6. Stateless: safe from any thread.
 *
 * <pre>
 * struct sockaddr_in {               linux/in.h, 16 bytes
 *   u16 sin_family; be16 sin_port; be32 sin_addr; u8 zero[8];
 * };
 * struct sockaddr_in6 {              linux/in6.h, 28 bytes
 *   u16 sin6_family; be16 sin6_port; be32 sin6_flowinfo; u8 sin6_addr[16]; u32 sin6_scope_id;
 * };
 * </pre>
 */
final class SocketAddress {
  /** Room for either. */
  static final int SIZE_BYTES = 28;

  private static final int SIZE_IPV4_BYTES = 16;
  private static final int PORT_OFFSET = 2;
  private static final int ADDRESS_OFFSET = 4;
  private static final int ZERO_OFFSET = 8;
  private static final int FLOW_INFO_OFFSET = 4;
  private static final int ADDRESS_6_OFFSET = 8;
  private static final int SCOPE_OFFSET = 24;
  private static final ValueLayout.OfShort NETWORK_SHORT =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt NETWORK_INT =
      JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong NETWORK_LONG =
      JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private SocketAddress() {}

  /**
   * Memory with an address and a port.
   *
   * @param device to which a group of IPv6 belongs that is only of one link; 0 if it does not
   *     matter
   */
  static MemorySegment of(Arena arena, IpAddress address, int port, int device) {
    MemorySegment s = arena.allocate(SIZE_BYTES, 8);
    int size = write(s, 0, address, port, 0);
    if (!address.isIpv4()) {
      s.set(JAVA_INT_UNALIGNED, SCOPE_OFFSET, device);
    }
    return s.asSlice(0, size);
  }

  /**
   * Writes where a message goes.
   *
   * @param flowLabel 20 bits, of IPv6 only; 0 leaves it to the kernel
   * @return how many bytes it has
   */
  static int write(MemorySegment s, long at, IpAddress address, int port, int flowLabel) {
    s.set(NETWORK_SHORT, at + PORT_OFFSET, (short) port);
    if (address.isIpv4()) {
      s.set(JAVA_SHORT_UNALIGNED, at, (short) IpFamily.V4.number());
      s.set(NETWORK_INT, at + ADDRESS_OFFSET, address.ipv4Bits());
      s.set(JAVA_LONG_UNALIGNED, at + ZERO_OFFSET, 0);
      return SIZE_IPV4_BYTES;
    }
    s.set(JAVA_SHORT_UNALIGNED, at, (short) IpFamily.V6.number());
    s.set(NETWORK_INT, at + FLOW_INFO_OFFSET, flowLabel);
    s.set(NETWORK_LONG, at + ADDRESS_6_OFFSET, address.high());
    s.set(NETWORK_LONG, at + ADDRESS_6_OFFSET + 8, address.low());
    s.set(JAVA_INT_UNALIGNED, at + SCOPE_OFFSET, 0);
    return SIZE_BYTES;
  }

  /** Takes the flow label back: the kernel is to choose one. */
  static void clearFlowLabel(MemorySegment s, long at) {
    s.set(NETWORK_INT, at + FLOW_INFO_OFFSET, 0);
  }

  /** Upper half of an address, as {@link IpAddress#high()}. */
  static long high(MemorySegment s, long at) {
    return isIpv4(s, at) ? 0 : s.get(NETWORK_LONG, at + ADDRESS_6_OFFSET);
  }

  /** Lower half of an address, as {@link IpAddress#low()}. */
  static long low(MemorySegment s, long at) {
    return isIpv4(s, at)
        ? IpAddress.ipv4Low(s.get(NETWORK_INT, at + ADDRESS_OFFSET))
        : s.get(NETWORK_LONG, at + ADDRESS_6_OFFSET + 8);
  }

  /** Whether it is of IPv4. */
  static boolean isIpv4(MemorySegment s, long at) {
    return s.get(JAVA_SHORT_UNALIGNED, at) == IpFamily.V4.number();
  }

  /** The port of an address. */
  static int port(MemorySegment s, long at) {
    return s.get(NETWORK_SHORT, at + PORT_OFFSET) & 0xffff;
  }
}
