package net.viaduct.lab.link;

/**
 * Frames on their way, the one that arrives first in front; those that arrive at the same time in
 * the order in which they left. A binary heap in arrays. Owned by the thread that carries the link.
 */
final class DelayLine {
  private final long[] dueNs = new long[FrameStore.MOST_FRAMES];
  private final long[] orders = new long[FrameStore.MOST_FRAMES];
  private final int[] slots = new int[FrameStore.MOST_FRAMES];
  private int size;
  private long left;

  boolean isEmpty() {
    return size == 0;
  }

  /** When the next one arrives. */
  long nextNs() {
    return dueNs[0];
  }

  void add(int slot, long arrivalNs) {
    long order = left++;
    int at = size++;
    while (at > 0) {
      int parent = (at - 1) / 2;
      if (isBefore(dueNs[parent], orders[parent], arrivalNs, order)) {
        break;
      }
      move(parent, at);
      at = parent;
    }
    set(at, slot, arrivalNs, order);
  }

  /** Takes the one that arrives next out. */
  int remove() {
    int first = slots[0];
    size--;
    long lastDue = dueNs[size];
    long lastOrder = orders[size];
    int lastSlot = slots[size];
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      int other = child + 1;
      if (other < size && isBefore(dueNs[other], orders[other], dueNs[child], orders[child])) {
        child = other;
      }
      if (isBefore(lastDue, lastOrder, dueNs[child], orders[child])) {
        break;
      }
      move(child, at);
      at = child;
    }
    set(at, lastSlot, lastDue, lastOrder);
    return first;
  }

  /** By difference, since a clock may overflow. */
  private static boolean isBefore(long due, long order, long otherDue, long otherOrder) {
    long difference = due - otherDue;
    return difference != 0 ? difference < 0 : order < otherOrder;
  }

  private void move(int from, int to) {
    set(to, slots[from], dueNs[from], orders[from]);
  }

  private void set(int at, int slot, long due, long order) {
    slots[at] = slot;
    dueNs[at] = due;
    orders[at] = order;
  }
}
