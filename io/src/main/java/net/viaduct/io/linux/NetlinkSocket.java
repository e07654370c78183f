package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import net.viaduct.io.IoFailure;
import net.viaduct.io.netlink.Netlink;
import net.viaduct.io.netlink.NetlinkTransport;
import net.viaduct.io.nftables.IngressTable;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.io.rtnetlink.RtnetlinkGroup;
import net.viaduct.io.rtnetlink.RtnetlinkMonitor;
import org.jspecify.annotations.Nullable;

/**
 * A netlink socket of the namespace in which the opening thread is. Owned by one thread at a time.
 *
 * <pre>
 * struct sockaddr_nl { u16 family; u16 pad; u32 pid; u32 groups; };          linux/netlink.h
 * struct msghdr { void *name; u32 namelen; iovec *iov; size_t iovlen;        sys/socket.h
 *                 void *control; size_t controllen; int flags; };
 * </pre>
 */
public final class NetlinkSocket implements NetlinkTransport {
  private static final int NETLINK_ROUTE = 0;
  private static final int NETLINK_XFRM = 6;
  private static final int NETLINK_NETFILTER = 12;
  private static final int SOL_NETLINK = 270;
  private static final int ADD_MEMBERSHIP = 1;
  private static final int CAP_ACK = 10;
  private static final int EXT_ACK = 11;
  private static final int GET_STRICT_CHECK = 12;
  private static final int RECEIVE_BUFFER_BYTES = 4 << 20;
  private static final int DATAGRAM_BYTES = 1 << 16;
  private static final int SOCKADDR_BYTES = 12;
  private static final int MSGHDR_BYTES = 56;
  private static final int MSGHDR_NAME_LENGTH = 8;
  private static final int MSGHDR_FLAGS = 48;

  private final Arena arena = Arena.ofShared();
  private final SocketCalls calls = new SocketCalls(arena);
  private final MemorySegment buffer = arena.allocate(DATAGRAM_BYTES, 8);
  private final MemorySegment sender = arena.allocate(SOCKADDR_BYTES, 8);
  private final MemorySegment vector = arena.allocate(16, 8);
  private final MemorySegment header = arena.allocate(MSGHDR_BYTES, 8);
  private final int descriptor;
  private final PollCall poll;
  private int portId;

  private NetlinkSocket(int protocol) {
    int type = SocketCalls.SOCK_RAW | SocketCalls.SOCK_CLOEXEC | SocketCalls.SOCK_NONBLOCK;
    descriptor =
        ErrorNumber.check(
            calls.socket(SocketCalls.AF_NETLINK, type, protocol), "open netlink socket");
    poll = new PollCall(descriptor);
    header.set(ValueLayout.ADDRESS, 0, sender);
    header.set(ValueLayout.ADDRESS, 16, vector);
    header.set(ValueLayout.JAVA_LONG, 24, 1);
    vector.set(ValueLayout.ADDRESS, 0, buffer);
  }

  /**
   * A client for the configuration of the namespace in which this thread is.
   *
   * @throws IoFailure if the kernel refuses the socket
   */
  public static Rtnetlink openRtnetlink() {
    return new Rtnetlink(open(NETLINK_ROUTE, Set.of()));
  }

  /**
   * A monitor for what changes in the namespace in which this thread is.
   *
   * @throws IoFailure if the kernel refuses the socket
   */
  public static RtnetlinkMonitor openMonitor(Set<RtnetlinkGroup> groups) {
    return new RtnetlinkMonitor(open(NETLINK_ROUTE, groups));
  }

  /**
   * A table of nftables, not made yet, in the namespace in which this thread is.
   *
   * @throws IoFailure if the kernel refuses the socket
   */
  static IngressTable openIngressTable(String name) {
    return new IngressTable(open(NETLINK_NETFILTER, Set.of()), name);
  }

  /**
   * A client for the IPsec policies of the namespace in which this thread is.
   *
   * @throws IoFailure if the kernel refuses the socket, also because it has no IPsec
   */
  static Netlink openIpsec() {
    return new Netlink(open(NETLINK_XFRM, Set.of()));
  }

