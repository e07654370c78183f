package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import net.viaduct.io.IoFailure;
import net.viaduct.io.Port;
import net.viaduct.io.PortQueue;
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
  private final String name;
  private final int index;
  private final QueueDescriptors opened;
  private final PacketQueue first;
  private final List<PortQueue> queues = new ArrayList<>();
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

  /** Takes a device with one queue. */
  public PacketPort(String device, DistinctErrors errors) {
    this(device, errors, 1);
  }

  /**
   * Takes a device of the calling thread's namespace.
   *
   * @param errors where errors of sending go that have no {@link SendResult} of their own
   * @param readers how many threads may read it; there are at most 8 queues
   * @throws IoFailure if there is no such device or the kernel refuses
   */
  public PacketPort(String device, DistinctErrors errors, int readers) {
    this.name = device;
    this.distinctErrors = errors;
    DeviceMtu openedMtu = null;
    DeviceIsolation openedIsolation = null;
    try {
      index = indexOf(device);
      openedMtu = new DeviceMtu(device);
      // isolated first, so that the network stack sees nothing that the port sees as well
      openedIsolation = DeviceIsolation.of(device, index);
      opened = PacketSockets.open(device, index, readers);
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
    first = new PacketQueue(opened.all().getFirst(), unusable, arena);
    queues.add(this);
    for (int i = 1; i < opened.all().size(); i++) {
      queues.add(new PacketQueue(opened.all().get(i), unusable, arena));
    }
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
    return first.descriptors();
  }

  @Override
  public int receive(ReceiveBatch batch) {
    return first.receive(batch);
  }

  @Override
  public List<PortQueue> queues() {
    return queues;
  }

  @Override
  public Optional<IoFailure> queuesMissing() {
    return opened.missing();
  }

  @Override
  public void send(SendBatch batch) {
    sender.send(batch);
  }

  @Override
  public PortSender sender(int thread) {
    return senders.of(thread);
  }

  /** By the thread's own queue, if there is one, so that threads do not share what counts. */
  private PortSender newSender(int thread) {
    return new PacketSender(
        opened.forSender(thread), new SendErrors(distinctErrors, call()), arena);
  }

  private String call() {
    return "send to device " + name;
  }

  @Override
  public long lostInKernel() {
    synchronized (statisticsMonitor) {
      if (!closed) {
        for (int socket : opened.all()) {
          dropped += PacketSocket.takeDrops(statisticsCalls, socket, statistics);
        }
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
    opened.close(calls);
    takeUntagged(false);
    mtu.close();
    arena.close();
  }
}
