package net.viaduct.wire;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.ip.TcpHeader;
import net.viaduct.wire.ip.UdpHeader;

/**
 * Checksums that Linux leaves for a device to finish: the field holds the sum of the pseudo-header,
 * not complemented (CHECKSUM_PARTIAL, include/linux/skbuff.h; VIRTIO_NET_HDR_F_NEEDS_CSUM,
 * linux/virtio_net.h). Stateless: safe from any thread.
 *
 * <p>Within one machine nobody finishes them, and a tunnel hides them from its peer: the inner
 * packet of a datagram from a kernel on the same machine may be so.
 */
public final class UnfinishedChecksum {
  private UnfinishedChecksum() {}

  /**
   * Whether a frame's TCP or UDP checksum is unfinished. A finished checksum that happens to look
   * so (one of 65,536) does no harm: finishing it gives the same again.
   *
   * <p>Not recognised: IPv6 packets with a routing header that is not used up, since their sum is
   * about another destination.
   *
   * @param at the frame's first byte
   * @param lengthBytes the frame's length, also of a super-frame
   * @param key parsed from this very frame
   */
  public static boolean detect(MemorySegment s, long at, int lengthBytes, FlowKey key) {
    int checksumOffset = checksumOffset(key.ipProtocol());
    int transport = key.transportOffset();
    if (checksumOffset < 0 || transport < 0) {
      return false;
    }
    int end = Math.min(key.networkEnd(), lengthBytes);
    if (transport + checksumOffset + 2 > end) {
      return false;
    }
    int field = NetworkOrder.u16(s, at + transport + checksumOffset);
    return field != 0 && field == pseudoSum(s, at, end - transport, key);
  }

  /**
   * Where TCP's or UDP's checksum stands in its header, for use as {@code csum_offset}; -1 for
   * other protocols.
   */
  public static int checksumOffset(int ipProtocol) {
    return switch (ipProtocol) {
      case IpProtocol.TCP -> TcpHeader.CHECKSUM_OFFSET;
      case IpProtocol.UDP -> UdpHeader.CHECKSUM_OFFSET;
      default -> -1;
    };
  }

  /**
   * Makes a TCP or UDP checksum unfinished, as a device that leaves it to others expects: writes
   * the sum of the pseudo-header into the field.
   *
   * @param key parsed from this very frame
   * @return false if the frame has no such checksum, and nothing was written
   */
  public static boolean write(MemorySegment s, long at, FlowKey key) {
    int checksumOffset = checksumOffset(key.ipProtocol());
    int transport = key.transportOffset();
    if (checksumOffset < 0 || transport < 0 || transport + checksumOffset + 2 > key.networkEnd()) {
      return false;
    }
    int sum = pseudoSum(s, at, key.networkEnd() - transport, key);
    NetworkOrder.u16(s, at + transport + checksumOffset, sum);
    return true;
  }

  private static int pseudoSum(MemorySegment s, long at, int transportBytes, FlowKey key) {
    long ipAt = at + key.networkOffset();
    return key.isIpv4()
        ? Checksum.pseudoIpv4(s, ipAt, key.ipProtocol(), transportBytes)
        : Checksum.pseudoIpv6(s, ipAt, key.ipProtocol(), transportBytes);
  }

  /**
   * Finishes a checksum as {@code skb_checksum_help} does: sums from {@code checksumStart} to the
   * frame's end, the pseudo-header's sum in the field included, and writes the complement; a result
   * of 0 is written as 0xffff, since UDP's 0 says that there is none.
   *
   * @param at the frame's first byte
   * @param checksumStart counted from the frame's first byte
   * @param checksumOffset counted from {@code checksumStart}
   * @return false if these offsets are not in the frame, and nothing was written
   */
  public static boolean finish(
      MemorySegment s, long at, int lengthBytes, int checksumStart, int checksumOffset) {
    if (checksumStart < 0
        || checksumOffset < 0
        || (long) checksumStart + checksumOffset + 2 > lengthBytes) {
      return false;
    }
    int checksum = Checksum.ofRange(s, at + checksumStart, lengthBytes - checksumStart);
    NetworkOrder.u16(s, at + checksumStart + checksumOffset, checksum == 0 ? 0xffff : checksum);
    return true;
  }
}
