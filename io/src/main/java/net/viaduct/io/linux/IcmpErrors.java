package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.viaduct.io.Endpoint;
import net.viaduct.io.PathError;
import net.viaduct.wire.ip.Ipv4Header;

/**
 * Receives what ICMP tells about datagrams that were sent from one address, by a raw socket: the
 * error queue of a UDP socket would make the next datagram fail, which went elsewhere. Owned by the
 * data-path thread.
 */
final class IcmpErrors implements AutoCloseable {
  private static final int BUFFER_BYTES = 2048; // routers quote up to 1,280 bytes, RFC 4443
  private static final int MSGHDR_BYTES = 56;
  private static final int MOST_AT_ONCE = 64;

  private final SocketCalls sockets;
  private final SystemCalls calls = new SystemCalls();
  private final int fd;
  private final boolean ipv4;
  private final MemorySegment buffer;
  private final MemorySegment name;
  private final MemorySegment header;
  private final IcmpErrorParser parser;
  private final PathError error;

  /**
   * Opens the socket.
   *
   * @throws net.viaduct.io.IoFailure EPERM without CAP_NET_RAW
   */
  IcmpErrors(UnderlayLeg leg, Arena arena) {
    sockets = new SocketCalls(arena);
    buffer = arena.allocate(BUFFER_BYTES, 8);
    name = arena.allocate(SocketAddress.SIZE_BYTES, 8);
    header = arena.allocate(MSGHDR_BYTES, 8);
    MemorySegment vector = arena.allocate(16, 8);
    vector.set(JAVA_LONG, 0, buffer.address());
    vector.set(JAVA_LONG, 8, BUFFER_BYTES);
    header.set(JAVA_LONG, 0, name.address());
    header.set(JAVA_LONG, 16, vector.address());
    header.set(JAVA_LONG, 24, 1);
    parser = new IcmpErrorParser(leg.local(), leg::sendsFrom);
    error = new PathError(Endpoint.gre(leg.local()));
    ipv4 = leg.family() == IpFamily.V4;
    fd = leg.sockets().openErrors();
  }

  /** Hands over what was told, without waiting. */
  int receive(PathError.Listener to) {
    int told = 0;
    for (int i = 0; i < MOST_AT_ONCE; i++) {
      header.set(JAVA_LONG, 8, SocketAddress.SIZE_BYTES);
      long received = sockets.recvmsg(fd, header.address(), SocketCalls.MSG_DONTWAIT);
      if (received < 0) {
        break;
      }
      int at = ipv4 ? ipHeaderBytes((int) received) : 0;
      if (at >= 0 && parser.parse(buffer, at, (int) received - at, error)) {
        error.reporter(SocketAddress.high(name, 0), SocketAddress.low(name, 0));
        to.onPathError(error);
        told++;
      }
    }
    return told;
  }

  /** A raw socket of IPv4 gives the IP header too; -1 if there is none. */
  private int ipHeaderBytes(int bytes) {
    int header = bytes < Ipv4Header.MIN_SIZE_BYTES ? bytes : Ipv4Header.sizeBytes(buffer, 0);
    return header < bytes ? header : -1;
  }

  @Override
  public void close() {
    calls.close(fd);
  }
}
