package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.viaduct.io.IoFailure;
import net.viaduct.wire.IpAddress;

/**
 * Opens IPv4 UDP sockets for the three uses that an underlay has for them (linux/in.h, ip(7),
 * udp(7)). Control path only; owned by the thread that uses it. All sockets do not block.
 */
final class UdpSocket {
  private static final int SOL_IP = 0;
  private static final int IP_TTL = 2;
  private static final int IP_MTU_DISCOVER = 10;
  private static final int IP_MULTICAST_IF = 32;
  private static final int IP_MULTICAST_TTL = 33;
  private static final int IP_MULTICAST_LOOP = 34;
  private static final int IP_ADD_MEMBERSHIP = 35;
  private static final int IP_MULTICAST_ALL = 49;

  /** {@code IP_PMTUDISC_DO}: the DF bit is set, and what does not fit is refused. */
  private static final int ALWAYS_DONT_FRAGMENT = 2;

  private static final int MEMBERSHIP_BYTES = 12;
  private static final int RECEIVE_BUFFER_BYTES = 16 << 20;
  private static final int SEND_BUFFER_BYTES = 4 << 20;
  private static final int TINY_BUFFER_BYTES = 1;

  /** {@code struct sock_filter { u16 code; u8 jt; u8 jf; u32 k; }}: BPF_RET of 0 bytes. */
  private static final long FILTER_NOTHING_PASSES = 0x06;

  private final UdpUnderlayConfig config;
  private final String device;
  private final int deviceIndex;
  private final SocketCalls calls;
  private final SystemCalls systemCalls = new SystemCalls();

  /**
   * A way to open sockets.
   *
   * @param device that has the local address
   */
  UdpSocket(UdpUnderlayConfig config, String device, Arena arena) {
    this.config = config;
    this.device = device;
    try (InterfaceRequests requests = new InterfaceRequests()) {
      deviceIndex = ErrorNumber.check(requests.index(device), "open underlay device " + device);
    }
    this.calls = new SocketCalls(arena);
  }

  /**
   * Opens the socket that receives what is sent to the local address.
   *
   * @throws IoFailure EADDRINUSE if the port is taken, EADDRNOTAVAIL if the address is not ours
   */
  int openReceiving() {
    String call = "open underlay " + config.local();
    int fd = open(call);
    try {
      PacketSocket.setBuffers(calls, fd, RECEIVE_BUFFER_BYTES, SEND_BUFFER_BYTES);
      // without SO_REUSEADDR, so that a port held by another program or the kernel is noticed
      int bound = bind(fd, config.local().address(), config.local().port());
      if (bound == -ErrorNumber.EADDRINUSE) {
        String holder = PortHolder.describe(config.local());
        throw ErrorNumber.failure(call, bound, "the UDP port is held by " + holder);
      }
      ErrorNumber.check(bound, call);
      set(fd, SOL_IP, IP_MULTICAST_ALL, 0, call);
      return fd;
    } catch (RuntimeException e) {
      systemCalls.close(fd);
      throw e;
    }
  }

  /**
   * Opens a socket that receives what is sent to a group.
   *
   * @throws IoFailure if the kernel refuses
   */
  int openGroup(IpAddress group) {
    String call = "join group " + group + " on " + device;
    int fd = open(call);
    try (Arena scratch = Arena.ofConfined()) {
      PacketSocket.setBuffers(calls, fd, RECEIVE_BUFFER_BYTES, SEND_BUFFER_BYTES);
      set(fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_REUSEADDR, 1, call);
      set(fd, SOL_IP, IP_MULTICAST_ALL, 0, call);
      ErrorNumber.check(bind(fd, group, config.local().port()), call);
      int joined = calls.setsockopt(fd, SOL_IP, IP_ADD_MEMBERSHIP, membership(scratch, group));
      if (joined == -ErrorNumber.ENOBUFS) {
        throw ErrorNumber.failure(
            call, joined, "more than net.ipv4.igmp_max_memberships or too little option memory");
      }
      ErrorNumber.check(joined, call);
      return fd;
    } catch (RuntimeException e) {
      systemCalls.close(fd);
      throw e;
    }
  }

  /**
   * Opens a socket that only sends.
   *
   * @param port where it sends from
   * @return the descriptor, or -EADDRINUSE if the port is taken
   * @throws IoFailure if the kernel refuses for another cause
   */
  int openSending(int port) {
    String call = "open underlay " + config.local() + " to send from port " + port;
    int fd = open(call);
    try (Arena scratch = Arena.ofConfined()) {
      int level = SocketCalls.SOL_SOCKET;
      ErrorNumber.check(
          calls.setsockopt(fd, level, SocketCalls.SO_ATTACH_FILTER, nothingPasses(scratch)), call);
      PacketSocket.setBuffers(calls, fd, TINY_BUFFER_BYTES, SEND_BUFFER_BYTES);
      set(fd, level, SocketCalls.SO_NO_CHECK, config.checksums() ? 0 : 1, call);
      set(fd, SOL_IP, IP_MTU_DISCOVER, ALWAYS_DONT_FRAGMENT, call);
      set(fd, SOL_IP, IP_TTL, config.ttl(), call);
      set(fd, SOL_IP, IP_MULTICAST_TTL, config.groupTtl(), call);
      set(fd, SOL_IP, IP_MULTICAST_LOOP, 0, call);
      ErrorNumber.check(
          calls.setsockopt(fd, SOL_IP, IP_MULTICAST_IF, membership(scratch, IpAddress.ofIpv4(0))),
          call);
      int bound = bind(fd, config.local().address(), port);
      if (bound == -ErrorNumber.EADDRINUSE) {
        systemCalls.close(fd);
        return bound;
      }
      ErrorNumber.check(bound, call);
      return fd;
    } catch (RuntimeException e) {
      systemCalls.close(fd);
      throw e;
    }
  }

  private int open(String call) {
    int type = SocketCalls.SOCK_DGRAM | SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC;
    return ErrorNumber.check(calls.socket(SocketCalls.AF_INET, type, 0), call);
  }

  private int bind(int fd, IpAddress address, int port) {
    try (Arena scratch = Arena.ofConfined()) {
      return calls.bind(fd, SocketAddress4.of(scratch, address, port));
    }
  }

  private void set(int fd, int level, int option, int value, String call) {
    ErrorNumber.check(calls.setsockopt(fd, level, option, value), call);
  }

  /** {@code struct ip_mreqn { be32 group; be32 address; int ifindex; }}. */
  private MemorySegment membership(Arena arena, IpAddress group) {
    MemorySegment membership = arena.allocate(MEMBERSHIP_BYTES, 4);
    MemorySegment address = SocketAddress4.of(arena, group, 0);
    MemorySegment.copy(address, 4, membership, 0, 4);
    membership.set(JAVA_INT, 8, deviceIndex);
    return membership;
  }

  /** {@code struct sock_fprog { u16 len; struct sock_filter *filter; }}. */
  private MemorySegment nothingPasses(Arena arena) {
    MemorySegment program = arena.allocate(16, 8);
    program.set(JAVA_SHORT, 0, (short) 1);
    program.set(JAVA_LONG, 8, arena.allocateFrom(JAVA_LONG, FILTER_NOTHING_PASSES).address());
    return program;
  }
}
