package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import net.viaduct.io.Door;
import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.Transport;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.ip.Ipv4Header;
import org.jspecify.annotations.Nullable;

/**
 * Receives by one socket for each local address and door, and one for each group and door. Owned by
 * the thread that receives by it, but for {@link #lostInKernel()} and {@link #doors()}.
 *
 * <p>The sockets that were opened first are waited for directly. All that come later are behind an
 * epoll of their own: its descriptor stays the same when they come and go, and those that have
 * nothing cost nothing.
 */
final class UnderlayReceiver implements AutoCloseable {
  private static final int MAX_READY = 16;
  private static final int EVENT_BYTES = NativePlatform.epollEventBytes();
  private static final int DATA_OFFSET = NativePlatform.epollDataOffset();

  /** {@code SO_MEMINFO} gives nine u32; the last is {@code SK_MEMINFO_DROPS}. */
  private static final int MEMORY_INFO_BYTES = 36;

  private static final int DROPS_OFFSET = 32;

  private final SystemCalls calls = new SystemCalls();
  private final SocketCalls socketCalls;
  private final ReceiveSlots slots;
  private final ReceivedControl control = new ReceivedControl();
  private final MemorySegment events;
  private final List<UnderlaySockets> locals;
  private final HomeNamespace home;
  private final DoorSockets doorSockets;
  private final int later;
  private ReceivingSocket[] first = {};
  private int turn;

  private final Object statisticsMonitor = new Object();
  private final SocketCalls statisticsCalls;
  private final MemorySegment memoryInfo;
  private final List<@Nullable ReceivingSocket> sockets = new ArrayList<>(); // within the monitor
  private final Set<IpAddress> groups = new TreeSet<>();
  private volatile Set<Door> doors = Set.of();
  private long lostBefore;
  private boolean closed;

  /**
   * A socket, and what it is for.
   *
   * @param index by which the epoll names it
   * @param group whose datagrams it receives; null for those to the local address
   */
  private record ReceivingSocket(
      int fd, int index, IpFamily family, Door door, @Nullable IpAddress group) {
    boolean isGreOverIpv4() {
      return door.transport() == Transport.GRE && family == IpFamily.V4;
    }
  }

  /**
   * Opens the doors.
   *
   * @param locals one for each local address
   * @throws net.viaduct.io.IoFailure if the kernel refuses
   */
  UnderlayReceiver(
      List<UnderlaySockets> locals,
      HomeNamespace home,
      DoorSockets doorSockets,
      Set<Door> doors,
      Arena arena) {
    this.locals = List.copyOf(locals);
    this.home = home;
    this.doorSockets = doorSockets;
    socketCalls = new SocketCalls(arena);
    statisticsCalls = new SocketCalls(arena);
    memoryInfo = arena.allocate(MEMORY_INFO_BYTES, 8);
    slots = new ReceiveSlots(arena, 0, SocketAddress.SIZE_BYTES, ReceivedControl.ROOM_BYTES);
    events = arena.allocate((long) MAX_READY * EVENT_BYTES, 8);
    later = ErrorNumber.check(calls.epollCreate(), "open epoll for underlay");
    try {
      add(openDoors(doors), false);
    } catch (RuntimeException e) {
      calls.close(later);
      throw e;
    }
    this.doors = Set.copyOf(doors);
    first = sockets.toArray(ReceivingSocket[]::new);
  }

  /** What becomes readable when there is something. */
  int[] descriptors() {
    int[] descriptors = new int[first.length + 1];
    for (int i = 0; i < first.length; i++) {
      descriptors[i] = first[i].fd;
    }
    descriptors[first.length] = later;
    return descriptors;
  }

  /** Where datagrams are let in; any thread. */
  Set<Door> doors() {
    return doors;
  }

  /** Fills slots from the first on; sockets take turns to be first. */
  int receive(ReceiveBatch batch) {
    int sources = sockets.size() == first.length ? first.length : first.length + 1;
    turn = turn + 1 < sources ? turn + 1 : 0;
    int filled = 0;
    for (int i = 0; i < sources; i++) {
      int source = turn + i < sources ? turn + i : turn + i - sources;
      filled =
          source < first.length
              ? receive(first[source], batch, filled)
              : receiveFromLater(batch, filled);
    }
    return filled;
  }

