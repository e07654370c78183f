package net.viaduct.io.linux;

import net.viaduct.runtime.DistinctErrors;

/**
 * Whether, and how many, datagrams may leave as one message (UDP_SEGMENT): until the kernel shows
 * that it does not want it, which is noted once. Owned by the thread that sends.
 *
 * <p>Linux before 6.9 cuts no message into more than 64 datagrams, and a device that cannot finish
 * checksums took none at all before 6.11 (EIO).
 */
final class UdpSegmentation {
  private final DistinctErrors errors;
  private final String call;
  private int most;

  /**
   * Granted until refused.
   *
   * @param call what is tried when it is refused
   * @param most how many datagrams are tried at first
   */
  UdpSegmentation(DistinctErrors errors, String call, int most) {
    this.errors = errors;
    this.call = call;
    this.most = most;
  }

  /** Whether a message may be more than one datagram. */
  boolean isGranted() {
    return most > 1;
  }

  /** How many datagrams a message may be. */
  int most() {
    return most;
  }

  /** The kernel took the datagrams of a message one by one, but not as one message. */
  void refused(int datagrams, int errno) {
    if (errno == -ErrorNumber.EINVAL && datagrams > UdpOffload.MOST_SEGMENTS_BEFORE) {
      most = UdpOffload.MOST_SEGMENTS_BEFORE;
    } else if (errno == -ErrorNumber.EIO) {
      most = 1;
      errors.record(
          ErrorNumber.failure(
              call, errno, "several datagrams at once are refused, so each is sent by itself"));
    }
  }
}
