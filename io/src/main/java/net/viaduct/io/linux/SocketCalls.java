package net.viaduct.io.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * System calls on sockets. Each object is owned by one thread (it holds the place for errno and for
 * small arguments); make one for each owner. No call allocates; those on the path of a frame hold
 * their handle themselves, so that this does not depend on what the compiler inlines.
 *
 * <p>All return what the kernel returned, or the negative errno. Pointers are plain addresses:
 * {@link MemorySegment#address()} of native memory, plus an offset, that the caller keeps alive.
 */
final class SocketCalls {
  static final int AF_INET = 2;
  static final int AF_NETLINK = 16;
  static final int AF_PACKET = 17;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_RAW = 3;
  static final int SOCK_NONBLOCK = 0x800;
  static final int SOCK_CLOEXEC = 0x80000;

  static final int MSG_TRUNC = 0x20;
  static final int MSG_DONTWAIT = 0x40;

  static final int SOL_SOCKET = 1;
  static final int SO_REUSEADDR = 2;
  static final int SO_SNDBUF = 7;
  static final int SO_RCVBUF = 8;
  static final int SO_NO_CHECK = 11;
  static final int SO_REUSEPORT = 15;
  static final int SO_ATTACH_FILTER = 26;
  static final int SO_SNDBUFFORCE = 32;
  static final int SO_RCVBUFFORCE = 33;
  static final int SO_MEMINFO = 55;

  private static final NativeFunction SOCKET = NativeFunction.find("socket");
  private static final NativeFunction BIND = NativeFunction.find("bind");
  private static final NativeFunction CONNECT = NativeFunction.find("connect");
  private static final NativeFunction SETSOCKOPT = NativeFunction.find("setsockopt");
  private static final NativeFunction GETSOCKOPT = NativeFunction.find("getsockopt");
  private static final NativeFunction GETSOCKNAME = NativeFunction.find("getsockname");
  private static final MethodHandle SENDMSG = NativeFunction.find("sendmsg").handle();
  private static final MethodHandle RECVMSG = NativeFunction.find("recvmsg").handle();
  private static final MethodHandle SENDMMSG = NativeFunction.find("sendmmsg").handle();
  private static final MethodHandle RECVMMSG = NativeFunction.find("recvmmsg").handle();

  private final MemorySegment callState = NativeFunction.callState();
  private final MemorySegment small;

  /** Calls whose small arguments live in memory of their owner. */
  SocketCalls(SegmentAllocator memory) {
    small = memory.allocate(16, 8);
  }

  /** {@code int socket(int family, int type, int protocol)}. */
  int socket(int family, int type, int protocol) {
    return SOCKET.callInt(callState, family, type, protocol, 0, 0, 0);
  }

  /** {@code int bind(int fd, const struct sockaddr *address, socklen_t bytes)}. */
  int bind(int fd, MemorySegment address) {
    return BIND.callInt(callState, fd, address.address(), address.byteSize(), 0, 0, 0);
  }

  /** {@code int connect(int fd, const struct sockaddr *address, socklen_t bytes)}. */
  int connect(int fd, MemorySegment address) {
    return CONNECT.callInt(callState, fd, address.address(), address.byteSize(), 0, 0, 0);
  }

  /** {@code getsockname}: fills the address. */
  int getsockname(int fd, MemorySegment address) {
    small.set(ValueLayout.JAVA_INT, 0, (int) address.byteSize());
    return GETSOCKNAME.callInt(callState, fd, address.address(), small.address(), 0, 0, 0);
  }

  /** {@code setsockopt} of an int. */
  int setsockopt(int fd, int level, int option, int value) {
    small.set(ValueLayout.JAVA_INT, 0, value);
    return SETSOCKOPT.callInt(callState, fd, level, option, small.address(), 4, 0);
  }

  /** {@code setsockopt} of a structure. */
  int setsockopt(int fd, int level, int option, MemorySegment value) {
    return SETSOCKOPT.callInt(callState, fd, level, option, value.address(), value.byteSize(), 0);
  }

  /** {@code getsockopt} of a structure: fills it. */
  int getsockopt(int fd, int level, int option, MemorySegment value) {
    small.set(ValueLayout.JAVA_INT, 0, (int) value.byteSize());
    return GETSOCKOPT.callInt(callState, fd, level, option, value.address(), small.address(), 0);
  }

  /** {@code ssize_t sendmsg(int fd, const struct msghdr *message, int flags)}. */
  long sendmsg(int fd, long message, int flags) {
    try {
      long returned =
          (long) SENDMSG.invokeExact(callState, (long) fd, message, (long) flags, 0L, 0L, 0L);
      return NativeFunction.result(returned, callState);
    } catch (Throwable thrown) {
      throw NativeFunction.broken("sendmsg", thrown);
    }
  }

  /** {@code ssize_t recvmsg(int fd, struct msghdr *message, int flags)}. */
  long recvmsg(int fd, long message, int flags) {
    try {
      long returned =
          (long) RECVMSG.invokeExact(callState, (long) fd, message, (long) flags, 0L, 0L, 0L);
      return NativeFunction.result(returned, callState);
    } catch (Throwable thrown) {
      throw NativeFunction.broken("recvmsg", thrown);
    }
  }

  /** {@code int sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)}. */
  int sendmmsg(int fd, long messages, int count, int flags) {
    try {
      long returned =
          (long)
              SENDMMSG.invokeExact(
                  callState, (long) fd, messages, (long) count, (long) flags, 0L, 0L);
      return NativeFunction.result((int) returned, callState);
    } catch (Throwable thrown) {
      throw NativeFunction.broken("sendmmsg", thrown);
    }
  }

  /** {@code int recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags, NULL)}. */
  int recvmmsg(int fd, long messages, int count, int flags) {
    try {
      long returned =
          (long)
              RECVMMSG.invokeExact(
                  callState, (long) fd, messages, (long) count, (long) flags, 0L, 0L);
      return NativeFunction.result((int) returned, callState);
    } catch (Throwable thrown) {
      throw NativeFunction.broken("recvmmsg", thrown);
    }
  }
}