  /** Returns how many slots are filled, with those before {@code from}. */
  private int receiveFromLater(ReceiveBatch batch, int from) {
    int ready = calls.epollWait(later, events.address(), MAX_READY, 0);
    int filled = from;
    for (int i = 0; i < ready; i++) {
      int index = events.get(JAVA_INT_UNALIGNED, (long) i * EVENT_BYTES + DATA_OFFSET);
      ReceivingSocket socket = sockets.get(index);
      if (socket != null) {
        filled = receive(socket, batch, filled);
      }
    }
    return filled;
  }

  private int receive(ReceivingSocket socket, ReceiveBatch batch, int from) {
    if (from >= ReceiveSlots.capacity(batch)) {
      return from;
    }
    int count = Math.max(0, slots.receive(socketCalls, socket.fd, batch, from));
    for (int i = from; i < from + count; i++) {
      accept(socket, batch.frame(i), i);
    }
    return from + count;
  }

  private void accept(ReceivingSocket socket, Frame frame, int message) {
    slots.accept(frame, message); // a slot is larger than the largest datagram
    MessageArray messages = slots.messages();
    long name = messages.name(message);
    MemorySegment names = messages.names();
    control.read(
        messages.controls(),
        messages.control(message),
        messages.controlLengthBytes(message),
        socket.family);
    boolean gre = socket.door.transport() == Transport.GRE;
    int sourcePort = gre ? 0 : SocketAddress.port(names, name);
    frame.source(SocketAddress.high(names, name), SocketAddress.low(names, name), sourcePort);
    if (socket.isGreOverIpv4()) {
      stripIpHeader(frame);
    }
    // the filter of the socket took the content of what came without checksum, if not allowed to
    boolean checksummed = gre || socket.family == IpFamily.V4 || frame.lengthBytes() > 0;
    frame.arrived(control.trafficClass(), socket.door.port(), checksummed);
    frame.fragmented(control.isFragmented());
    if (control.datagramBytes() < frame.lengthBytes()) {
      frame.train(control.datagramBytes());
    }
  }

  /** A raw socket of IPv4 gives the IP header too, whose lengths the kernel has verified. */
  private static void stripIpHeader(Frame frame) {
    int header = Ipv4Header.sizeBytes(frame.memory(), frame.start());
    frame.strip(Math.min(header, frame.lengthBytes()));
  }

  /**
   * Lets datagrams in by these doors only.
   *
   * @throws net.viaduct.io.IoFailure if one cannot be opened: then nothing has changed
   */
  void listen(Set<Door> wanted) {
    Set<Door> missing = new TreeSet<>(wanted);
    missing.removeAll(doors);
    add(home.call(() -> openDoorsAndGroups(missing)), true);
    remove(socket -> !wanted.contains(socket.door));
    doors = Set.copyOf(wanted);
  }

  /**
   * Joins a group; nothing happens if it was joined.
   *
   * @throws net.viaduct.io.IoFailure if the kernel refuses
   */
  void join(IpAddress group) {
    if (!groups.contains(group)) {
      add(home.call(() -> openGroups(Set.of(group), doors)), true);
      groups.add(group);
    }
  }

  /** Leaves a group; nothing happens if it was not joined. */
  void leave(IpAddress group) {
    if (groups.remove(group)) {
      remove(socket -> group.equals(socket.group));
    }
  }

  /**
   * Joins all groups of a local address anew, because its device is another now.
   *
   * @throws net.viaduct.io.IoFailure if the kernel refuses: then some groups may not be joined
   */
  void rejoin(UnderlaySockets local) {
    IpFamily family = local.family();
    Set<IpAddress> all = new TreeSet<>(groups);
    all.removeIf(group -> IpFamily.of(group) != family);
    remove(socket -> socket.group != null && socket.family == family);
    add(openGroups(all, doors), true);
  }

  private List<ReceivingSocket> openDoorsAndGroups(Set<Door> missing) {
    List<ReceivingSocket> opened = openDoors(missing);
    try {
      opened.addAll(openGroups(groups, missing));
      return opened;
    } catch (RuntimeException e) {
      close(opened);
      throw e;
    }
  }

