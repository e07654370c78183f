package net.viaduct.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;

/**
 * The Internet checksum, RFC 1071, and its incremental update, RFC 1624. Stateless: safe from any
 * thread; allocates nothing.
 *
 * <p>A <em>sum</em> is a one's complement sum of 16-bit words in network order, folded to 16 bits;
 * sums may be added as longs and folded again. A <em>checksum</em> is the complement of a sum, as
 * it stands in a header. A part that is followed by another must have an even length.
 */
public final class Checksum {
  // RFC 1071 section 2 (B): the sum may be taken in any byte order and swapped at the end.
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final long LOWER_HALF = 0xffff_ffffL;
  private static final int WORD_MASK = 0xffff;

  private Checksum() {}

  /**
   * The sum of a range of bytes; an odd last byte counts as if a zero followed.
   *
   * <p>A plain indexed loop that adds one int at a time, because the JIT compiler vectorises that
   * (not the same with longs and two additions), if the segment is a bounded one.
   *
   * @return 0 to 0xffff; 0 only if all bytes are zero
   */
  public static int sum(MemorySegment s, long at, int lengthBytes) {
    long sum = 0;
    int ints = lengthBytes >>> 2;
    for (int i = 0; i < ints; i++) {
      sum += s.get(INT, at + i * 4L) & LOWER_HALF;
    }
    long rest = at + ints * 4L;
    if ((lengthBytes & 2) != 0) {
      sum += s.get(SHORT, rest) & WORD_MASK;
      rest += 2;
    }
    if ((lengthBytes & 1) != 0) {
      sum += s.get(ValueLayout.JAVA_BYTE, rest) & 0xff;
    }
    return Integer.reverseBytes(fold(sum)) >>> 16;
  }

  /**
   * Folds a sum of sums to 16 bits with end-around carry.
   *
   * @param sum not negative
   * @return 0 to 0xffff; 0 only for 0
   */
  public static int fold(long sum) {
    long folded = (sum & LOWER_HALF) + (sum >>> 32);
    folded = (folded & LOWER_HALF) + (folded >>> 32);
    int word = (int) ((folded & WORD_MASK) + (folded >>> 16));
    return (word & WORD_MASK) + (word >>> 16);
  }

  /** The checksum of a sum of sums: folded and complemented. */
  public static int finish(long sum) {
    return ~fold(sum) & WORD_MASK;
  }

  /** The checksum of a range of bytes, in which the checksum field is zero. */
  public static int ofRange(MemorySegment s, long at, int lengthBytes) {
    return ~sum(s, at, lengthBytes) & WORD_MASK;
  }

  /**
   * The sum of IPv4's pseudo-header, RFC 9293 section 3.1 and RFC 768.
   *
   * @param ipAt the IPv4 header, for its addresses
   * @param lengthBytes transport header and data
   */
  public static int pseudoIpv4(MemorySegment s, long ipAt, int protocol, int lengthBytes) {
    long addresses =
        (Ipv4Header.source(s, ipAt) & LOWER_HALF) + (Ipv4Header.destination(s, ipAt) & LOWER_HALF);
    return fold(addresses + protocol + lengthBytes);
  }

  /**
   * The sum of IPv6's pseudo-header, RFC 8200 section 8.1. With a routing header that is not yet
   * used up the sender takes the last address there for the destination; this takes the header's.
   *
   * @param ipAt the IPv6 header, for its addresses
   * @param protocol the upper layer's, not the next header's
   * @param lengthBytes transport header and data
   */
  public static int pseudoIpv6(MemorySegment s, long ipAt, int protocol, int lengthBytes) {
    long addresses =
        halves(Ipv6Header.sourceHigh(s, ipAt))
            + halves(Ipv6Header.sourceLow(s, ipAt))
            + halves(Ipv6Header.destinationHigh(s, ipAt))
            + halves(Ipv6Header.destinationLow(s, ipAt));
    return fold(addresses + protocol + lengthBytes);
  }

  private static long halves(long word) {
    return (word & LOWER_HALF) + (word >>> 32);
  }

  /**
   * The checksum after a word of 16 bits has changed, RFC 1624 equation 3.
   *
   * @param checksum as it stands in the header
   */
  public static int update(int checksum, int oldWord, int newWord) {
    long sum = (long) (~checksum & WORD_MASK) + (~oldWord & WORD_MASK) + (newWord & WORD_MASK);
    return finish(sum);
  }

  /** The checksum after two words have changed that stand in a row, for example an address. */
  public static int updateInt(int checksum, int oldWords, int newWords) {
    long sum = (~checksum & WORD_MASK) + (~oldWords & LOWER_HALF) + (newWords & LOWER_HALF);
    return finish(sum);
  }

  /** The checksum after four words have changed that stand in a row. */
  public static int updateLong(int checksum, long oldWords, long newWords) {
    return finish((~checksum & WORD_MASK) + halves(~oldWords) + halves(newWords));
  }
}
