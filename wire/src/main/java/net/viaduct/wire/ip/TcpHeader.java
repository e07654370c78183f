package net.viaduct.wire.ip;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.Malformation;
import net.viaduct.wire.NetworkOrder;
import org.jspecify.annotations.Nullable;

/**
 * The TCP header, RFC 9293 section 3.1. Stateless: safe from any thread. Offsets and sizes are in
 * bytes.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------------------------------+-------------------------------+
 * |          source port          |       destination port        |
 * +-------------------------------+-------------------------------+
 * |                        sequence number                        |
 * +---------------------------------------------------------------+
 * |                     acknowledgment number                     |
 * +-------+-----+-+-+-+-+-+-+-+-+-+-------------------------------+
 * | size/4| res |A|C|E|U|A|P|R|S|F|            window             |
 * +-------+-----+-+-+-+-+-+-+-+-+-+-------------------------------+
 * |           checksum            |        urgent pointer         |
 * +-------------------------------+-------------------------------+
 * |                       options, 0 to 40                        |
 * </pre>
 */
public final class TcpHeader {
  /** Without options. */
  public static final int MIN_SIZE_BYTES = 20;

  /** With all the options that fit. */
  public static final int MAX_SIZE_BYTES = 60;

  /** Where the checksum stands in the header. */
  public static final int CHECKSUM_OFFSET = 16;

  /** No more data from the sender. */
  public static final int FIN = 0x01;

  /** Synchronize sequence numbers. */
  public static final int SYN = 0x02;

  /** Reset the connection. */
  public static final int RST = 0x04;

  /** Push. */
  public static final int PSH = 0x08;

  /** The acknowledgment number is valid. */
  public static final int ACK = 0x10;

  /** The urgent pointer is valid. */
  public static final int URG = 0x20;

  /** ECN echo, RFC 3168. */
  public static final int ECE = 0x40;

  /** Congestion window reduced, RFC 3168. */
  public static final int CWR = 0x80;

  /** Where the sequence number is, in bytes from the start of the header. */
  public static final int SEQUENCE_OFFSET = 4;

  /** Where size and flags are, 16 bits, in bytes from the start of the header. */
  public static final int SIZE_AND_FLAGS_OFFSET = 12;

  private static final int SOURCE_PORT_OFFSET = 0;
  private static final int DESTINATION_PORT_OFFSET = 2;
  private static final int ACKNOWLEDGMENT_OFFSET = 8;
  private static final int FLAGS_OFFSET = 13;
  private static final int WINDOW_OFFSET = 14;
  private static final int URGENT_POINTER_OFFSET = 18;

  private TcpHeader() {}

  /**
   * Whether all fields may be read.
   *
   * @param availableBytes how many bytes of the IP packet there are from {@code at} on
   * @return what is wrong, or null
   */
  public static @Nullable Malformation check(MemorySegment s, long at, int availableBytes) {
    if (availableBytes < MIN_SIZE_BYTES) {
      return Malformation.TRUNCATED;
    }
    int sizeBytes = sizeBytes(s, at);
    if (sizeBytes < MIN_SIZE_BYTES) {
      return Malformation.BAD_HEADER_LENGTH;
    }
    return sizeBytes > availableBytes ? Malformation.TRUNCATED : null;
  }

  /** Source port. */
  public static int sourcePort(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + SOURCE_PORT_OFFSET);
  }

  /** Destination port. */
  public static int destinationPort(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + DESTINATION_PORT_OFFSET);
  }

  /** Sets both ports. */
  public static void ports(MemorySegment s, long at, int sourcePort, int destinationPort) {
    NetworkOrder.u16(s, at + SOURCE_PORT_OFFSET, sourcePort);
    NetworkOrder.u16(s, at + DESTINATION_PORT_OFFSET, destinationPort);
  }

  /** Sequence number of the first byte, 32 bits. */
  public static int sequence(MemorySegment s, long at) {
    return NetworkOrder.i32(s, at + SEQUENCE_OFFSET);
  }

  /** Sets the sequence number. */
  public static void sequence(MemorySegment s, long at, int value) {
    NetworkOrder.i32(s, at + SEQUENCE_OFFSET, value);
  }

  /** Acknowledgment number, 32 bits. */
  public static int acknowledgment(MemorySegment s, long at) {
    return NetworkOrder.i32(s, at + ACKNOWLEDGMENT_OFFSET);
  }

  /** Sets the acknowledgment number. */
  public static void acknowledgment(MemorySegment s, long at, int value) {
    NetworkOrder.i32(s, at + ACKNOWLEDGMENT_OFFSET, value);
  }

  /** Size of the header with its options, 0 to 60; below 20 it is malformed. */
  public static int sizeBytes(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + SIZE_AND_FLAGS_OFFSET) >>> 4 << 2;
  }

  /** The lower eight flags: {@link #FIN} to {@link #CWR}. */
  public static int flags(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + FLAGS_OFFSET);
  }

  /** Sets the lower eight flags. */
  public static void flags(MemorySegment s, long at, int value) {
    NetworkOrder.u8(s, at + FLAGS_OFFSET, value);
  }

  /** Receive window, not scaled. */
  public static int window(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + WINDOW_OFFSET);
  }

  /** Sets the receive window. */
  public static void window(MemorySegment s, long at, int value) {
    NetworkOrder.u16(s, at + WINDOW_OFFSET, value);
  }

  /** Checksum. */
  public static int checksum(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + CHECKSUM_OFFSET);
  }

  /** Sets the checksum. */
  public static void checksum(MemorySegment s, long at, int value) {
    NetworkOrder.u16(s, at + CHECKSUM_OFFSET, value);
  }

  /** Urgent pointer. */
  public static int urgentPointer(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + URGENT_POINTER_OFFSET);
  }

  /**
   * Begins a header: size and flags are set, everything else is zero, options included (a zero is
   * the end of options).
   *
   * @param sizeBytes with options, a multiple of 4 from 20 to 60
   */
  public static void begin(MemorySegment s, long at, int sizeBytes, int flags) {
    for (int i = 0; i < sizeBytes; i += 4) {
      NetworkOrder.i32(s, at + i, 0);
    }
    NetworkOrder.u8(s, at + SIZE_AND_FLAGS_OFFSET, (sizeBytes / 4) << 4);
    flags(s, at, flags);
  }
}