  private List<ReceivingSocket> openDoors(Set<Door> missing) {
    List<ReceivingSocket> opened = new ArrayList<>();
    try {
      for (UnderlaySockets local : locals) {
        for (Door door : new TreeSet<>(missing)) {
          opened.add(
              new ReceivingSocket(doorSockets.open(local, door), 0, local.family(), door, null));
        }
      }
      return opened;
    } catch (RuntimeException e) {
      close(opened);
      throw e;
    }
  }

  private List<ReceivingSocket> openGroups(Set<IpAddress> which, Set<Door> by) {
    List<ReceivingSocket> opened = new ArrayList<>();
    try {
      for (IpAddress group : which) {
        for (Door door : by) {
          UnderlaySockets local = localOf(group);
          opened.add(
              new ReceivingSocket(local.openGroup(group, door), 0, local.family(), door, group));
        }
      }
      return opened;
    } catch (RuntimeException e) {
      close(opened);
      throw e;
    }
  }

  private UnderlaySockets localOf(IpAddress group) {
    IpFamily family = IpFamily.of(group);
    return locals.stream()
        .filter(local -> local.family() == family)
        .findFirst()
        .orElseThrow(() ->
            ErrorNumber.failure(
                "join group " + group,
                ErrorNumber.EAFNOSUPPORT,
                "the underlay has no " + family + " address"));
  }

  private void close(List<ReceivingSocket> opened) {
    opened.forEach(socket -> calls.close(socket.fd));
  }

  /** Makes sockets ours, or closes them all. */
  private void add(List<ReceivingSocket> opened, boolean behindEpoll) {
    synchronized (statisticsMonitor) {
      for (ReceivingSocket socket : opened) {
        int free = sockets.indexOf(null);
        int index = free < 0 ? sockets.size() : free;
        ReceivingSocket placed =
            new ReceivingSocket(socket.fd, index, socket.family, socket.door, socket.group);
        if (free < 0) {
          sockets.add(placed);
        } else {
          sockets.set(index, placed);
        }
      }
    }
    if (!behindEpoll) {
      return;
    }
    for (ReceivingSocket socket : opened) {
      events.set(JAVA_INT_UNALIGNED, 0, SystemCalls.EPOLLIN);
      events.set(JAVA_INT_UNALIGNED, DATA_OFFSET, indexOf(socket.fd));
      int added = calls.epollCtl(later, SystemCalls.EPOLL_CTL_ADD, socket.fd, events.address());
      if (added < 0) {
        remove(it -> opened.stream().anyMatch(one -> one.fd == it.fd));
        throw ErrorNumber.failure("wait for " + socket.door, added);
      }
    }
  }

  private int indexOf(int fd) {
    for (ReceivingSocket socket : sockets) {
      if (socket != null && socket.fd == fd) {
        return socket.index;
      }
    }
    throw new IllegalStateException("descriptor " + fd + " is not ours");
  }

  private void remove(Predicate<ReceivingSocket> which) {
    synchronized (statisticsMonitor) {
      for (ReceivingSocket socket : List.copyOf(present())) {
        if (which.test(socket)) {
          lostBefore += drops(socket.fd);
          sockets.set(socket.index, null);
          calls.close(socket.fd);
        }
      }
    }
    List<ReceivingSocket> left = new ArrayList<>(List.of(first));
    left.removeIf(which);
    first = left.toArray(ReceivingSocket[]::new);
  }

  private List<ReceivingSocket> present() {
    List<ReceivingSocket> present = new ArrayList<>();
    for (ReceivingSocket socket : sockets) {
      if (socket != null) {
        present.add(socket);
      }
    }
    return present;
  }

  /** Datagrams that sockets dropped because they were full, or for a wrong checksum. Any thread. */
  long lostInKernel() {
    synchronized (statisticsMonitor) {
      return closed ? lostBefore : lostBefore + dropsOfAll();
    }
  }

  private long dropsOfAll() {
    long sum = 0;
    for (ReceivingSocket socket : present()) {
      sum += drops(socket.fd);
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
      close(present());
      sockets.clear();
    }
    groups.clear();
    calls.close(later);
  }
}
