package net.viaduct.wire;

/** The Internet checksum as RFC 1071 section 1 tells it, word by word: slow and obvious. */
final class NaiveChecksum {
  private NaiveChecksum() {}

  static int sum(byte[] bytes, int from, int to, int start) {
    int sum = start;
    for (int i = from; i < to; i += 2) {
      int low = i + 1 < to ? bytes[i + 1] & 0xff : 0;
      sum += (bytes[i] & 0xff) << 8 | low;
      if (sum > 0xffff) {
        sum -= 0xffff;
      }
    }
    return sum;
  }
}
