package net.viaduct.queueing.discipline;

import org.jspecify.annotations.Nullable;

/**
 * Where the flows are of which packets wait: a flow stays there until none waits any more. Owned by
 * the thread that owns the tree.
 *
 * <p>Open addressing with linear probing, at most half full. Grows, and allocates, only if more
 * flows wait than were expected, which a new configuration may bring about and packets cannot.
 */
final class ActiveFlows {
  private long[] flows;
  private int[] waiting;
  private @Nullable SfqSlot[] slots;
  private int mask;
  private int size;

  /** Room for as many flows as packets may wait. */
  ActiveFlows(int most) {
    int places = Integer.highestOneBit(Math.max(2, most) * 4 - 1);
    flows = new long[places];
    waiting = new int[places];
    slots = new SfqSlot[places];
    mask = places - 1;
  }

  /** Where a flow is; null if none of its packets waits. */
  @Nullable SfqSlot slotOf(long flow) {
    return slots[find(flow)];
  }

  /** A packet of a flow waits in a queue, where those before it do if there are such. */
  void arrived(long flow, SfqSlot slot) {
    int at = find(flow);
    if (slots[at] == null) {
      if (++size * 2 > flows.length) {
        grow();
        at = find(flow);
      }
      flows[at] = flow;
      waiting[at] = 0;
    }
    slots[at] = slot;
    waiting[at]++;
  }

  private void grow() {
    long[] oldFlows = flows;
    int[] oldWaiting = waiting;
    @Nullable SfqSlot[] oldSlots = slots;
    flows = new long[oldFlows.length * 2];
    waiting = new int[flows.length];
    slots = new SfqSlot[flows.length];
    mask = flows.length - 1;
    for (int i = 0; i < oldFlows.length; i++) {
      if (oldSlots[i] != null) {
        int at = find(oldFlows[i]);
        flows[at] = oldFlows[i];
        waiting[at] = oldWaiting[i];
        slots[at] = oldSlots[i];
      }
    }
  }

  /** A packet of a flow does not wait any more. */
  void left(long flow) {
    int at = find(flow);
    if (slots[at] != null && --waiting[at] == 0) {
      remove(at);
    }
  }

  private int find(long flow) {
    int at = home(flow);
    while (slots[at] != null && flows[at] != flow) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private int home(long flow) {
    return (int) (flow >>> 20) & mask;
  }

  /** Moves those behind it up, so that no search ends at the hole. */
  private void remove(int removed) {
    int hole = removed;
    size--;
    slots[hole] = null;
    for (int at = (hole + 1) & mask; slots[at] != null; at = (at + 1) & mask) {
      int distance = (at - home(flows[at])) & mask;
      if (distance >= ((at - hole) & mask)) {
        flows[hole] = flows[at];
        waiting[hole] = waiting[at];
        slots[hole] = slots[at];
        slots[at] = null;
        hole = at;
      }
    }
  }
}
