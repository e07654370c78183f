package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import net.viaduct.io.Endpoint;
import net.viaduct.wire.IpAddress;

/**
 * IPv4 socket addresses. Stateless: safe from any thread.
 *
 * <pre>
 * struct sockaddr_in {               linux/in.h, 16 bytes
 *   u16 sin_family; be16 sin_port; be32 sin_addr; u8 zero[8];
 * };
 * </pre>
 */
final class SocketAddress4 {
  static final int SIZE_BYTES = 16;

  private static final int PORT_OFFSET = 2;
  private static final int ADDRESS_OFFSET = 4;
  private static final int ZERO_OFFSET = 8;
  private static final ValueLayout.OfShort NETWORK_SHORT =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt NETWORK_INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private SocketAddress4() {}

  /** Memory with an address and a port. */
  static MemorySegment of(Arena arena, IpAddress address, int port) {
    MemorySegment s = arena.allocate(SIZE_BYTES, 4);
    write(s, 0, address.ipv4Bits(), port);
    return s;
  }

  /** Writes where a message goes. */
  static void write(MemorySegment s, long at, Endpoint destination) {
    write(s, at, destination.address().ipv4Bits(), destination.port());
  }

  private static void write(MemorySegment s, long at, int addressBits, int port) {
    s.set(JAVA_SHORT_UNALIGNED, at, (short) SocketCalls.AF_INET);
    s.set(NETWORK_SHORT, at + PORT_OFFSET, (short) port);
    s.set(NETWORK_INT, at + ADDRESS_OFFSET, addressBits);
    s.set(JAVA_LONG_UNALIGNED, at + ZERO_OFFSET, 0);
  }

  /** The 32 bits of an address. */
  static int addressBits(MemorySegment s, long at) {
    return s.get(NETWORK_INT, at + ADDRESS_OFFSET);
  }

  /** The port of an address. */
  static int port(MemorySegment s, long at) {
    return s.get(NETWORK_SHORT, at + PORT_OFFSET) & 0xffff;
  }
}
