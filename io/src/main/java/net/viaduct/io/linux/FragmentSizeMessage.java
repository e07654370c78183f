package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * The control message that tells how large the largest fragment of a datagram was: {@code
 * IP_RECVFRAGSIZE}, {@code IPV6_RECVFRAGSIZE}. Stateless: safe from any thread.
 *
 * <p>The kernel puts fragments together before a socket sees anything, so that no filter of the
 * socket can tell them. It remembers the size, and gives this message with what came in fragments
 * only (ip_cmsg_recv_fragsize in linux/net/ipv4/ip_sockglue.c, ip6_datagram_recv_specific_ctl in
 * linux/net/ipv6/datagram.c), also with what a raw socket receives. Over IPv6 a whole packet with a
 * fragment header counts too (RFC 6946).
 *
 * <pre>
 * struct cmsghdr { size_t len; int level; int type; };     then an int
 * </pre>
 */
final class FragmentSizeMessage {
  /** Room for one, aligned. */
  static final int CONTROL_BYTES = 24;

  private static final int LEVEL_OFFSET = 8;
  private static final int TYPE_OFFSET = 12;
  private static final int HEADER_BYTES = 16;
  private static final int ALIGNMENT = Long.BYTES;

  private FragmentSizeMessage() {}

  /** Whether it is among the control messages of a datagram, which are of one level mostly. */
  static boolean isPresent(MemorySegment s, long at, long controlBytes, IpFamily family) {
    long left = controlBytes;
    long message = at;
    while (left >= HEADER_BYTES) {
      if (s.get(JAVA_INT_UNALIGNED, message + TYPE_OFFSET) == family.options().receiveFragmentSize()
          && s.get(JAVA_INT_UNALIGNED, message + LEVEL_OFFSET) == family.level()) {
        return true;
      }
      long bytes = Math.max(HEADER_BYTES, s.get(JAVA_LONG_UNALIGNED, message));
      long aligned = (bytes + ALIGNMENT - 1) & -ALIGNMENT;
      message += aligned;
      left -= aligned;
    }
    return false;
  }
}
