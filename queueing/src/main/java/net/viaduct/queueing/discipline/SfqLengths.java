package net.viaduct.queueing.discipline;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * SFQ's queues by their length, so that a free one and a longest one are found at once, as the
 * kernel does (dep[] in net/sched/sch_sfq.c). Owned by the thread that owns the tree.
 */
final class SfqLengths {
  private final @Nullable SfqSlot[] firstOfLength;
  private int longest;

  /**
   * All queues, which are empty.
   *
   * @param mostPackets from there on queues count as equally long
   */
  SfqLengths(SfqSlot[] slots, int mostPackets) {
    firstOfLength = new SfqSlot[mostPackets + 1];
    for (int i = slots.length - 1; i >= 0; i--) {
      link(slots[i], 0);
    }
  }

  /** A queue without packets; null if there is none. */
  @Nullable SfqSlot free() {
    return firstOfLength[0];
  }

  /** A queue that none is longer than; the one that became so long last. */
  SfqSlot longest() {
    return Objects.requireNonNull(firstOfLength[longest]);
  }

  /** How many packets the longest one has. */
  int longestPackets() {
    return longest;
  }

  /** A queue has another number of packets than before. */
  void changed(SfqSlot slot, int before) {
    int most = firstOfLength.length - 1;
    unlink(slot, Math.min(most, before));
    int now = Math.min(most, slot.packets.size());
    link(slot, now);
    longest = Math.max(longest, now);
    while (longest > 0 && firstOfLength[longest] == null) {
      longest--;
    }
  }

  private void link(SfqSlot slot, int length) {
    SfqSlot first = firstOfLength[length];
    slot.previousOfLength = null;
    slot.nextOfLength = first;
    if (first != null) {
      first.previousOfLength = slot;
    }
    firstOfLength[length] = slot;
  }

  private void unlink(SfqSlot slot, int length) {
    SfqSlot previous = slot.previousOfLength;
    SfqSlot next = slot.nextOfLength;
    if (previous == null) {
      firstOfLength[length] = next;
    } else {
      previous.nextOfLength = next;
    }
    if (next != null) {
      next.previousOfLength = previous;
    }
  }
}
