package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * System calls on descriptors, memory, events and namespaces. Each object is owned by one thread
 * (it holds the place for errno); make one for each owner. No call allocates; those on the path of
 * a frame hold their handle themselves, so that this does not depend on what the compiler inlines.
 *
 * <p>All return what the kernel returned, or the negative errno. Pointers are plain addresses:
 * {@link MemorySegment#address()} of native memory, plus an offset, that the caller keeps alive.
 */
final class SystemCalls {
  static final int O_RDONLY = 0;
  static final int O_RDWR = 2;
  static final int O_NONBLOCK = 0x800;
  static final int O_CLOEXEC = 0x80000;

  static final int EPOLL_CTL_ADD = 1;
  static final int EPOLL_CTL_DEL = 2;
  static final int EPOLLIN = 1;
  static final int EPOLLERR = 8;
  static final int EPOLLHUP = 0x10;

  /** {@code SYS_bpf} is not the same everywhere. */
  static final long SYS_BPF = NativePlatform.isAarch64() ? 280 : 321;

  /** {@code SYS_epoll_pwait2}, Linux 5.11. */
  static final long SYS_EPOLL_PWAIT2 = 441;

  private static final long SYS_IO_URING_SETUP = 425;
  private static final long SYS_IO_URING_ENTER = 426;

  private static final NativeFunction OPEN = NativeFunction.find("open");
  private static final NativeFunction CLOSE = NativeFunction.find("close");
  private static final MethodHandle READ = NativeFunction.find("read").handle();
  private static final MethodHandle WRITE = NativeFunction.find("write").handle();
  private static final NativeFunction READV = NativeFunction.find("readv");
  private static final MethodHandle WRITEV = NativeFunction.find("writev").handle();
  private static final MethodHandle IOCTL = NativeFunction.find("ioctl").handle();
  private static final NativeFunction FCNTL = NativeFunction.find("fcntl");
  private static final NativeFunction MMAP = NativeFunction.find("mmap");
  private static final NativeFunction MUNMAP = NativeFunction.find("munmap");
  private static final NativeFunction EPOLL_CREATE = NativeFunction.find("epoll_create1");
  private static final NativeFunction EPOLL_CTL = NativeFunction.find("epoll_ctl");
  private static final MethodHandle EPOLL_WAIT = NativeFunction.find("epoll_wait").handle();
  private static final NativeFunction EVENTFD = NativeFunction.find("eventfd");
  private static final NativeFunction SETNS = NativeFunction.find("setns");
  private static final NativeFunction UNSHARE = NativeFunction.find("unshare");
  private static final NativeFunction MOUNT = NativeFunction.find("mount");
  private static final NativeFunction UMOUNT2 = NativeFunction.find("umount2");
  private static final NativeFunction SYSCALL = NativeFunction.find("syscall");
  private static final MethodHandle SYSCALL_HANDLE = SYSCALL.handle();

  private final MemorySegment callState = NativeFunction.callState();

  /** {@code int open(const char *path, int flags, mode_t mode)}; for the control path. */
  int open(String path, int flags, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      long name = arena.allocateFrom(path).address();
      return OPEN.callInt(callState, name, flags, mode, 0, 0, 0);
    }
  }

  /** {@code int close(int fd)}. */
  int close(int fd) {
    return CLOSE.callInt(callState, fd, 0, 0, 0, 0, 0);
  }

  /** {@code ssize_t read(int fd, void *buffer, size_t bytes)}. */
  long read(int fd, long buffer, long bytes) {
    try {
      long returned = (long) READ.invokeExact(callState, (long) fd, buffer, bytes, 0L, 0L, 0L);
      return NativeFunction.result(returned, callState);
    } catch (Throwable thrown) {
      throw NativeFunction.broken("read", thrown);
    }
  }

  /** {@code ssize_t write(int fd, const void *buffer, size_t bytes)}. */
  long write(int fd, long buffer, long bytes) {
    try {
      long returned = (long) WRITE.invokeExact(callState, (long) fd, buffer, bytes, 0L, 0L, 0L);
      return NativeFunction.result(returned, callState);
    } catch (Throwable thrown) {
      throw NativeFunction.broken("write", thrown);
    }
  }

  /** {@code ssize_t readv(int fd, const struct iovec *vectors, int count)}. */
  long readv(int fd, long vectors, int count) {
    return READV.callLong(callState, fd, vectors, count, 0, 0, 0);
  }

  /** {@code ssize_t writev(int fd, const struct iovec *vectors, int count)}. */
  long writev(int fd, long vectors, int count) {
    try {
      long returned =
          (long) WRITEV.invokeExact(callState, (long) fd, vectors, (long) count, 0L, 0L, 0L);
      return NativeFunction.result(returned, callState);
    } catch (Throwable thrown) {
      throw NativeFunction.broken("writev", thrown);
    }
  }

  /**
   * {@code int ioctl(int fd, unsigned long request, ...)}.
   *
   * @param argument an address or a number, as the request wants it
   */
  int ioctl(int fd, long request, long argument) {
    try {
      long returned = (long) IOCTL.invokeExact(callState, (long) fd, request, argument, 0L, 0L, 0L);
      return NativeFunction.result((int) returned, callState);
    } catch (Throwable thrown) {
      throw NativeFunction.broken("ioctl", thrown);
    }
  }

  /** {@code int fcntl(int fd, int command, ...)}. */
  int fcntl(int fd, int command, long argument) {
    return FCNTL.callInt(callState, fd, command, argument, 0, 0, 0);
  }

  /** {@code void *mmap(void *address, size_t, int protection, int flags, int fd, off_t offset)}. */
  long mmap(long bytes, int protection, int flags, int fd, long offset) {
    return MMAP.callLong(callState, 0, bytes, protection, flags, fd, offset);
  }

  /** {@code int munmap(void *address, size_t bytes)}. */
  int munmap(long address, long bytes) {
    return MUNMAP.callInt(callState, address, bytes, 0, 0, 0, 0);
  }

  /** {@code int epoll_create1(EPOLL_CLOEXEC)}. */
  int epollCreate() {
    return EPOLL_CREATE.callInt(callState, O_CLOEXEC, 0, 0, 0, 0, 0);
  }

  /** {@code int epoll_ctl(int epfd, int operation, int fd, struct epoll_event *event)}. */
  int epollCtl(int epoll, int operation, int fd, long event) {
    return EPOLL_CTL.callInt(callState, epoll, operation, fd, event, 0, 0);
  }

  /** {@code int epoll_wait(int epfd, struct epoll_event *events, int count, int timeoutMs)}. */
  int epollWait(int epoll, long events, int count, int timeoutMs) {
    try {
      long returned =
          (long)
              EPOLL_WAIT.invokeExact(
                  callState, (long) epoll, events, (long) count, (long) timeoutMs, 0L, 0L);
      return NativeFunction.result((int) returned, callState);
    } catch (Throwable thrown) {
      throw NativeFunction.broken("epoll_wait", thrown);
    }
  }

  /** {@code epoll_pwait2}, which takes a {@code struct timespec} or null; ENOSYS before 5.11. */
  int epollPwait2(int epoll, long events, int count, long timespec) {
    try {
      long returned =
          (long)
              SYSCALL_HANDLE.invokeExact(
                  callState, SYS_EPOLL_PWAIT2, (long) epoll, events, (long) count, timespec, 0L);
      return NativeFunction.result((int) returned, callState);
    } catch (Throwable thrown) {
      throw NativeFunction.broken("epoll_pwait2", thrown);
    }
  }

  /** {@code int io_uring_setup(unsigned int entries, struct io_uring_params *)}; Linux 5.1. */
  int ioUringSetup(int entries, long parameters) {
    return SYSCALL.callInt(callState, SYS_IO_URING_SETUP, entries, parameters, 0, 0, 0);
  }

  /** {@code int io_uring_enter(int fd, unsigned int submit, unsigned int least, flags, NULL)}. */
  int ioUringEnter(int ring, int submit, int least, int flags) {
    try {
      long returned =
          (long)
              SYSCALL_HANDLE.invokeExact(
                  callState,
                  SYS_IO_URING_ENTER,
                  (long) ring,
                  (long) submit,
                  (long) least,
                  (long) flags,
                  0L);
      return NativeFunction.result((int) returned, callState);
    } catch (Throwable thrown) {
      throw NativeFunction.broken("io_uring_enter", thrown);
    }
  }

  /** {@code int eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)}. */
  int eventfd() {
    return EVENTFD.callInt(callState, 0, O_CLOEXEC | O_NONBLOCK, 0, 0, 0, 0);
  }

  /** {@code int setns(int fd, int type)}: of the calling thread. */
  int setns(int fd, int type) {
    return SETNS.callInt(callState, fd, type, 0, 0, 0, 0);
  }

  /** {@code int unshare(int flags)}: of the calling thread. */
  int unshare(int flags) {
    return UNSHARE.callInt(callState, flags, 0, 0, 0, 0, 0);
  }

  /** {@code int mount(source, target, type, flags, NULL)}; for the control path. */
  int mount(String source, String target, String type, long flags) {
    try (Arena arena = Arena.ofConfined()) {
      long from = arena.allocateFrom(source).address();
      long to = arena.allocateFrom(target).address();
      long kind = arena.allocateFrom(type).address();
      return MOUNT.callInt(callState, from, to, kind, flags, 0, 0);
    }
  }

  /** {@code int umount2(target, flags)}; for the control path. */
  int umount2(String target, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      return UMOUNT2.callInt(callState, arena.allocateFrom(target).address(), flags, 0, 0, 0, 0);
    }
  }

  /** {@code int bpf(int command, union bpf_attr *attributes, unsigned int bytes)}. */
  int bpf(int command, long attributes, int bytes) {
    return SYSCALL.callInt(callState, SYS_BPF, command, attributes, bytes, 0, 0);
  }
}
