package net.viaduct.io.linux;

import java.lang.foreign.Arena;
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
import net.viaduct.io.SendResult;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.runtime.DistinctErrors;

/**
 * A tap device that exists as long as this port. Owned as {@link Port} says; {@link #name()} and
 * {@link #lostInKernel()} may be called from any.
 *
 * <p>The kernel hands super-frames over with checksums unfinished, and takes them so. With a queue
 * for each of many threads each flow comes by one of them ({@link QueueRule}).
 */
public final class TapPort implements Port {
  /**
   * The largest super-frame that the network stack makes: its segments, each with the headers of a
   * tunnel and its own, are to fit the 65,507 bytes of one UDP message. TCP takes off 321 bytes for
   * headers (MAX_TCP_HEADER), then whole segments: 43 of 1,448 bytes.
   */
  private static final int SUPER_FRAME_BYTES = 62_720;

  private final Arena arena = Arena.ofShared();
  private final SystemCalls calls = new SystemCalls();
  private final String name;
  private final int index;
  private final QueueDescriptors opened;
  private final int fd;
  private final TapQueue first;
  private final List<TapQueue> read = new ArrayList<>();
  private final List<PortQueue> queues = new ArrayList<>();
  private final DeviceMtu mtu;
  private final DistinctErrors distinctErrors;
  private final ThreadSenders senders = new ThreadSenders(this::newSender);
  private final PortSender sender;
  private final DeviceStatistics statistics;
  private final Object statisticsMonitor = new Object();
  private final AtomicLong unusable = new AtomicLong();
  private final TapWhereabouts whereabouts;

  /** Held while the device is asked where it is, which takes longer than the data path may wait. */
  private final Object placeMonitor = new Object();

  /** Written with both monitors, read with either. */
  private boolean closed;

  /** Makes the device with one queue. */
  public TapPort(String name, int mtuBytes, DistinctErrors errors) {
    this(name, mtuBytes, errors, 1);
  }

  /**
   * Makes the device, in the calling thread's namespace, and sets it up.
   *
   * @param name 1 to 15 bytes
   * @param mtuBytes 68 to 65535
   * @param errors where errors of sending go that have no {@link SendResult} of their own
   * @param readers how many queues it is to have, 1 to 256; where the kernel cannot keep flows
   *     apart it has one
   * @throws net.viaduct.io.IoFailure if the kernel refuses, or a device of that name exists
   */
  public TapPort(String name, int mtuBytes, DistinctErrors errors, int readers) {
    this.name = name;
    this.distinctErrors = errors;
    opened = open(name, mtuBytes, readers);
    fd = opened.all().getFirst();
    DeviceMtu openedMtu = null;
    try (InterfaceRequests requests = new InterfaceRequests()) {
      index = ErrorNumber.check(requests.index(name), "open tap " + name);
      openedMtu = new DeviceMtu(name);
      statistics = new DeviceStatistics(index);
    } catch (RuntimeException e) {
      if (openedMtu != null) {
        openedMtu.close();
      }
      opened.close(calls);
      arena.close();
      throw e;
    }
    mtu = openedMtu;
    for (int queue : opened.all()) {
      read.add(new TapQueue(queue, unusable, arena, errors));
    }
    first = read.getFirst();
    queues.add(this);
    queues.addAll(read.subList(1, read.size()));
    whereabouts = new TapWhereabouts(fd);
    limitSuperFrames();
    sender = senders.of(0);
  }

  private QueueDescriptors open(String name, int mtuBytes, int readers) {
    try {
      return TapQueues.open(calls, name, mtuBytes, readers);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** As large as what leaves as one message; where that is refused, a message more is sent. */
  private void limitSuperFrames() {
    try (Rtnetlink rtnetlink = NetlinkSocket.openRtnetlink()) {
      rtnetlink.links().largestSuperFrame(index, SUPER_FRAME_BYTES);
    } catch (IoFailure e) {
      distinctErrors.record(e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  /** The device's index in the namespace where it was made. */
  public int index() {
    return index;
  }

  /**
   * Whether there is no device any more: somebody deleted it, or this port is closed. One that was
   * moved to another namespace, or renamed, is still there. Any thread.
   */
  public boolean isGone() {
    synchronized (statisticsMonitor) {
      return closed || TapDevice.isGone(fd);
    }
  }

  /**
   * Changes the MTU of the device wherever it is, also if it was renamed or moved to another
   * namespace; does nothing if it is gone. Any thread.
   *
   * @throws IoFailure if the kernel refuses, or EPERM if it is where this process must not go
   */
  public void changeMtu(int mtuBytes) {
    synchronized (placeMonitor) {
      Integer result =
          closed
              ? null
              : whereabouts.ask((requests, device) -> requests.setMtuBytes(device, mtuBytes));
      if (result != null) {
        ErrorNumber.check(result, "change the MTU of tap " + name + " to " + mtuBytes);
        mtu.told(mtuBytes);
      }
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

  /** Whether many frames of the first queue are read by one call. */
  boolean readsMany() {
    return first.readsMany();
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
    return new TapSender(
        opened.forSender(thread), mtu, new SendErrors(distinctErrors, call()), arena);
  }

  private String call() {
    return "send to tap " + name;
  }

  @Override
  public long lostInKernel() {
    synchronized (statisticsMonitor) {
      return (closed ? 0 : statistics.txDropped()) + unusable.get();
    }
  }

  @Override
  public void close() {
    synchronized (placeMonitor) {
      synchronized (statisticsMonitor) {
        if (closed) {
          return;
        }
        closed = true;
        statistics.close();
      }
    }
    mtu.close();
    read.forEach(TapQueue::close);
    opened.close(calls);
    arena.close();
  }
}
