package net.viaduct.lab.link;

/**
 * Decides which of the frames that wait for a link is the next one. Owned by the thread that
 * carries the link. Time comes with each call.
 */
public interface LinkQueue {
  /** Takes a frame over; it, or others, may be dropped at once or later. */
  void enqueue(int slot, long nowNs);

  /** Gives the next frame away; {@link FrameStore#NONE} if there is none that may go now. */
  int dequeue(long nowNs);

  /** Whether nothing waits. */
  boolean isEmpty();

  /** Gets the frames that a queue gives up. */
  @FunctionalInterface
  interface Drops {
    /** A frame will not be sent; its slot is free from now on. */
    void dropped(int slot);
  }
}
