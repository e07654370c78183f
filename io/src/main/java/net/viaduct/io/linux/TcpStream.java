package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import net.viaduct.io.IoFailure;
import net.viaduct.wire.IpAddress;

/**
 * A TCP connection whose congestion control can be chosen and looked at, which Java's own sockets
 * do not let one do. Only for sending. Owned by one thread at a time.
 */
public final class TcpStream implements AutoCloseable {
  private static final int SOCK_STREAM = 1;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_INFO = 11;
  private static final int TCP_CONGESTION = 13;
  private static final int SO_LINGER = 13;
  private static final int SO_SNDTIMEO = 21;
  private static final long US_PER_MS = 1_000;
  private static final int EINPROGRESS = 115;

  private final Arena arena = Arena.ofShared();
  private final SocketCalls sockets = new SocketCalls(arena);
  private final SystemCalls calls = new SystemCalls();
  private final MemorySegment info = arena.allocate(TcpInfo.SIZE_BYTES, 8);
  private final IpAddress to;
  private final int fd;
  private boolean closed;

  private TcpStream(IpAddress to) {
    this.to = to;
    int type = SOCK_STREAM | SocketCalls.SOCK_CLOEXEC;
    fd = ErrorNumber.check(sockets.socket(IpFamily.of(to).number(), type, 0), "open TCP socket");
  }

  /** A socket for a connection to an address, in the namespace in which this thread is. */
  public static TcpStream openTo(IpAddress address) {
    return new TcpStream(address);
  }

  /**
   * Chooses the congestion control.
   *
   * @param name as {@code net.ipv4.tcp_available_congestion_control} has it
   * @throws IoFailure ENOENT if the kernel does not have it
   */
  public void congestionControl(String name) {
    MemorySegment text = arena.allocate(name.length());
    MemorySegment.copy(
        name.getBytes(StandardCharsets.US_ASCII), 0, text, JAVA_BYTE, 0, name.length());
    int result = sockets.setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, text);
    if (result == -ErrorNumber.ENOENT) {
      throw ErrorNumber.failure(
          "choose congestion control " + name, result, "this kernel does not have it");
    }
    ErrorNumber.check(result, "choose congestion control " + name);
  }

  /** Sets the TOS byte or traffic class of what is sent. */
  public void trafficClass(int value) {
    IpFamily family = IpFamily.of(to);
    ErrorNumber.check(
        sockets.setsockopt(fd, family.level(), family.options().trafficClass(), value),
        "set the traffic class of a TCP socket");
  }

  /**
   * Connects.
   *
   * @param timeoutMs for this, and for each {@link #write} from then on
   * @throws IoFailure ETIMEDOUT, ECONNREFUSED, ...
   */
  public void connect(int port, long timeoutMs) {
    MemorySegment timeout = arena.allocate(16, 8); // struct timeval { long seconds, microseconds; }
    timeout.set(JAVA_LONG, 0, timeoutMs / 1_000);
    timeout.set(JAVA_LONG, 8, timeoutMs % 1_000 * US_PER_MS);
    sockets.setsockopt(fd, SocketCalls.SOL_SOCKET, SO_SNDTIMEO, timeout);
    String call = "connect to " + to + " port " + port;
    int result = sockets.connect(fd, SocketAddress.of(arena, to, port, 0));
    if (result == -EINPROGRESS) {
      throw new IoFailure(call, "ETIMEDOUT", "no answer within " + timeoutMs + " ms");
    }
    ErrorNumber.check(result, call);
  }

  /** Has {@link #write} wait for so long at most when the kernel's buffer is full. */
  public void patience(long ms) {
    MemorySegment timeout = arena.allocate(16, 8);
    timeout.set(JAVA_LONG, 0, ms / 1_000);
    timeout.set(JAVA_LONG, 8, ms % 1_000 * US_PER_MS);
    sockets.setsockopt(fd, SocketCalls.SOL_SOCKET, SO_SNDTIMEO, timeout);
  }

  /**
   * Hands bytes to the kernel; waits for room, but not for longer than its patience.
   *
   * @return how many it took; 0 if there was no room in time
   * @throws IoFailure if the connection is broken
   */
  public long write(MemorySegment bytes) {
    long result = calls.write(fd, bytes.address(), bytes.byteSize());
    if (result == -ErrorNumber.EAGAIN || result == -ErrorNumber.EINTR) {
      return 0;
    }
    if (result < 0) {
      throw ErrorNumber.failure("send to " + to, (int) result);
    }
    return result;
  }

  /** What the kernel knows about the connection now. */
  public TcpInfo info() {
    info.fill((byte) 0);
    ErrorNumber.check(
        sockets.getsockopt(fd, IPPROTO_TCP, TCP_INFO, info), "ask about a TCP connection");
    return TcpInfo.of(info);
  }

  /** Ends the connection at once: what the kernel has not sent yet is never sent. */
  public void abort() {
    MemorySegment linger = arena.allocate(8, 4); // struct linger { int onoff, seconds; }
    linger.set(JAVA_INT, 0, 1);
    sockets.setsockopt(fd, SocketCalls.SOL_SOCKET, SO_LINGER, linger);
    close();
  }

  /** Ends the connection; the kernel goes on to send what it has. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      calls.close(fd);
      arena.close();
    }
  }
}
