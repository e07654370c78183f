package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Waits for one descriptor, for the control path. Owned by one thread at a time.
 *
 * <pre>
 * struct pollfd { int fd; short events; short revents; };      asm-generic/poll.h
 * </pre>
 */
final class PollCall {
  private static final NativeFunction POLL = NativeFunction.find("poll");
  private static final short POLLIN = 1;
  private static final long NS_PER_MS = 1_000_000;

  private final MemorySegment callState = NativeFunction.callState();
  private final MemorySegment pollfd = Arena.ofAuto().allocate(8, 8);

  PollCall(int fd) {
    pollfd.set(ValueLayout.JAVA_INT, 0, fd);
    pollfd.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
  }

  /**
   * Waits until the descriptor is readable or has an error to tell.
   *
   * @param timeoutNs rounded up to milliseconds
   * @return 0 if the time is over, or the negative errno
   */
  int await(long timeoutNs) {
    long timeoutMs = Math.min(Integer.MAX_VALUE, (timeoutNs + NS_PER_MS - 1) / NS_PER_MS);
    return POLL.callInt(callState, pollfd.address(), 1, timeoutMs, 0, 0, 0);
  }
}
