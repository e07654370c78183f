package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.viaduct.io.Pollable;
import net.viaduct.io.Readiness;

/**
 * Waiting by epoll, woken by an eventfd. Owned by one thread, but for {@link #wake()}; sources may
 * be added and removed by another one while this one waits.
 *
 * <p>A descriptor that tells an error again after its source had the chance to receive it (a tap
 * whose device was deleted) is not waited for any more; it would never let the thread sleep.
 */
public final class EpollReadiness implements Readiness {
  private static final int MAX_EVENTS = 256;
  private static final int EVENT_BYTES = NativePlatform.epollEventBytes();
  private static final int TOKEN_OFFSET = NativePlatform.epollDataOffset();
  private static final int DESCRIPTOR_OFFSET = TOKEN_OFFSET + 4;
  private static final int WAKE_TOKEN = Integer.MIN_VALUE;
  private static final long NS_PER_SECOND = 1_000_000_000L;
  private static final long NS_PER_MS = 1_000_000L;
  private static final long LONGEST_NS = Integer.MAX_VALUE * NS_PER_MS;

  private final Arena arena = Arena.ofShared();
  private final SystemCalls calls = new SystemCalls();
  private final SystemCalls wakeCalls = new SystemCalls();
  private final SystemCalls changeCalls = new SystemCalls();
  private final MemorySegment events = arena.allocate((long) MAX_EVENTS * EVENT_BYTES, 8);
  private final MemorySegment change = arena.allocate(EVENT_BYTES, 8);
  private final MemorySegment timespec = arena.allocate(16, 8);
  private final MemorySegment drained = arena.allocate(8, 8);
  private final MemorySegment one = arena.allocate(8, 8);
  private final Object wakeMonitor = new Object();
  private final int epoll;
  private final int wakeUp;
  private boolean hasPwait2 = true;
  private boolean closed;
  private volatile int lastFailed = -1;

  /**
   * Opens it.
   *
   * @throws net.viaduct.io.IoFailure if no descriptors are left
   */
  public EpollReadiness() {
    epoll = ErrorNumber.check(calls.epollCreate(), "open epoll");
    wakeUp = calls.eventfd();
    one.set(JAVA_LONG, 0, 1);
    if (wakeUp < 0) {
      calls.close(epoll);
      throw ErrorNumber.failure("open eventfd", wakeUp);
    }
    add(wakeUp, WAKE_TOKEN);
  }

  @Override
  public void add(Pollable source, int token) {
    if (token == WAKE_TOKEN) {
      throw new IllegalArgumentException("token " + token + " is taken");
    }
    for (int fd : source.descriptors()) {
      add(fd, token);
    }
  }

  private void add(int fd, int token) {
    change.set(JAVA_INT_UNALIGNED, 0, SystemCalls.EPOLLIN);
    change.set(JAVA_INT_UNALIGNED, TOKEN_OFFSET, token);
    change.set(JAVA_INT_UNALIGNED, DESCRIPTOR_OFFSET, fd);
    int result = changeCalls.epollCtl(epoll, SystemCalls.EPOLL_CTL_ADD, fd, change.address());
    ErrorNumber.check(result, "wait for descriptor " + fd);
  }

  @Override
  public void remove(Pollable source) {
    for (int fd : source.descriptors()) {
      // ENOENT: it was forgotten because of its errors
      changeCalls.epollCtl(epoll, SystemCalls.EPOLL_CTL_DEL, fd, change.address());
      if (lastFailed == fd) {
        lastFailed = -1;
      }
    }
  }

  @Override
  public int await(int[] tokens, long timeoutNs) {
    int room = Math.clamp(tokens.length, 1, MAX_EVENTS); // more would be lost, and the same again
    int ready = epollWait(room, Math.clamp(timeoutNs, 0, LONGEST_NS));
    int count = 0;
    int failed = -1;
    for (int i = 0; i < ready; i++) {
      long at = (long) i * EVENT_BYTES;
      int token = events.get(JAVA_INT_UNALIGNED, at + TOKEN_OFFSET);
      if (token == WAKE_TOKEN) {
        calls.read(wakeUp, drained.address(), 8);
        continue;
      }
      if ((events.get(JAVA_INT_UNALIGNED, at) & SystemCalls.EPOLLIN) == 0) {
        failed = events.get(JAVA_INT_UNALIGNED, at + DESCRIPTOR_OFFSET);
      }
      if (count < tokens.length && !contains(tokens, count, token)) {
        tokens[count++] = token;
      }
    }
    if (failed >= 0 && failed == lastFailed) {
      calls.epollCtl(epoll, SystemCalls.EPOLL_CTL_DEL, failed, events.address());
      failed = -1;
    }
    lastFailed = failed;
    return count;
  }

  private int epollWait(int room, long timeoutNs) {
    if (hasPwait2) {
      timespec.set(JAVA_LONG, 0, timeoutNs / NS_PER_SECOND);
      timespec.set(JAVA_LONG, 8, timeoutNs % NS_PER_SECOND);
      int ready = calls.epollPwait2(epoll, events.address(), room, timespec.address());
      if (ready != -ErrorNumber.ENOSYS) {
        return ready;
      }
      hasPwait2 = false;
    }
    long timeoutMs = (timeoutNs + NS_PER_MS - 1) / NS_PER_MS;
    return calls.epollWait(epoll, events.address(), room, (int) timeoutMs);
  }

  private static boolean contains(int[] tokens, int count, int token) {
    for (int i = 0; i < count; i++) {
      if (tokens[i] == token) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void wake() {
    synchronized (wakeMonitor) {
      if (!closed) {
        wakeCalls.write(wakeUp, one.address(), 8);
      }
    }
  }

  @Override
  public void close() {
    synchronized (wakeMonitor) {
      if (closed) {
        return;
      }
      closed = true;
      calls.close(wakeUp);
    }
    calls.close(epoll);
    arena.close();
  }
}
