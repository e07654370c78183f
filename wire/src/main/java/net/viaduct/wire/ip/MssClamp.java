package net.viaduct.wire.ip;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.Checksum;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.NetworkOrder;

/**
 * Lowers the maximum segment size that a TCP SYN offers (RFC 9293 section 3.7.1), so that segments
 * fit a path whose MTU the machine does not know. Stateless: safe from any thread; allocates
 * nothing.
 *
 * <p>The MSS counts neither IP options nor TCP options (RFC 6691), so it is the MTU less 40 bytes
 * for IPv4, less 60 for IPv6. A SYN without the option is left alone: its sender assumes 536 or
 * 1,220 then, which fits.
 */
public final class MssClamp {
  private static final int KIND_END = 0;
  private static final int KIND_NO_OPERATION = 1;
  private static final int KIND_MSS = 2;
  private static final int MSS_OPTION_BYTES = 4;
  private static final int SMALLEST_OPTION_BYTES = 2;

  private MssClamp() {}

  /**
   * Clamps the MSS of a frame if it is a SYN that offers more.
   *
   * @param at the frame's first byte
   * @param key parsed from this very frame
   * @param mtuBytes the largest IP packet that fits the path
   * @param checksumUnfinished whether the checksum field holds the sum of the pseudo-header only,
   *     so that a change of an option does not concern it; else it is updated (RFC 1624), so that
   *     one that was wrong stays wrong
   * @return whether the frame was changed
   */
  public static boolean clamp(
      MemorySegment s, long at, FlowKey key, int mtuBytes, boolean checksumUnfinished) {
    if (key.ipProtocol() != IpProtocol.TCP || key.transportOffset() < 0) {
      return false;
    }
    long tcpAt = at + key.transportOffset();
    if (TcpHeader.check(s, tcpAt, key.networkEnd() - key.transportOffset()) != null
        || (TcpHeader.flags(s, tcpAt) & TcpHeader.SYN) == 0) {
      return false;
    }
    int headers =
        TcpHeader.MIN_SIZE_BYTES
            + (key.isIpv4() ? Ipv4Header.MIN_SIZE_BYTES : Ipv6Header.SIZE_BYTES);
    return clampOptions(s, tcpAt, Math.max(1, mtuBytes - headers), checksumUnfinished);
  }

  private static boolean clampOptions(
      MemorySegment s, long tcpAt, int mssBytes, boolean checksumUnfinished) {
    int end = TcpHeader.sizeBytes(s, tcpAt);
    boolean changed = false;
    int offset = TcpHeader.MIN_SIZE_BYTES;
    while (offset < end) {
      int kind = NetworkOrder.u8(s, tcpAt + offset);
      if (kind == KIND_END) {
        break;
      }
      if (kind == KIND_NO_OPERATION) {
        offset++;
        continue;
      }
      int optionBytes = offset + 1 < end ? NetworkOrder.u8(s, tcpAt + offset + 1) : 0;
      if (optionBytes < SMALLEST_OPTION_BYTES || offset + optionBytes > end) {
        break; // what follows cannot be told apart
      }
      if (kind == KIND_MSS && optionBytes == MSS_OPTION_BYTES) {
        changed |= lower(s, tcpAt, offset + 2, mssBytes, checksumUnfinished);
      }
      offset += optionBytes;
    }
    return changed;
  }

  private static boolean lower(
      MemorySegment s, long tcpAt, int offset, int mssBytes, boolean checksumUnfinished) {
    int offered = NetworkOrder.u16(s, tcpAt + offset);
    if (offered <= mssBytes) {
      return false;
    }
    NetworkOrder.u16(s, tcpAt + offset, mssBytes);
    if (!checksumUnfinished) {
      // at an odd offset the two bytes stand in two words, each in the other's place
      boolean odd = (offset & 1) != 0;
      int before = odd ? swapped(offered) : offered;
      int after = odd ? swapped(mssBytes) : mssBytes;
      TcpHeader.checksum(s, tcpAt, Checksum.update(TcpHeader.checksum(s, tcpAt), before, after));
    }
    return true;
  }

  private static int swapped(int word) {
    return ((word & 0xff) << 8) | (word >>> 8);
  }
}
