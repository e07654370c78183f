package net.viaduct.io.linux;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntSupplier;

/**
 * The kernel's limit of memberships for a socket of IPv4. Each of ours has one membership only, so
 * the limit matters only where somebody set it to 0. Stateless.
 */
final class MembershipLimit {
  private static final Path FILE = Path.of("/proc/sys/net/ipv4/igmp_max_memberships");
  private static final int MOST_DIGITS = 32;
  private static final String USUAL = "20";

  private MembershipLimit() {}

  /**
   * Tries to join; where the limit is in the way, raises it if that is allowed, and tries again.
   */
  static int join(IntSupplier attempt) {
    int result = attempt.getAsInt();
    return result == -ErrorNumber.ENOBUFS && raise() ? attempt.getAsInt() : result;
  }

  private static boolean raise() {
    try {
      if (Integer.parseInt(read()) >= 1) {
        return false;
      }
      Files.writeString(FILE, USUAL);
      return true;
    } catch (IOException | NumberFormatException e) {
      return false; // not ours to raise
    }
  }

  /**
   * In one call: a second one gets nothing more, so that a read byte by byte would get one digit.
   */
  private static String read() throws IOException {
    try (InputStream file = Files.newInputStream(FILE)) {
      return new String(file.readNBytes(MOST_DIGITS), StandardCharsets.US_ASCII).strip();
    }
  }

  /** What is in the way. */
  static String sentence() {
    try {
      return "net.ipv4.igmp_max_memberships is " + read() + ", or net.core.optmem_max is too small";
    } catch (IOException e) {
      return "more than net.ipv4.igmp_max_memberships, or net.core.optmem_max is too small";
    }
  }
}
