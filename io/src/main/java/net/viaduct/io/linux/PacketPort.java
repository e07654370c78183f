package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import net.viaduct.io.Frame;
import net.viaduct.io.IoFailure;
import net.viaduct.io.Port;
import net.viaduct.io.PortSender;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.runtime.DistinctErrors;
import org.jspecify.annotations.Nullable;

/**
 * A device that exists, as a port: what it receives comes from the port, what is sent leaves the
 * device. Owned as {@link Port} says; {@link #name()}, {@link #isolationFailure()} and {@link
 * #lostInKernel()} may be called from any.
 *
 * <p>While it is a port the device is promiscuous, and the host's own network stack does not see
 * what it receives. Both end with the port, or with the process.
 */
public final class PacketPort implements Port {
  private final Arena arena = Arena.ofShared();
  private final SystemCalls calls = new SystemCalls();
  private final SocketCalls sockets = new SocketCalls(arena);
  private final ReceiveSlots slots =
      new ReceiveSlots(arena, VirtioNetHeader.SIZE_BYTES, 0, PacketAuxiliaryData.CONTROL_BYTES);
  private final String name;
  private final int index;
  private final int fd;
  private final int[] descriptors;
  private final DeviceMtu mtu;
  private final DistinctErrors distinctErrors;
  private final ThreadSenders senders = new ThreadSenders(this::newSender);
  private final PortSender sender;
  private volatile @Nullable DeviceIsolation isolation;
  private final AtomicLong unusable = new AtomicLong();
  private final Object statisticsMonitor = new Object();
  private final SocketCalls statisticsCalls = new SocketCalls(arena);
  private final MemorySegment statistics = arena.allocate(8, 8);
  private long dropped;
  private boolean closed;

  /**
   * Takes a device of the calling thread's namespace.
   *
   * @param errors where errors of sending go that have no {@link SendResult} of their own
   * @throws IoFailure if there is no such device or the kernel refuses
   */
  public PacketPort(String device, DistinctErrors errors) {
    this.name = device;
    this.distinctErrors = errors;
    DeviceMtu openedMtu = null;
    DeviceIsolation openedIsolation = null;
    try {
      index = indexOf(device);
      openedMtu = new DeviceMtu(device);
      // isolated first, so that the network stack sees nothing that the port sees as well
      openedIsolation = DeviceIsolation.of(device, index);
      fd = PacketSocket.open(sockets, device, index);
      descriptors = new int[] {fd};
    } catch (RuntimeException e) {
      if (openedIsolation != null) {
        openedIsolation.close();
      }
      if (openedMtu != null) {
        openedMtu.close();
      }
      arena.close();
      throw e;
    }
    mtu = openedMtu;
    isolation = openedIsolation;
    sender = senders.of(0);
  }

  private static int indexOf(String device) {
    try (InterfaceRequests requests = new InterfaceRequests()) {
      int found = requests.index(device);
      if (found == -ErrorNumber.ENODEV) {
        throw ErrorNumber.failure(
            "open device " + device, found, "no device of that name is in this namespace");
      }
      return ErrorNumber.check(found, "open device " + device);
    }
  }

  @Override
  public String name() {
    return name;
  }

  /** The device's index. */
  public int index() {
    return index;
  }

  /**
   * Why the host's own network stack sees what the device receives as well; empty if it does not.
   */
  public Optional<IoFailure> isolationFailure() {
    DeviceIsolation now = isolation;
    return now == null ? Optional.empty() : Optional.ofNullable(now.failure());
  }

  /**
   * While only VLANs of the device belong to the port, the device stays the host's: its network
   * stack ignores tags for which it has no device of its own.
   */
  @Override
  public void takeUntagged(boolean taken) {
    DeviceIsolation before = isolation;
    if (taken && before == null) {
      isolation = DeviceIsolation.of(name, index);
    } else if (!taken && before != null) {
      isolation = null;
      before.close();
    }
  }

  @Override
  public int mtuBytes() {
    return mtu.askedBytes();
  }

  @Override
  public int[] descriptors() {
    return descriptors;
  }

  @Override
  public int receive(ReceiveBatch batch) {
    int count = slots.receive(sockets, fd, batch, 0);
    if (count == -ErrorNumber.EINVAL) {
      unusable.incrementAndGet(); // a super-frame of a kind that virtio_net_hdr cannot tell
    }
    for (int i = 0; i < count; i++) {
      if (!accept(batch.frame(i), i)) {
        return acceptOthers(batch, i, count);
      }
    }
    return Math.max(0, count);
  }

  private boolean accept(Frame frame, int message) {
    long header = frame.start() - VirtioNetHeader.SIZE_BYTES;
    if (!slots.accept(frame, message) || !VirtioNetHeader.read(frame.memory(), header, frame)) {
      return false;
    }
    MessageArray messages = slots.messages();
    if (messages.controlLengthBytes(message) >= PacketAuxiliaryData.SIZE_BYTES) {
      PacketAuxiliaryData.restoreTag(messages.controls(), messages.control(message), frame);
    }
    return true;
  }

  /** The rare case: a frame in the middle cannot be used, so those behind it move up. */
  private int acceptOthers(ReceiveBatch batch, int unusableAt, int count) {
    int kept = unusableAt;
    unusable.incrementAndGet();
    for (int i = unusableAt + 1; i < count; i++) {
      if (accept(batch.frame(i), i)) {
        batch.frame(kept++).copyFrom(batch.frame(i));
      } else {
        unusable.incrementAndGet();
      }
    }
    return kept;
  }

  @Override
  public void send(SendBatch batch) {
    sender.send(batch);
  }

  @Override
  public PortSender sender(int thread) {
    return senders.of(thread);
  }

  private PortSender newSender() {
    return new PacketSender(fd, new SendErrors(distinctErrors, call()), arena);
  }

  private String call() {
    return "send to device " + name;
  }

  @Override
  public long lostInKernel() {
    synchronized (statisticsMonitor) {
      if (!closed) {
        dropped += PacketSocket.takeDrops(statisticsCalls, fd, statistics);
      }
      return dropped + unusable.get();
    }
  }

  @Override
  public void close() {
    synchronized (statisticsMonitor) {
      if (closed) {
        return;
      }
      closed = true;
    }
    calls.close(fd);
    takeUntagged(false);
    mtu.close();
    arena.close();
  }
}
