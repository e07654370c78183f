package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * What control messages tell about a datagram that came. Mutable and reusable: owned by the thread
 * that receives.
 *
 * <p>The kernel puts fragments together before a socket sees anything, so that no filter of the
 * socket can tell them. It remembers the size of the largest, and tells it of what came in
 * fragments only (ip_cmsg_recv_fragsize in linux/net/ipv4/ip_sockglue.c,
 * ip6_datagram_recv_specific_ctl in linux/net/ipv6/datagram.c), also of what a raw socket receives.
 * Over IPv6 a whole packet with a fragment header counts too (RFC 6946).
 */
final class ReceivedControl {
  /** Room for all that is asked for. */
  static final int ROOM_BYTES = 3 * ControlMessage.SIZE_BYTES;

  private int trafficClass;
  private int datagramBytes;
  private boolean fragmented;

  ReceivedControl() {}

  /** Reads all of them. */
  void read(MemorySegment s, long at, long bytes, IpFamily family) {
    trafficClass = 0;
    datagramBytes = 0;
    fragmented = false;
    long end = at + bytes;
    for (long one = at;
        end - one > ControlMessage.VALUE_OFFSET;
        one = ControlMessage.next(s, one)) {
      long value = one + ControlMessage.VALUE_OFFSET;
      if (ControlMessage.is(s, one, family.level(), family.options().trafficClass())) {
        trafficClass =
            family == IpFamily.V4
                ? s.get(JAVA_BYTE, value) & 0xff
                : s.get(JAVA_INT_UNALIGNED, value) & 0xff;
      } else if (ControlMessage.is(s, one, UdpOffload.SOL_UDP, UdpOffload.UDP_GRO)) {
        datagramBytes = s.get(JAVA_INT_UNALIGNED, value);
      } else if (ControlMessage.is(
          s, one, family.level(), family.options().receiveFragmentSize())) {
        fragmented = true;
      }
    }
  }

  /** The TOS byte or traffic class, 0 to 255; 0 if nothing was told. */
  int trafficClass() {
    return trafficClass;
  }

  /** The size of each datagram but the last, if there may be several; else 0. */
  int datagramBytes() {
    return datagramBytes;
  }

  /** Whether it came in fragments, if that was asked for. */
  boolean isFragmented() {
    return fragmented;
  }
}
