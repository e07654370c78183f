package net.viaduct.wire.neighbour;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.Malformation;
import net.viaduct.wire.NetworkOrder;
import org.jspecify.annotations.Nullable;

/**
 * The options of neighbour discovery messages, RFC 4861 section 4.6. Stateless: safe from any
 * thread; {@code at} is the first byte of an option. To visit all:
 *
 * <pre>{@code
 * for (long o = first; o < end; o += NeighbourOption.sizeBytes(s, o)) { ... }
 *
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |     type      |   length / 8  |  ...                          |
 * }</pre>
 */
public final class NeighbourOption {
  /** The sender's MAC address; in solicitations and router advertisements. */
  public static final int SOURCE_LINK_LAYER_ADDRESS = 1;

  /** The target's MAC address; in neighbour advertisements and redirects. */
  public static final int TARGET_LINK_LAYER_ADDRESS = 2;

  /** A prefix of the link. */
  public static final int PREFIX_INFORMATION = 3;

  /** The link's MTU. */
  public static final int MTU = 5;

  /** Size of both options with a MAC address. */
  public static final int LINK_LAYER_ADDRESS_SIZE_BYTES = 8;

  /** Size of {@link #PREFIX_INFORMATION}. */
  public static final int PREFIX_INFORMATION_SIZE_BYTES = 32;

  private static final int UNIT_BYTES = 8;
  private static final int TYPE_OFFSET = 0;
  private static final int LENGTH_OFFSET = 1;
  private static final int MAC_OFFSET = 2;
  private static final int MTU_OFFSET = 4;
  private static final int PREFIX_LENGTH_OFFSET = 2;
  private static final int PREFIX_FLAGS_OFFSET = 3;
  private static final int VALID_LIFETIME_OFFSET = 4;
  private static final int PREFERRED_LIFETIME_OFFSET = 8;
  private static final int PREFIX_OFFSET = 16;

  private NeighbourOption() {}

  /**
   * Whether a list of options can be visited: none has the length 0 or leaves the message, and
   * those that are known have their size.
   *
   * @param lengthBytes of all options
   * @return what is wrong, or null
   */
  public static @Nullable Malformation check(MemorySegment s, long at, int lengthBytes) {
    int offset = 0;
    while (offset < lengthBytes) {
      if (lengthBytes - offset < UNIT_BYTES) {
        return Malformation.BAD_OPTION;
      }
      int sizeBytes = sizeBytes(s, at + offset);
      if (sizeBytes < smallestSizeBytes(type(s, at + offset)) || sizeBytes > lengthBytes - offset) {
        return Malformation.BAD_OPTION;
      }
      offset += sizeBytes;
    }
    return null;
  }

  private static int smallestSizeBytes(int type) {
    return type == PREFIX_INFORMATION ? PREFIX_INFORMATION_SIZE_BYTES : UNIT_BYTES;
  }

  /**
   * Finds the first option of a type in a list that has been checked.
   *
   * @param lengthBytes of all options
   * @return where it begins, counted from {@code at}; -1 if there is none
   */
  public static int find(MemorySegment s, long at, int lengthBytes, int type) {
    int offset = 0;
    while (offset < lengthBytes) {
      if (type(s, at + offset) == type) {
        return offset;
      }
      offset += sizeBytes(s, at + offset);
    }
    return -1;
  }

  /** The kind of option. */
  public static int type(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + TYPE_OFFSET);
  }

  /** The size of the option, a multiple of 8; 0 is malformed. */
  public static int sizeBytes(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + LENGTH_OFFSET) * UNIT_BYTES;
  }

  /** The MAC address of both link-layer address options. */
  public static long mac(MemorySegment s, long at) {
    return NetworkOrder.u48(s, at + MAC_OFFSET);
  }

  /** Writes an option with a MAC address. */
  public static void writeMac(MemorySegment s, long at, int type, long mac) {
    NetworkOrder.u8(s, at + TYPE_OFFSET, type);
    NetworkOrder.u8(s, at + LENGTH_OFFSET, 1);
    NetworkOrder.u48(s, at + MAC_OFFSET, mac);
  }

  /** The MTU of {@link #MTU}. */
  public static long mtuBytes(MemorySegment s, long at) {
    return NetworkOrder.u32(s, at + MTU_OFFSET);
  }

  /** Writes {@link #MTU}. */
  public static void writeMtu(MemorySegment s, long at, int mtuBytes) {
    NetworkOrder.i32(s, at, (MTU << 24) | (1 << 16));
    NetworkOrder.i32(s, at + MTU_OFFSET, mtuBytes);
  }

  /** How many bits {@link #PREFIX_INFORMATION}'s prefix has, 0 to 128 if it is sound. */
  public static int prefixLengthBits(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + PREFIX_LENGTH_OFFSET);
  }

  /** Flags of {@link #PREFIX_INFORMATION}: 0x80 on link, 0x40 autonomous. */
  public static int prefixFlags(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + PREFIX_FLAGS_OFFSET);
  }

  /** For how long the prefix is valid, in seconds; 0xffffffff for ever. */
  public static long validLifetimeSeconds(MemorySegment s, long at) {
    return NetworkOrder.u32(s, at + VALID_LIFETIME_OFFSET);
  }

  /** For how long addresses of the prefix are preferred, in seconds; 0xffffffff for ever. */
  public static long preferredLifetimeSeconds(MemorySegment s, long at) {
    return NetworkOrder.u32(s, at + PREFERRED_LIFETIME_OFFSET);
  }

  /** Upper half of the prefix. */
  public static long prefixHigh(MemorySegment s, long at) {
    return NetworkOrder.i64(s, at + PREFIX_OFFSET);
  }

  /** Lower half of the prefix. */
  public static long prefixLow(MemorySegment s, long at) {
    return NetworkOrder.i64(s, at + PREFIX_OFFSET + 8);
  }

  /** Begins {@link #PREFIX_INFORMATION}; lifetimes and prefix are zero. */
  public static void beginPrefix(MemorySegment s, long at, int lengthBits, int flags) {
    for (int i = 0; i < PREFIX_INFORMATION_SIZE_BYTES; i += 8) {
      NetworkOrder.i64(s, at + i, 0);
    }
    NetworkOrder.u8(s, at + TYPE_OFFSET, PREFIX_INFORMATION);
    NetworkOrder.u8(s, at + LENGTH_OFFSET, PREFIX_INFORMATION_SIZE_BYTES / UNIT_BYTES);
    NetworkOrder.u8(s, at + PREFIX_LENGTH_OFFSET, lengthBits);
    NetworkOrder.u8(s, at + PREFIX_FLAGS_OFFSET, flags);
  }

  /** Sets the lifetimes of {@link #PREFIX_INFORMATION}. */
  public static void lifetimes(MemorySegment s, long at, int validSeconds, int preferredSeconds) {
    NetworkOrder.i32(s, at + VALID_LIFETIME_OFFSET, validSeconds);
    NetworkOrder.i32(s, at + PREFERRED_LIFETIME_OFFSET, preferredSeconds);
  }

  /** Sets the prefix of {@link #PREFIX_INFORMATION}. */
  public static void prefix(MemorySegment s, long at, long high, long low) {
    NetworkOrder.i64(s, at + PREFIX_OFFSET, high);
    NetworkOrder.i64(s, at + PREFIX_OFFSET + 8, low);
  }
}
