package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.viaduct.io.Port;
import net.viaduct.io.PortQueue;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.runtime.DistinctErrors;

/** The queues of a tap that was made without a port around them. */
final class TwinQueues implements Port {
  private final SystemCalls calls = new SystemCalls();
  private final Arena arena = Arena.ofShared();
  private final int[] descriptors;
  private final List<TapQueue> queues;

  TwinQueues(int[] descriptors) {
    this.descriptors = descriptors;
    AtomicLong unusable = new AtomicLong();
    DistinctErrors errors = new DistinctErrors(System::nanoTime);
    queues =
        Arrays.stream(descriptors)
            .mapToObj(descriptor -> new TapQueue(descriptor, unusable, arena, errors))
            .toList();
  }

  /** Writes a frame by a queue. */
  void write(int queue, byte[] frame) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(VirtioNetHeader.SIZE_BYTES + (long) frame.length);
      MemorySegment.copy(
          MemorySegment.ofArray(frame), 0, bytes, VirtioNetHeader.SIZE_BYTES, frame.length);
      long result = calls.write(descriptors[queue], bytes.address(), bytes.byteSize());
      ErrorNumber.check((int) result, "write by queue " + queue);
    }
  }

  @Override
  public List<PortQueue> queues() {
    return List.copyOf(queues);
  }

  @Override
  public String name() {
    return "p0";
  }

  @Override
  public int mtuBytes() {
    return 1500;
  }

  @Override
  public int[] descriptors() {
    return queues.getFirst().descriptors();
  }

  @Override
  public int receive(ReceiveBatch batch) {
    return queues.getFirst().receive(batch);
  }

  @Override
  public void send(SendBatch batch) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long lostInKernel() {
    return 0;
  }

  @Override
  public void close() {
    queues.forEach(TapQueue::close);
    Arrays.stream(descriptors).forEach(calls::close);
    arena.close();
  }
}
