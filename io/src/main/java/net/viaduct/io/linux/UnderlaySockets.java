package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.IoFailure;
import net.viaduct.io.Transport;
import net.viaduct.wire.IpAddress;

/**
 * Opens the sockets of one local address (ip(7), ipv6(7), udp(7), raw(7)). Control path only; owned
 * by the thread that uses it. All sockets do not block.
 */
final class UnderlaySockets {
  private static final int IPPROTO_GRE = 47;
  private static final int IPPROTO_ICMP = 1;
  private static final int IPPROTO_ICMPV6 = 58;
  private static final int SOL_UDP = UdpOffload.SOL_UDP;
  private static final int SOL_RAW = 255;
  private static final int ICMP_FILTER = 1;
  private static final int IPV6_ONLY = 26;
  private static final int IPV6_FLOWINFO_SEND = 33;
  private static final int UDP_NO_CHECK6_TX = 101;
  private static final int UDP_NO_CHECK6_RX = 102;

  /**
   * {@code IP_PMTUDISC_PROBE}: DF is set, what does not fit the device is refused, and what ICMP
   * told the kernel about the path is not believed: anybody can send that (RFC 8899 section 4.6.1).
   */
  private static final int NEVER_FRAGMENT = 3;

  private static final int MEMBERSHIP_BYTES = 12;
  private static final int MEMBERSHIP_6_BYTES = 20;
  private static final int RECEIVE_BUFFER_BYTES = 16 << 20;
  private static final int SEND_BUFFER_BYTES = 4 << 20;
  private static final int TINY_BUFFER_BYTES = 1;
  private static final int ERRORS_BUFFER_BYTES = 256 << 10;

  /** Destination unreachable (with "fragmentation needed") and time exceeded, RFC 792. */
  private static final int[] ERRORS = {3, 11};

  /** Destination unreachable, packet too big and time exceeded, RFC 4443. */
  private static final int[] ERRORS_6 = {1, 2, 3};

  private final UdpUnderlayConfig config;
  private final IpAddress local;
  private final IpFamily family;
  private final IpFamily.Options options;
  private final SocketCalls calls;
  private final SystemCalls systemCalls = new SystemCalls();
  private String device;
  private int deviceIndex;

  /**
   * A way to open sockets.
   *
   * @param local the address
   * @param device from which groups are sent to and listened to
   */
  UnderlaySockets(UdpUnderlayConfig config, IpAddress local, String device, Arena arena) {
    this.config = config;
    this.local = local;
    this.device = device;
    this.family = IpFamily.of(local);
    this.options = family.options();
    this.calls = new SocketCalls(arena);
    findDevice(device);
  }

  /**
   * Uses this device from now on, or the one that has the same name now.
   *
   * @throws IoFailure ENODEV if there is none
   */
  void findDevice(String name) {
    try (InterfaceRequests requests = new InterfaceRequests()) {
      deviceIndex = ErrorNumber.check(requests.index(name), "open underlay device " + name);
    }
    device = name;
  }

  /** The address. */
  IpAddress local() {
    return local;
  }

  /** Its family. */
  IpFamily family() {
    return family;
  }

  /**
   * Opens a socket that receives what is sent to the local address.
   *
   * @throws IoFailure EADDRINUSE if the port is taken, and by whom
   */
  int openDoor(Door door) {
    // without SO_REUSEADDR, so that a port held by another program or the kernel is noticed
    return openDoor(door, false);
  }

  /**
   * Opens one of several sockets among which the kernel divides what is sent to the local address,
   * by addresses and ports (SO_REUSEPORT, socket(7)). By UDP only. Who holds the port is noticed by
   * {@link #openDoor(Door)}, which has to be tried, and closed, before the first.
   *
   * @throws IoFailure if the kernel refuses
   */
  int openSharedDoor(Door door) {
    return openDoor(door, true);
  }

  private int openDoor(Door door, boolean shared) {
    String call = "open underlay " + describe(door);
    int fd = open(door.transport(), call);
    try {
      if (shared) {
        set(fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_REUSEPORT, 1, call);
      }
      configureReceiving(fd, door, call);
      int bound = bind(fd, local, door.port());
      if (bound == -ErrorNumber.EADDRINUSE) {
        String holder = PortHolder.describe(new Endpoint(local, door.port()));
        throw ErrorNumber.failure(call, bound, "the UDP port is held by " + holder);
      }
      ErrorNumber.check(bound, call);
      return fd;
    } catch (RuntimeException e) {
      systemCalls.close(fd);
      throw e;
    }
  }

