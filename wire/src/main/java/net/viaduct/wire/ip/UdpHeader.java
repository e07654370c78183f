package net.viaduct.wire.ip;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.Malformation;
import net.viaduct.wire.NetworkOrder;
import org.jspecify.annotations.Nullable;

/**
 * The UDP header, RFC 768. Stateless: safe from any thread. Offsets and sizes are in bytes.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------------------------------+-------------------------------+
 * |          source port          |       destination port        |
 * +-------------------------------+-------------------------------+
 * |            length             |           checksum            |
 * +-------------------------------+-------------------------------+
 * </pre>
 */
public final class UdpHeader {
  /** Always. */
  public static final int SIZE_BYTES = 8;

  /** Where the checksum stands in the header. */
  public static final int CHECKSUM_OFFSET = 6;

  private static final int SOURCE_PORT_OFFSET = 0;
  private static final int DESTINATION_PORT_OFFSET = 2;
  private static final int LENGTH_OFFSET = 4;

  private UdpHeader() {}

  /**
   * Whether all fields may be read and the datagram is as long as it announces.
   *
   * @param availableBytes how many bytes of the IP packet there are from {@code at} on
   * @return what is wrong, or null
   */
  public static @Nullable Malformation check(MemorySegment s, long at, int availableBytes) {
    if (availableBytes < SIZE_BYTES) {
      return Malformation.TRUNCATED;
    }
    int lengthBytes = lengthBytes(s, at);
    if (lengthBytes < SIZE_BYTES) {
      return Malformation.BAD_TOTAL_LENGTH;
    }
    return lengthBytes > availableBytes ? Malformation.TRUNCATED : null;
  }

  /** Source port. */
  public static int sourcePort(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + SOURCE_PORT_OFFSET);
  }

  /** Destination port. */
  public static int destinationPort(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + DESTINATION_PORT_OFFSET);
  }

  /** Length of header and data. */
  public static int lengthBytes(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + LENGTH_OFFSET);
  }

  /** Sets the length of header and data. */
  public static void lengthBytes(MemorySegment s, long at, int value) {
    NetworkOrder.u16(s, at + LENGTH_OFFSET, value);
  }

  /** Checksum; 0 says that there is none. */
  public static int checksum(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + CHECKSUM_OFFSET);
  }

  /** Sets the checksum. */
  public static void checksum(MemorySegment s, long at, int value) {
    NetworkOrder.u16(s, at + CHECKSUM_OFFSET, value);
  }

  /** Writes the header, with no checksum. */
  public static void write(
      MemorySegment s, long at, int sourcePort, int destinationPort, int lengthBytes) {
    NetworkOrder.u16(s, at + SOURCE_PORT_OFFSET, sourcePort);
    NetworkOrder.u16(s, at + DESTINATION_PORT_OFFSET, destinationPort);
    lengthBytes(s, at, lengthBytes);
    checksum(s, at, 0);
  }
}
