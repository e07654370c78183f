package net.viaduct.lab.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import net.viaduct.io.Frame;
import net.viaduct.io.Port;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;
import net.viaduct.io.linux.MappedMemory;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.TreeConfig;
import net.viaduct.runtime.CountersFile;
import org.junit.jupiter.api.Test;

/** A link allocates nothing for a frame, whatever becomes of it. */
class LinkAllocationTest {
  private static final int CYCLES = 20_000;
  private static final long CYCLE_NS = 100_000;
  private static final int FRAMES = 8;
  private static final int FRAME_BYTES = 400;

  /** Gives as many frames each time, and takes all. */
  private static final class SteadyPort implements Port {
    private long taken;

    @Override
    public String name() {
      return "steady";
    }

    @Override
    public int mtuBytes() {
      return 1_500;
    }

    @Override
    public int[] descriptors() {
      return new int[0];
    }

    @Override
    public int receive(ReceiveBatch batch) {
      for (int i = 0; i < FRAMES; i++) {
        batch.frame(i).reset();
        batch.frame(i).lengthBytes(FRAME_BYTES);
      }
      return FRAMES;
    }

    @Override
    public void send(SendBatch batch) {
      for (int i = 0; i < batch.size(); i++) {
        batch.result(i, SendResult.SENT);
      }
      taken += batch.size();
    }

    @Override
    public long lostInKernel() {
      return 0;
    }

    @Override
    public void close() {}
  }

  @Test
  void shouldAllocateNothingForAFrame() throws IOException {
    LinkShape shape =
        LinkShape.CABLE
            .withRate(200_000_000) // less than comes, so that the queue drops too
            .withDelay(1_000_000, 100_000)
            .withFaults(0.01, 0.01, 0.01)
            .withQueue(TreeConfig.of(QueueConfig.FqCodel.DEFAULT));
    LinkCounters counters = LinkCounters.unlisted("link");
    SteadyPort port = new SteadyPort();
    try (CountersFile queues = CountersFile.anonymous();
        MappedMemory memory = new MappedMemory(32L * Frame.SLOT_BYTES);
        LinkDirection direction =
            new LinkDirection(
                port, port, new LinkCarrier.Direction("link", shape, counters), queues, 1)) {
      ReceiveBatch batch = new ReceiveBatch(memory.segment(), 32);
      long now = carry(direction, batch, 0);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();
      carry(direction, batch, now);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(port.taken).isGreaterThan(CYCLES);
      assertThat(counters.droppedFrames(LinkDrop.QUEUE)).isPositive();
      assertThat(allocated / (double) (CYCLES * FRAMES))
          .as("bytes for a frame, a few for the measuring itself")
          .isLessThan(0.1);
    }
  }

  private static long carry(LinkDirection direction, ReceiveBatch batch, long startNs) {
    long now = startNs;
    for (int i = 0; i < CYCLES; i++) {
      now += CYCLE_NS;
      direction.receive(batch, now);
      direction.deliver(now);
    }
    return now;
  }
}
