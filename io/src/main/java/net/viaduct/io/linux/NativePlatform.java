package net.viaduct.io.linux;

/** In what x86-64 and AArch64 differ for us. Stateless. */
final class NativePlatform {
  private static final boolean AARCH64 = System.getProperty("os.arch", "").equals("aarch64");

  private NativePlatform() {}

  /** Whether this is AArch64 and not x86-64. */
  static boolean isAarch64() {
    return AARCH64;
  }

  /** Size of {@code struct epoll_event}, which is packed on x86-64 only (linux/eventpoll.h). */
  static int epollEventBytes() {
    return AARCH64 ? 16 : 12;
  }

  /** Offset of {@code data} in {@code struct epoll_event}. */
  static int epollDataOffset() {
    return AARCH64 ? 8 : 4;
  }
}
