package net.viaduct.io.memory;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.Offload;
import net.viaduct.io.Port;
import net.viaduct.io.PortQueue;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.MacAddress;
import net.viaduct.wire.VlanTag;
import org.jspecify.annotations.Nullable;

/**
 * The twin of a port: what a machine sends and receives is {@link #inject injected} and {@link
 * #take taken}. Any thread may call any method; a lock keeps it whole.
 *
 * <p>With several queues, frames of one source and destination come by the same one, and what goes
 * to a group by the first.
 */
public final class MemoryPort implements Port, MemorySource {
  /** Ethernet's. */
  public static final int DEFAULT_MTU_BYTES = 1500;

  private static final int DEFAULT_QUEUE_FRAMES = 1000;

  private final String name;
  private final List<Queue> queues = new ArrayList<>();
  private final ArrayDeque<MemoryFrame> toMachine = new ArrayDeque<>();
  private int queueFrames = DEFAULT_QUEUE_FRAMES;
  private int mtuBytes = DEFAULT_MTU_BYTES;
  private @Nullable SendResult refusal;
  private long lost;
  private boolean closed;

  /** A port with a machine behind it that is silent. */
  public MemoryPort(String name) {
    this(name, 1);
  }

  /** A port with so many queues and a machine behind it that is silent. */
  public MemoryPort(String name, int queues) {
    this.name = name;
    for (int i = 0; i < queues; i++) {
      this.queues.add(new Queue());
    }
  }

  /** What the machine has sent, as far as it comes by one queue. */
  private final class Queue implements PortQueue, MemorySource {
    private final ArrayDeque<MemoryFrame> frames = new ArrayDeque<>();

    @Override
    public boolean isReady() {
      synchronized (MemoryPort.this) {
        return !frames.isEmpty();
      }
    }

    @Override
    public int receive(ReceiveBatch batch) {
      synchronized (MemoryPort.this) {
        int count = 0;
        while (count < batch.capacity() && !frames.isEmpty()) {
          frames.remove().copyTo(batch.frame(count++));
        }
        return count;
      }
    }
  }

  private Queue queueOf(MemoryFrame frame) {
    MemorySegment bytes = MemorySegment.ofArray(frame.bytes());
    if (frame.lengthBytes() < EthernetHeader.SIZE_BYTES) {
      return queues.getFirst();
    }
    long to = EthernetHeader.destination(bytes, 0);
    long from = EthernetHeader.source(bytes, 0);
    int queue = MacAddress.isGroup(to) ? 0 : Long.hashCode(31 * to + from);
    return queues.get(Math.floorMod(queue, queues.size()));
  }

  /**
   * The machine sends a frame.
   *
   * @return false if the queue is full, and the frame is lost
   */
  public synchronized boolean inject(MemoryFrame frame) {
    ArrayDeque<MemoryFrame> queue = queueOf(frame).frames;
    if (queue.size() >= queueFrames) {
      lost++;
      return false;
    }
    queue.add(frame);
    return true;
  }

  /** The machine sends a frame that is finished. */
  public boolean inject(byte[] frame) {
    return inject(MemoryFrame.of(frame));
  }

  /** The machine receives a frame; null if there is none. */
  public synchronized @Nullable MemoryFrame take() {
    return toMachine.poll();
  }

  /** The machine receives all that there is. */
  public synchronized List<MemoryFrame> takeAll() {
    List<MemoryFrame> all = new ArrayList<>(toMachine);
    toMachine.clear();
    return all;
  }

  /** How many frames fit into the queue of each direction. */
  public synchronized void queueFrames(int value) {
    queueFrames = value;
  }

  /** Sets the MTU. */
  public synchronized void mtuBytes(int value) {
    mtuBytes = value;
  }

  /** Every frame that is sent gets this result from now on; null for the true one. */
  public synchronized void refuse(@Nullable SendResult result) {
    refusal = result;
  }

  /** Whether it was closed. */
  public synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public synchronized int mtuBytes() {
    return mtuBytes;
  }

  @Override
  public boolean isReady() {
    return queues.getFirst().isReady();
  }

  @Override
  public int receive(ReceiveBatch batch) {
    return queues.getFirst().receive(batch);
  }

  @Override
  public List<PortQueue> queues() {
    List<PortQueue> all = new ArrayList<>(queues);
    all.set(0, this);
    return all;
  }

  /** Whether nothing that the machine has sent waits in any of the queues. */
  public synchronized boolean isEmpty() {
    return queues.stream().allMatch(queue -> queue.frames.isEmpty());
  }

  @Override
  public synchronized void send(SendBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      batch.result(i, send(MemoryFrame.copyOf(batch, i)));
    }
  }

  private SendResult send(MemoryFrame frame) {
    if (refusal != null) {
      return refusal;
    }
    int payload = frame.lengthBytes() - EthernetHeader.SIZE_BYTES - tagBytes(frame);
    if (payload > mtuBytes && frame.segmentation() == Offload.NONE) {
      return SendResult.TOO_BIG;
    }
    if (toMachine.size() >= queueFrames) {
      return SendResult.FULL;
    }
    toMachine.add(frame);
    return SendResult.SENT;
  }

  private static int tagBytes(MemoryFrame frame) {
    return VlanTag.isPresent(MemorySegment.ofArray(frame.bytes()), 0, frame.lengthBytes())
        ? VlanTag.SIZE_BYTES
        : 0;
  }

  @Override
  public synchronized long lostInKernel() {
    return lost;
  }

  @Override
  public synchronized void close() {
    closed = true;
    queues.forEach(queue -> queue.frames.clear());
  }
}