  private static NetlinkSocket open(int protocol, Set<RtnetlinkGroup> groups) {
    NetlinkSocket socket = new NetlinkSocket(protocol);
    try {
      socket.configure(groups);
      return socket;
    } catch (RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private void configure(Set<RtnetlinkGroup> groups) {
    calls.setsockopt(
        descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES);
    calls.setsockopt(descriptor, SOL_NETLINK, CAP_ACK, 1);
    calls.setsockopt(descriptor, SOL_NETLINK, EXT_ACK, 1);
    calls.setsockopt(descriptor, SOL_NETLINK, GET_STRICT_CHECK, 1);
    sender.set(ValueLayout.JAVA_SHORT, 0, (short) SocketCalls.AF_NETLINK);
    ErrorNumber.check(calls.bind(descriptor, sender), "bind netlink socket");
    ErrorNumber.check(calls.getsockname(descriptor, sender), "bind netlink socket");
    portId = sender.get(ValueLayout.JAVA_INT, 4);
    for (RtnetlinkGroup group : groups) {
      ErrorNumber.check(
          calls.setsockopt(descriptor, SOL_NETLINK, ADD_MEMBERSHIP, group.number()),
          "subscribe to rtnetlink group " + group);
    }
  }

  @Override
  public void send(byte[] datagram) {
    if (datagram.length > DATAGRAM_BYTES) {
      throw ErrorNumber.failure("send netlink request", ErrorNumber.EMSGSIZE);
    }
    MemorySegment.copy(datagram, 0, buffer, ValueLayout.JAVA_BYTE, 0, datagram.length);
    sender.fill((byte) 0); // port 0 is the kernel
    sender.set(ValueLayout.JAVA_SHORT, 0, (short) SocketCalls.AF_NETLINK);
    long sent = transfer(datagram.length, true);
    ErrorNumber.check((int) sent, "send netlink request");
  }

  @Override
  public @Nullable ByteBuffer receive(long timeoutNs) {
    boolean waited = false;
    while (true) {
      long received = transfer(DATAGRAM_BYTES, false);
      boolean fromKernel = sender.get(ValueLayout.JAVA_INT, 4) == 0;
      if (received >= 0 && fromKernel) {
        return datagram((int) received);
      }
      if (received >= 0 || received == -ErrorNumber.EINTR) {
        continue; // what another process sent us is not the kernel's word
      }
      if (received != -ErrorNumber.EAGAIN) {
        throw failure("receive from netlink", (int) -received, null);
      }
      if (waited || timeoutNs <= 0) {
        return null;
      }
      waited = poll.await(timeoutNs) >= 0;
    }
  }

  private ByteBuffer datagram(int bytes) {
    if ((header.get(ValueLayout.JAVA_INT, MSGHDR_FLAGS) & SocketCalls.MSG_TRUNC) != 0) {
      throw ErrorNumber.failure("receive from netlink", ErrorNumber.EMSGSIZE);
    }
    return buffer.asSlice(0, bytes).asByteBuffer().order(ByteOrder.nativeOrder());
  }

  private long transfer(int bytes, boolean send) {
    vector.set(ValueLayout.JAVA_LONG, 8, bytes);
    header.set(ValueLayout.JAVA_INT, MSGHDR_NAME_LENGTH, SOCKADDR_BYTES);
    header.set(ValueLayout.JAVA_INT, MSGHDR_FLAGS, 0);
    return send
        ? calls.sendmsg(descriptor, header.address(), 0)
        : calls.recvmsg(descriptor, header.address(), 0);
  }

  @Override
  public int portId() {
    return portId;
  }

  @Override
  public IoFailure failure(String call, int errno, @Nullable String detail) {
    String name = ErrorNumber.name(errno);
    String text = ErrorNumber.sentence(errno);
    if (errno == ErrorNumber.EPERM) {
      text = "needs CAP_NET_ADMIN in this namespace";
    } else if (errno == ErrorNumber.ENOBUFS) {
      text = "the kernel lost events because they were not read in time";
    }
    return new IoFailure(call, name, detail == null ? text : text + ": " + detail);
  }

  @Override
  public int[] descriptors() {
    return new int[] {descriptor};
  }

  @Override
  public void close() {
    new SystemCalls().close(descriptor);
    arena.close();
  }
}
