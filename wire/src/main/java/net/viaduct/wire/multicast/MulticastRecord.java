package net.viaduct.wire.multicast;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.NetworkOrder;

/**
 * What the records of IGMPv3's (RFC 3376 section 4.2) and MLDv2's (RFC 3810 section 5.2) reports
 * have in common. Stateless: safe from any thread. {@code at} is the first byte of a record.
 */
public final class MulticastRecord {
  /** State: these sources only. */
  public static final int MODE_IS_INCLUDE = 1;

  /** State: all sources but these. */
  public static final int MODE_IS_EXCLUDE = 2;

  /** Change of state; without sources: the sender leaves the group. */
  public static final int CHANGE_TO_INCLUDE = 3;

  /** Change of state; without sources: the sender joins the group. */
  public static final int CHANGE_TO_EXCLUDE = 4;

  /** These sources are wanted, too. */
  public static final int ALLOW_NEW_SOURCES = 5;

  /** These sources are not wanted any more. */
  public static final int BLOCK_OLD_SOURCES = 6;

  static final int GROUP_OFFSET = 4;
  private static final int TYPE_OFFSET = 0;
  private static final int AUXILIARY_OFFSET = 1;
  private static final int SOURCES_OFFSET = 2;

  private MulticastRecord() {}

  /** What the record says, {@link #MODE_IS_INCLUDE} and so on. */
  public static int type(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + TYPE_OFFSET);
  }

  /** How many sources it names. */
  public static int sources(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + SOURCES_OFFSET);
  }

  static int sizeBytes(MemorySegment s, long at, int addressBytes) {
    return GROUP_OFFSET
        + addressBytes * (1 + sources(s, at))
        + NetworkOrder.u8(s, at + AUXILIARY_OFFSET) * 4;
  }

  static void begin(MemorySegment s, long at, int type, int sources) {
    NetworkOrder.u8(s, at + TYPE_OFFSET, type);
    NetworkOrder.u8(s, at + AUXILIARY_OFFSET, 0);
    NetworkOrder.u16(s, at + SOURCES_OFFSET, sources);
  }

  /** RFC 3376 section 4.1.1: from 128 on, a mantissa of 4 bits and an exponent of 3. */
  static int decode8(int code) {
    return code < 128 ? code : ((code & 0xf) | 0x10) << (((code >> 4) & 7) + 3);
  }

  /** RFC 3810 section 5.1.3: from 32,768 on, a mantissa of 12 bits and an exponent of 3. */
  static int decode16(int code) {
    return code < 32_768 ? code : ((code & 0xfff) | 0x1000) << (((code >> 12) & 7) + 3);
  }
}
