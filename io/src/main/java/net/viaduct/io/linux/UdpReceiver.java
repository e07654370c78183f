package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.TreeMap;
import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.wire.IpAddress;

/**
 * Receives from the socket of the local address and from one for each group. Owned by one data-path
 * thread, but for {@link #lostInKernel()}.
 *
 * <p>The sockets of groups are behind an epoll of their own: its descriptor stays the same when
 * groups come and go, and those that have nothing cost nothing.
 */
final class UdpReceiver implements AutoCloseable {
  private static final int MAX_READY_GROUPS = 16;
  private static final int EVENT_BYTES = NativePlatform.epollEventBytes();
  private static final int DATA_OFFSET = NativePlatform.epollDataOffset();

  /** {@code SO_MEMINFO} gives nine u32; the last is {@code SK_MEMINFO_DROPS}. */
  private static final int MEMORY_INFO_BYTES = 36;

  private static final int DROPS_OFFSET = 32;

  private final SystemCalls calls = new SystemCalls();
  private final SocketCalls sockets;
  private final ReceiveSlots slots;
  private final MemorySegment events;
  private final UdpSocket opener;
  private final HomeNamespace home;
  private final int unicast;
  private final int groupsReady;
  private boolean groupsFirst;

  private final Object statisticsMonitor = new Object();
  private final SocketCalls statisticsCalls;
  private final MemorySegment memoryInfo;
  private final Map<IpAddress, Integer> groups = new TreeMap<>(); // changed within the monitor
  private long lostBefore;
  private boolean closed;

  /**
   * Opens the socket of the local address.
   *
   * @throws net.viaduct.io.IoFailure if the kernel refuses
   */
  UdpReceiver(UdpSocket opener, Arena arena) {
    this.opener = opener;
    sockets = new SocketCalls(arena);
    statisticsCalls = new SocketCalls(arena);
    memoryInfo = arena.allocate(MEMORY_INFO_BYTES, 8);
    slots = new ReceiveSlots(arena, 0, SocketAddress4.SIZE_BYTES, 0);
    events = arena.allocate((long) MAX_READY_GROUPS * EVENT_BYTES, 8);
    home = new HomeNamespace();
    unicast = openUnicast();
    groupsReady = calls.epollCreate();
    if (groupsReady < 0) {
      calls.close(unicast);
      home.close();
      throw ErrorNumber.failure("open epoll for groups", groupsReady);
    }
  }

  private int openUnicast() {
    try {
      return opener.openReceiving();
    } catch (RuntimeException e) {
      home.close();
      throw e;
    }
  }

  /** What becomes readable when there is something; the same as long as this is open. */
  int[] descriptors() {
    return new int[] {unicast, groupsReady};
  }

  /** Fills slots from the first on; groups and the local address take turns to be first. */
  int receive(ReceiveBatch batch) {
    if (groups.isEmpty()) {
      return receive(unicast, batch, 0);
    }
    groupsFirst = !groupsFirst;
    return groupsFirst
        ? receive(unicast, batch, receiveFromGroups(batch, 0))
        : receiveFromGroups(batch, receive(unicast, batch, 0));
  }

  /** Returns how many slots are filled, with those before {@code from}. */
  private int receiveFromGroups(ReceiveBatch batch, int from) {
    int ready = calls.epollWait(groupsReady, events.address(), MAX_READY_GROUPS, 0);
    int filled = from;
    for (int i = 0; i < ready; i++) {
      int fd = events.get(JAVA_INT_UNALIGNED, (long) i * EVENT_BYTES + DATA_OFFSET);
      filled = receive(fd, batch, filled);
    }
    return filled;
  }

  private int receive(int fd, ReceiveBatch batch, int from) {
    if (from >= ReceiveSlots.capacity(batch)) {
      return from;
    }
    int count = Math.max(0, slots.receive(sockets, fd, batch, from));
    MessageArray messages = slots.messages();
    for (int i = from; i < from + count; i++) {
      Frame frame = batch.frame(i);
      slots.accept(frame, i); // a slot is larger than the largest datagram
      long name = messages.name(i);
      int addressBits = SocketAddress4.addressBits(messages.names(), name);
      int port = SocketAddress4.port(messages.names(), name);
      frame.source(0, IpAddress.ipv4Low(addressBits), port);
    }
    return from + count;
  }

  /**
   * Joins a group; nothing happens if it was joined.
   *
   * @throws net.viaduct.io.IoFailure if the kernel refuses
   */
  void join(IpAddress group) {
    if (groups.containsKey(group)) {
      return;
    }
    int fd = home.call(() -> opener.openGroup(group));
    events.set(JAVA_INT_UNALIGNED, 0, SystemCalls.EPOLLIN);
    events.set(JAVA_INT_UNALIGNED, DATA_OFFSET, fd);
    int added = calls.epollCtl(groupsReady, SystemCalls.EPOLL_CTL_ADD, fd, events.address());
    if (added < 0) {
      calls.close(fd);
      throw ErrorNumber.failure("wait for group " + group, added);
    }
    synchronized (statisticsMonitor) {
      groups.put(group, fd);
    }
  }

  /** Leaves a group; nothing happens if it was not joined. */
  void leave(IpAddress group) {
    synchronized (statisticsMonitor) {
      Integer fd = groups.remove(group);
      if (fd != null) {
        lostBefore += drops(fd);
        calls.close(fd);
      }
    }
  }

  /** Datagrams that sockets dropped because they were full, or for a wrong checksum. Any thread. */
  long lostInKernel() {
    synchronized (statisticsMonitor) {
      return closed ? lostBefore : lostBefore + dropsOfAll();
    }
  }

  private long dropsOfAll() {
    long sum = drops(unicast);
    for (int fd : groups.values()) {
      sum += drops(fd);
    }
    return sum;
  }

  private long drops(int fd) {
    int level = SocketCalls.SOL_SOCKET;
    int result = statisticsCalls.getsockopt(fd, level, SocketCalls.SO_MEMINFO, memoryInfo);
    return result < 0 ? 0 : Integer.toUnsignedLong(memoryInfo.get(JAVA_INT, DROPS_OFFSET));
  }

  @Override
  public void close() {
    synchronized (statisticsMonitor) {
      lostBefore += dropsOfAll();
      closed = true;
      groups.values().forEach(calls::close);
      groups.clear();
    }
    calls.close(groupsReady);
    calls.close(unicast);
    home.close();
  }
}
