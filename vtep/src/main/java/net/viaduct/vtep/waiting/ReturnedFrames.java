package net.viaduct.vtep.waiting;

import org.jspecify.annotations.Nullable;

/**
 * Frames that a queue let go and that came back, because what they were to leave by takes nothing
 * now. They go first when it does, in their order. Owned by the data-path thread; allocates nothing
 * after its construction.
 */
final class ReturnedFrames {
  /** No output holds more on the way at once. */
  private static final int CAPACITY = 256;

  private final Waiting[] ring = new Waiting[CAPACITY];
  private int first;
  private int size;

  /** None. */
  ReturnedFrames() {}

  /** Whether there are none. */
  boolean isEmpty() {
    return size == 0;
  }

  /** Whether there is no room for one more. */
  boolean isFull() {
    return size == CAPACITY;
  }

  /** One goes before the others; only while it is not {@link #isFull}. */
  void addFirst(Waiting waiting) {
    first = (first + CAPACITY - 1) % CAPACITY;
    ring[first] = waiting;
    size++;
    waiting.returned(true);
  }

  /** The one that goes first, which is none of them afterwards; null if there is none. */
  @Nullable Waiting poll() {
    if (size == 0) {
      return null;
    }
    Waiting waiting = ring[first];
    first = (first + 1) % CAPACITY;
    size--;
    waiting.returned(false);
    return waiting;
  }
}
