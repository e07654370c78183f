package net.viaduct.io.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntSupplier;

/**
 * The kernel's limit of memberships for a socket of IPv4. Each of ours has one membership only, so
 * the limit matters only where somebody set it to 0. Stateless.
 */
final class MembershipLimit {
  private static final Path FILE = Path.of("/proc/sys/net/ipv4/igmp_max_memberships");
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
      if (Integer.parseInt(Files.readString(FILE).strip()) >= 1) {
        return false;
      }
      Files.writeString(FILE, USUAL);
      return true;
    } catch (IOException | NumberFormatException e) {
      return false; // not ours to raise
    }
  }

  /** What is in the way. */
  static String sentence() {
    try {
      return "net.ipv4.igmp_max_memberships is "
          + Files.readString(FILE).strip()
          + ", or net.core.optmem_max is too small";
    } catch (IOException e) {
      return "more than net.ipv4.igmp_max_memberships, or net.core.optmem_max is too small";
    }
  }
}
