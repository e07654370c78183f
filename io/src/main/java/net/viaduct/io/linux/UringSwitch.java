package net.viaduct.io.linux;

/**
 * Whether io_uring may be used: not if {@code VIADUCT_IO_URING=off} is in the environment, for
 * those who do not allow it. Stateless: safe from any thread.
 */
final class UringSwitch {
  private UringSwitch() {}

  static boolean isOff() {
    return "off".equals(System.getenv("VIADUCT_IO_URING"));
  }
}
