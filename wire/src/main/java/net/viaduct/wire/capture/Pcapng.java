package net.viaduct.wire.capture;

/**
 * Numbers of the pcapng format, draft-ietf-opsawg-pcapng sections 3 and 4; each block is
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------------------------------------------------------+
 * |                           block type                          |
 * +---------------------------------------------------------------+
 * |              block total length, a multiple of 4              |
 * +---------------------------------------------------------------+
 * /          body: fixed fields, then options of code, length,    /
 * /          value padded to 32 bits                              /
 * +---------------------------------------------------------------+
 * |                       block total length                      |
 * +---------------------------------------------------------------+
 * </pre>
 */
final class Pcapng {
  static final int SECTION_HEADER = 0x0a0d_0d0a;
  static final int INTERFACE_DESCRIPTION = 1;
  static final int OBSOLETE_PACKET = 2;
  static final int SIMPLE_PACKET = 3;
  static final int INTERFACE_STATISTICS = 5;
  static final int ENHANCED_PACKET = 6;

  static final int BYTE_ORDER_MAGIC = 0x1a2b_3c4d;
  static final int BLOCK_OVERHEAD_BYTES = 12;

  static final int END_OF_OPTIONS = 0;
  static final int COMMENT = 1;
  static final int SECTION_APPLICATION = 4;
  static final int INTERFACE_NAME = 2;
  static final int INTERFACE_TEXT = 3;
  static final int INTERFACE_TIME_RESOLUTION = 9;
  static final int INTERFACE_TIME_OFFSET = 14;
  static final int PACKET_FLAGS = 2;
  static final int STATISTICS_RECEIVED = 4;
  static final int STATISTICS_DROPPED = 5;

  private Pcapng() {}

  /** Rounds up to 32 bits. */
  static int padded(int bytes) {
    return (bytes + 3) & ~3;
  }
}
