package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import net.viaduct.io.Frame;
import net.viaduct.io.IoFailure;
import net.viaduct.io.Port;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.NetworkOrder;
import net.viaduct.wire.VlanTag;

/**
 * A tap device that exists as long as this port. Owned by one data-path thread; {@link #name()} and
 * {@link #lostInKernel()} may be called from any.
 *
 * <p>The kernel hands super-frames over with checksums unfinished, and takes them so. A header says
 * what is left to be done: it is read into the headroom in front of the frame, and written from
 * memory of its own, because the frame's headroom may hold a tunnel header at that time.
 */
public final class TapPort implements Port {
  /** Destination, source, type, and two VLAN tags. */
  private static final int LINK_HEADER_BYTES = 22;

  private static final int IOVEC_BYTES = 16;

  /**
   * The largest super-frame that the network stack makes: its segments, each with the headers of a
   * tunnel and its own, are to fit the 65,507 bytes of one UDP message. TCP takes off 321 bytes for
   * headers (MAX_TCP_HEADER), then whole segments: 43 of 1,448 bytes.
   */
  private static final int SUPER_FRAME_BYTES = 62_720;

  /** The kernel's header, and the frame; or header, addresses, VLAN tag, and what follows. */
  private static final int VECTORS = 2;

  private static final int TAGGED_VECTORS = 4;

  private final Arena arena = Arena.ofShared();
  private final SystemCalls calls = new SystemCalls();
  private final MemorySegment header = arena.allocate(VirtioNetHeader.SIZE_BYTES, 8);
  private final MemorySegment vectors = arena.allocate((long) TAGGED_VECTORS * IOVEC_BYTES, 8);
  private final MemorySegment tag = arena.allocate(VlanTag.SIZE_BYTES, 8);
  private final String name;
  private final int index;
  private final int fd;
  private final int[] descriptors;
  private final DeviceMtu mtu;
  private final SendErrors errors;
  private final DeviceStatistics statistics;
  private final Object statisticsMonitor = new Object();
  private final AtomicLong unusable = new AtomicLong();
  private boolean closed;

  /**
   * Makes the device, in the calling thread's namespace, and sets it up.
   *
   * @param name 1 to 15 bytes
   * @param mtuBytes 68 to 65535
   * @param errors where errors of sending go that have no {@link SendResult} of their own
   * @throws net.viaduct.io.IoFailure if the kernel refuses, or a device of that name exists
   */
  public TapPort(String name, int mtuBytes, DistinctErrors errors) {
    this.name = name;
    this.errors = new SendErrors(errors, "send to tap " + name);
    fd = create(name, mtuBytes);
    descriptors = new int[] {fd};
    DeviceMtu openedMtu = null;
    try (InterfaceRequests requests = new InterfaceRequests()) {
      index = ErrorNumber.check(requests.index(name), "open tap " + name);
      openedMtu = new DeviceMtu(name);
      statistics = new DeviceStatistics(index);
    } catch (RuntimeException e) {
      if (openedMtu != null) {
        openedMtu.close();
      }
      calls.close(fd);
      arena.close();
      throw e;
    }
    mtu = openedMtu;
    limitSuperFrames();
    vector(0, header.address(), VirtioNetHeader.SIZE_BYTES);
  }

  private int create(String name, int mtuBytes) {
    try {
      return TapDevice.create(calls, name, mtuBytes);
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
      errors.record(e);
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
    int count = 0;
    for (Frame frame = batch.pack(0); frame != null; frame = batch.pack(count)) {
      int room = Frame.SLOT_BYTES - Frame.HEADROOM_BYTES;
      long at = frame.start() - VirtioNetHeader.SIZE_BYTES;
      long bytes =
          calls.read(fd, frame.memory().address() + at, (long) room + VirtioNetHeader.SIZE_BYTES);
      if (bytes < 0) {
        break;
      }
      frame.lengthBytes(Math.max(0, (int) bytes - VirtioNetHeader.SIZE_BYTES));
      if (VirtioNetHeader.read(frame.memory(), at, frame)) {
        count++;
      } else {
        unusable.incrementAndGet();
      }
    }
    return count;
  }

  @Override
  public void send(SendBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      batch.result(i, send(batch, i));
    }
  }

  private SendResult send(SendBatch batch, int index) {
    Frame frame = batch.frame(index);
    if (isTooBig(frame, batch.lengthBytes(index))) {
      return SendResult.TOO_BIG;
    }
    VirtioNetHeader.write(header, 0, frame, batch.growthBytes(index));
    long at = frame.memory().address() + frame.start();
    int count = VECTORS;
    if (batch.isAsItIs(index)) {
      vector(1, at, frame.lengthBytes());
    } else {
      int addresses = EthernetHeader.ADDRESSES_SIZE_BYTES;
      int leftOut = addresses + batch.leftOutBytes(index);
      NetworkOrder.i32(tag, 0, batch.tag(index));
      vector(1, at, addresses);
      vector(2, tag.address(), batch.tag(index) == SendBatch.NO_TAG ? 0 : VlanTag.SIZE_BYTES);
      vector(3, at + leftOut, frame.lengthBytes() - leftOut);
      count = TAGGED_VECTORS;
    }
    long result = calls.writev(fd, vectors.address(), count);
    return result >= 0 ? SendResult.SENT : errors.resultOf((int) result);
  }

  private void vector(int index, long address, long bytes) {
    vectors.set(JAVA_LONG, (long) index * IOVEC_BYTES, address);
    vectors.set(JAVA_LONG, (long) index * IOVEC_BYTES + 8, bytes);
  }

  private boolean isTooBig(Frame frame, int lengthBytes) {
    if (frame.offload().isSuperFrame()) {
      return false;
    }
    int payloadBytes = lengthBytes - LINK_HEADER_BYTES;
    return payloadBytes > mtu.bytes() && payloadBytes > mtu.askedBytes();
  }

  @Override
  public long lostInKernel() {
    synchronized (statisticsMonitor) {
      return (closed ? 0 : statistics.txDropped()) + unusable.get();
    }
  }

  @Override
  public void close() {
    synchronized (statisticsMonitor) {
      if (closed) {
        return;
      }
      closed = true;
      statistics.close();
    }
    mtu.close();
    calls.close(fd);
    arena.close();
  }
}