  private Object describe(Door door) {
    return door.transport() == Transport.GRE
        ? Endpoint.gre(local)
        : new Endpoint(local, door.port());
  }

  /**
   * Opens a socket that receives what is sent to a group.
   *
   * @throws IoFailure if the kernel refuses
   */
  int openGroup(IpAddress group, Door door) {
    String call = "join group " + group + " on " + device;
    int fd = open(door.transport(), call);
    try (Arena scratch = Arena.ofConfined()) {
      set(fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_REUSEADDR, 1, call);
      configureReceiving(fd, door, call);
      ErrorNumber.check(bind(fd, group, door.port()), call);
      int joined = MembershipLimit.join(() -> join(fd, membership(scratch, group)));
      if (joined == -ErrorNumber.ENOBUFS) {
        throw ErrorNumber.failure(call, joined, MembershipLimit.sentence());
      }
      ErrorNumber.check(joined, call);
      return fd;
    } catch (RuntimeException e) {
      systemCalls.close(fd);
      throw e;
    }
  }

  private int join(int fd, MemorySegment membership) {
    return calls.setsockopt(fd, family.level(), options.join(), membership);
  }

  private void configureReceiving(int fd, Door door, String call) {
    PacketSocket.setBuffers(calls, fd, RECEIVE_BUFFER_BYTES, SEND_BUFFER_BYTES);
    set(fd, family.level(), options.groupsOfOthers(), 0, call);
    set(fd, family.level(), options.receiveTrafficClass(), 1, call);
    if (!config.fragments().taken()) {
      set(fd, family.level(), options.receiveFragmentSize(), 1, call);
    }
    boolean udp = door.transport() == Transport.UDP;
    boolean filtered = udp && family == IpFamily.V6 && !config.zeroChecksumWith().isEmpty();
    if (udp && !filtered) { // a filter looks at single datagrams
      int level = UdpOffload.SOL_UDP; // before Linux 5.0 each comes by itself
      calls.setsockopt(fd, level, UdpOffload.UDP_GRO, 1);
    }
    if (filtered) {
      set(fd, SOL_UDP, UDP_NO_CHECK6_RX, 1, call); // else the kernel drops what has none
      try (Arena scratch = Arena.ofConfined()) {
        filter(fd, SocketFilter.checksumNeeded(scratch, config.zeroChecksumWith()), call);
      }
    }
  }

