package net.viaduct.queueing.discipline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * FQ-CoDel as RFC 8290 and the pseudo-code of RFC 8289 tell it, slow and obvious: lists of lists,
 * and a queue for each flow for ever. Knows nothing of the code that it judges.
 */
final class CodelModel {
  private final long targetNs;
  private final long intervalNs;
  private final int quantum;
  private final Map<Integer, Queue> queues = new HashMap<>();
  private final List<Queue> newQueues = new ArrayList<>();
  private final List<Queue> oldQueues = new ArrayList<>();
  private int maxPacket;
  final List<Integer> dropped = new ArrayList<>();
  final List<Integer> marked = new ArrayList<>();

  record Item(int id, int flow, int bytes, boolean ect, long enqueuedNs) {}

  private static final class Queue {
    final ArrayDeque<Item> items = new ArrayDeque<>();
    long credits;
    double firstAboveTime;
    double dropNext;
    int count;
    int lastCount;
    boolean dropping;

    long bytes() {
      return items.stream().mapToLong(Item::bytes).sum();
    }
  }

  private record Verdict(@Nullable Item item, boolean okToDrop) {}

  CodelModel(long targetNs, long intervalNs, int quantum) {
    this.targetNs = targetNs;
    this.intervalNs = intervalNs;
    this.quantum = quantum;
  }

  void enqueue(Item item) {
    maxPacket = Math.max(maxPacket, item.bytes());
    Queue queue = queues.computeIfAbsent(item.flow(), f -> new Queue());
    queue.items.add(item);
    if (!newQueues.contains(queue) && !oldQueues.contains(queue)) {
      queue.credits = quantum;
      newQueues.add(queue);
    }
  }

  @Nullable Item dequeue(long nowNs) {
    while (true) {
      List<Queue> list = newQueues.isEmpty() ? oldQueues : newQueues;
      if (list.isEmpty()) {
        return null;
      }
      Queue queue = list.get(0);
      if (queue.credits <= 0) {
        queue.credits += quantum;
        list.remove(0);
        oldQueues.add(queue);
        continue;
      }
      Item item = codel(queue, nowNs);
      if (item == null) {
        boolean wasNew = list == newQueues;
        list.remove(0);
        if (wasNew && !oldQueues.isEmpty()) {
          oldQueues.add(queue);
        }
        continue;
      }
      queue.credits -= item.bytes();
      return item;
    }
  }

  private Verdict doDequeue(Queue queue, double now) {
    Item item = queue.items.poll();
    if (item == null) {
      return new Verdict(null, false);
    }
    double sojourn = now - item.enqueuedNs();
    if (sojourn < targetNs || queue.bytes() <= maxPacket) {
      queue.firstAboveTime = 0;
    } else if (queue.firstAboveTime == 0) {
      queue.firstAboveTime = now + intervalNs;
    } else if (now >= queue.firstAboveTime) {
      return new Verdict(item, true);
    }
    return new Verdict(item, false);
  }

  private double controlLaw(double t, int count) {
    return t + Math.floor(intervalNs / Math.sqrt(count));
  }

  private @Nullable Item codel(Queue queue, double now) {
    Verdict r = doDequeue(queue, now);
    if (r.item() == null) {
      queue.dropping = false;
      return null;
    }
    if (queue.dropping) {
      if (!r.okToDrop()) {
        queue.dropping = false;
        return r.item();
      }
      while (now >= queue.dropNext && queue.dropping) {
        queue.count++;
        if (r.item().ect()) {
          marked.add(r.item().id());
          queue.dropNext = controlLaw(queue.dropNext, queue.count);
          return r.item();
        }
        dropped.add(r.item().id());
        r = doDequeue(queue, now);
        if (r.item() == null || !r.okToDrop()) {
          queue.dropping = false;
        } else {
          queue.dropNext = controlLaw(queue.dropNext, queue.count);
        }
        if (r.item() == null) {
          return null;
        }
      }
      return r.item();
    }
    if (r.okToDrop()) {
      if (r.item().ect()) {
        marked.add(r.item().id());
      } else {
        dropped.add(r.item().id());
        r = doDequeue(queue, now);
      }
      queue.dropping = true;
      int delta = queue.count - queue.lastCount;
      queue.count = 1;
      if (delta > 1 && now - queue.dropNext < 16.0 * intervalNs) {
        queue.count = delta;
      }
      queue.dropNext = controlLaw(now, queue.count);
      queue.lastCount = queue.count;
    }
    return r.item();
  }
}
