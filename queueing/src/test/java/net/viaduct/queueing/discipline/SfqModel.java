package net.viaduct.queueing.discipline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * SFQ without perturbation as net/sched/sch_sfq.c does it, with one queue for each flow: slow and
 * obvious. Of several longest queues the one that became so last loses a packet.
 */
final class SfqModel {
  private final int limit;
  private final int depth;
  private final int quantum;
  private final Map<Integer, Queue> queues = new HashMap<>();
  private final List<Queue> ring = new ArrayList<>();
  private int packets;
  private long moment;
  final List<Integer> dropped = new ArrayList<>();

  private static final class Queue {
    final int flow;
    final List<int[]> items = new ArrayList<>();
    long allot;
    long changed;

    Queue(int flow) {
      this.flow = flow;
    }
  }

  SfqModel(int limit, int depth, int quantum) {
    this.limit = limit;
    this.depth = depth;
    this.quantum = quantum;
  }

  void enqueue(int id, int flow, int bytes) {
    Queue queue = queues.computeIfAbsent(flow, Queue::new);
    if (queue.items.size() >= depth) {
      dropped.add(id);
      return;
    }
    queue.items.add(new int[] {id, bytes});
    queue.changed = moment++;
    packets++;
    if (queue.items.size() == 1) {
      queue.allot = quantum;
      ring.add(queue);
    }
    if (packets > limit) {
      drop();
    }
  }

  private void drop() {
    int longest = ring.stream().mapToInt(q -> q.items.size()).max().orElseThrow();
    Queue victim = ring.get(0);
    if (longest > 1) {
      long latest = -1;
      for (Queue queue : ring) {
        if (queue.items.size() == longest && queue.changed > latest) {
          latest = queue.changed;
          victim = queue;
        }
      }
    }
    dropped.add(victim.items.remove(victim.items.size() - 1)[0]);
    victim.changed = moment++;
    packets--;
    if (victim.items.isEmpty()) {
      ring.remove(victim);
      queues.remove(victim.flow);
    }
  }

  @Nullable Integer dequeue() {
    while (!ring.isEmpty()) {
      Queue queue = ring.get(0);
      if (queue.allot <= 0) {
        queue.allot += quantum;
        ring.remove(0);
        ring.add(queue);
        continue;
      }
      int[] item = queue.items.remove(0);
      queue.changed = moment++;
      packets--;
      if (queue.items.isEmpty()) {
        ring.remove(0);
        queues.remove(queue.flow);
      } else {
        queue.allot -= item[1];
      }
      return item[0];
    }
    return null;
  }
}
