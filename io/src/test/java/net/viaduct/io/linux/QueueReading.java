package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import net.viaduct.io.Frame;
import net.viaduct.io.Port;
import net.viaduct.io.PortQueue;
import net.viaduct.io.ReceiveBatch;

/** Reads all queues of a port, and says which frame came by which. */
final class QueueReading implements AutoCloseable {
  private static final int SLOTS = 64;
  private static final long PATIENCE_NS = Duration.ofSeconds(5).toNanos();

  private final List<PortQueue> queues;
  private final EpollReadiness readiness = new EpollReadiness();
  private final MappedMemory memory = new MappedMemory((long) SLOTS * Frame.SLOT_BYTES);
  private final ReceiveBatch batch = new ReceiveBatch(memory.segment(), SLOTS);

  QueueReading(Port port) {
    queues = port.queues();
    queues.forEach(queue -> readiness.add(queue, 1));
  }

  /**
   * By which queue each of these frames came; of several that are the same the first came first.
   */
  List<Integer> next(List<byte[]> wanted) {
    Map<String, ArrayDeque<Integer>> found = new HashMap<>();
    Map<String, Integer> missing = new HashMap<>();
    wanted.forEach(frame -> missing.merge(hex(frame), 1, Integer::sum));
    long end = System.nanoTime() + PATIENCE_NS;
    while (!missing.isEmpty()) {
      assertThat(System.nanoTime() - end).as("frames that did not come: %s", missing).isNegative();
      for (int queue = 0; queue < queues.size(); queue++) {
        int count = queues.get(queue).receive(batch);
        for (int i = 0; i < count; i++) {
          String frame = hex(Frames.bytes(batch.frame(i)));
          if (missing.computeIfPresent(frame, (_, left) -> left == 1 ? null : left - 1) != null
              || wanted.stream().anyMatch(it -> hex(it).equals(frame))) {
            found.computeIfAbsent(frame, _ -> new ArrayDeque<>()).add(queue);
          }
        }
      }
      if (!missing.isEmpty()) {
        readiness.await(new int[1], Duration.ofMillis(100).toNanos());
      }
    }
    List<Integer> all = new ArrayList<>();
    wanted.forEach(frame -> all.add(found.get(hex(frame)).remove()));
    assertThat(found.values()).as("frames that came twice").allMatch(ArrayDeque::isEmpty);
    return all;
  }

  private static String hex(byte[] frame) {
    return HexFormat.of().formatHex(frame);
  }

  @Override
  public void close() {
    readiness.close();
    memory.close();
  }
}
