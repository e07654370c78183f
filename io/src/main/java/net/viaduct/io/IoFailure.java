package net.viaduct.io;

/**
 * A call to the kernel that failed, told as {@code open tap vm1: EPERM: needs CAP_NET_ADMIN in this
 * namespace}: the call, what it was about, the name of the error, and what would be right.
 */
public final class IoFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String errno;

  /**
   * A failure.
   *
   * @param call what was tried, and on what: {@code open tap vm1}
   * @param errno the error's name: {@code EPERM}
   * @param explanation the error in words, and what would be right
   */
  public IoFailure(String call, String errno, String explanation) {
    super(call + ": " + errno + ": " + explanation);
    this.errno = errno;
  }

  /** The name of the error: {@code EPERM}. */
  public String errno() {
    return errno;
  }
}