  /**
   * Opens a socket that only sends, by UDP.
   *
   * @param port where it sends from
   * @param checksums whether what it sends has a checksum
   * @return the descriptor, or -EADDRINUSE if the port is taken
   * @throws IoFailure if the kernel refuses for another cause
   */
  int openSending(int port, boolean checksums) {
    String call = "open underlay " + new Endpoint(local, port) + " to send";
    int fd = open(Transport.UDP, call);
    try {
      configureSending(fd, call);
      if (family == IpFamily.V4) {
        set(fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_NO_CHECK, checksums ? 0 : 1, call);
      } else {
        set(fd, SOL_UDP, UDP_NO_CHECK6_TX, checksums ? 0 : 1, call);
      }
      int bound = bind(fd, local, port);
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

  /**
   * Opens a socket that only sends, by GRE.
   *
   * @throws IoFailure EPERM without CAP_NET_RAW
   */
  int openSendingGre() {
    String call = "open underlay " + Endpoint.gre(local) + " to send";
    int fd = open(Transport.GRE, call);
    try {
      configureSending(fd, call);
      ErrorNumber.check(bind(fd, local, 0), call);
      return fd;
    } catch (RuntimeException e) {
      systemCalls.close(fd);
      throw e;
    }
  }

  private void configureSending(int fd, String call) {
    // Nobody reads what is sent to it: the smallest buffer, for one small datagram. A filter that
    // lets nothing pass would be a BPF program for each socket; on Linux 6.18 many that are freed
    // at once can block the kernel's workers (bpf_prog_pack_free waits for one of them).
    PacketSocket.setBuffers(calls, fd, TINY_BUFFER_BYTES, SEND_BUFFER_BYTES);
    int fragmenting = config.fragments().sent() ? options.mayFragment() : NEVER_FRAGMENT;
    set(fd, family.level(), options.mtuDiscover(), fragmenting, call);
    set(fd, family.level(), options.hops(), config.ttl(), call);
    set(fd, family.level(), options.groupHops(), config.groupTtl(), call);
    set(fd, family.level(), options.groupLoop(), 0, call);
    if (family == IpFamily.V6) {
      set(fd, family.level(), IPV6_FLOWINFO_SEND, 1, call);
    }
    sendToGroupsFromDevice(fd);
  }

  /** What a socket sends to groups leaves from the device as it is now. */
  void sendToGroupsFromDevice(int fd) {
    String call = "send to groups from " + device;
    try (Arena scratch = Arena.ofConfined()) {
      int result =
          family == IpFamily.V4
              ? calls.setsockopt(
                  fd,
                  family.level(),
                  options.groupDevice(),
                  membership(scratch, IpAddress.ofIpv4(0)))
              : calls.setsockopt(fd, family.level(), options.groupDevice(), deviceIndex);
      ErrorNumber.check(result, call);
    }
  }

  /**
   * Opens a socket that receives what ICMP tells about what was sent from the local address.
   *
   * @throws IoFailure EPERM without CAP_NET_RAW
   */
  int openErrors() {
    String call = "open ICMP socket of " + local;
    int protocol = family == IpFamily.V4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
    int fd = ErrorNumber.check(calls.socket(family.number(), raw(), protocol), call);
    try (Arena scratch = Arena.ofConfined()) {
      PacketSocket.setBuffers(calls, fd, ERRORS_BUFFER_BYTES, TINY_BUFFER_BYTES);
      freeBind(fd, call);
      ErrorNumber.check(bind(fd, local, 0), call);
      // struct icmp_filter, struct icmp6_filter: a bit for each type that is not wanted
      MemorySegment unwanted = scratch.allocate(family == IpFamily.V4 ? 4 : 32, 8);
      unwanted.fill((byte) 0xff);
      int wanted = 0;
      for (int type : family == IpFamily.V4 ? ERRORS : ERRORS_6) {
        wanted |= 1 << type;
      }
      unwanted.set(JAVA_INT, 0, ~wanted);
      int level = family == IpFamily.V4 ? SOL_RAW : IPPROTO_ICMPV6;
      ErrorNumber.check(calls.setsockopt(fd, level, ICMP_FILTER, unwanted), call);
      return fd;
    } catch (RuntimeException e) {
      systemCalls.close(fd);
      throw e;
    }
  }

  private static int raw() {
    return SocketCalls.SOCK_RAW | SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC;
  }

  private int open(Transport transport, String call) {
    int datagrams = SocketCalls.SOCK_DGRAM | SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC;
    int opened =
        transport == Transport.GRE
            ? calls.socket(family.number(), raw(), IPPROTO_GRE)
            : calls.socket(family.number(), datagrams, 0);
    if (opened == -ErrorNumber.EPERM) {
      throw ErrorNumber.failure(call, opened, "needs CAP_NET_RAW in this namespace");
    }
    int fd = ErrorNumber.check(opened, call);
    try {
      if (family == IpFamily.V6 && transport == Transport.UDP) {
        set(fd, family.level(), IPV6_ONLY, 1, call);
      }
      freeBind(fd, call);
      return fd;
    } catch (RuntimeException e) {
      systemCalls.close(fd);
      throw e;
    }
  }

  /** That the address is there was checked; one of IPv6 may still look for its duplicate. */
  private void freeBind(int fd, String call) {
    set(fd, family.level(), options.freeBind(), 1, call);
  }

  private int bind(int fd, IpAddress address, int port) {
    try (Arena scratch = Arena.ofConfined()) {
      int scope = address.isMulticast() ? deviceIndex : 0;
      return calls.bind(fd, SocketAddress.of(scratch, address, port, scope));
    }
  }

  private void filter(int fd, MemorySegment program, String call) {
    BpfSwitch.refusal(call + ", whose list of senders is a BPF program")
        .ifPresent(refusal -> {
          throw refusal;
        });
    int level = SocketCalls.SOL_SOCKET;
    ErrorNumber.check(calls.setsockopt(fd, level, SocketCalls.SO_ATTACH_FILTER, program), call);
  }

  private void set(int fd, int level, int option, int value, String call) {
    ErrorNumber.check(calls.setsockopt(fd, level, option, value), call);
  }

  /**
   * <pre>
   * struct ip_mreqn { be32 group; be32 address; int ifindex; };
   * struct ipv6_mreq { u8 group[16]; int ifindex; };
   * </pre>
   */
  private MemorySegment membership(Arena arena, IpAddress group) {
    boolean ipv4 = family == IpFamily.V4;
    MemorySegment membership = arena.allocate(ipv4 ? MEMBERSHIP_BYTES : MEMBERSHIP_6_BYTES, 4);
    byte[] bytes = group.toBytes();
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, membership, 0, bytes.length);
    membership.set(JAVA_INT, ipv4 ? 8 : 16, deviceIndex);
    return membership;
  }
}
