package net.viaduct.lab.link;

/** What waits for a link, and how much of it. Immutable. */
public sealed interface QueueShape {
  /** As long as a device's queue usually is. */
  QueueShape DEFAULT = new Fifo(1_000, Long.MAX_VALUE);

  /**
   * First in, first out; what comes when it is full is dropped.
   *
   * @param packets that may wait, at least 1
   * @param bytes that may wait, at least 1
   */
  record Fifo(int packets, long bytes) implements QueueShape {
    /** Checks the limits. */
    public Fifo {
      if (packets < 1 || packets > FrameStore.MOST_FRAMES / 2 || bytes < 1) {
        throw new IllegalArgumentException(
            "a queue is for 1 to " + FrameStore.MOST_FRAMES / 2 + " packets and at least 1 byte");
      }
    }
  }
}
