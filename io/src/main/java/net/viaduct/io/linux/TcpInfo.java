package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * What the kernel knows about a TCP connection: {@code struct tcp_info} (linux/tcp.h), of which an
 * older kernel fills less. Immutable.
 *
 * <pre>
 *  68 u32 rtt (us, smoothed)    72 u32 rttvar (us)    76 u32 snd_ssthresh
 *  80 u32 snd_cwnd (segments)  100 u32 total_retrans
 * 120 u64 bytes_acked          160 u64 delivery_rate (bytes a second)
 * </pre>
 *
 * @param congestionWindow in segments
 * @param smoothedRttUs smoothed round-trip time
 * @param rttVarianceUs its variance
 * @param retransmits segments that were sent again, of the whole connection
 * @param ackedBytes that arrived for certain
 * @param deliveryBytesPerSecond most recent rate of delivery
 */
public record TcpInfo(
    long congestionWindow,
    long smoothedRttUs,
    long rttVarianceUs,
    long retransmits,
    long ackedBytes,
    long deliveryBytesPerSecond) {
  static final int SIZE_BYTES = 232;

  private static final long RTT_OFFSET = 68;
  private static final long RTT_VARIANCE_OFFSET = 72;
  private static final long CONGESTION_WINDOW_OFFSET = 80;
  private static final long RETRANSMITS_OFFSET = 100;
  private static final long ACKED_OFFSET = 120;
  private static final long DELIVERY_RATE_OFFSET = 160;

  static TcpInfo of(MemorySegment s) {
    return new TcpInfo(
        u32(s, CONGESTION_WINDOW_OFFSET),
        u32(s, RTT_OFFSET),
        u32(s, RTT_VARIANCE_OFFSET),
        u32(s, RETRANSMITS_OFFSET),
        s.get(JAVA_LONG_UNALIGNED, ACKED_OFFSET),
        s.get(JAVA_LONG_UNALIGNED, DELIVERY_RATE_OFFSET));
  }

  private static long u32(MemorySegment s, long at) {
    return Integer.toUnsignedLong(s.get(JAVA_INT_UNALIGNED, at));
  }
}
