package net.viaduct.vtep.tables;

/**
 * By what readiness names the queue of a device: the index of the port that stands for the device,
 * and the number of the queue. 0 is the underlay. Stateless.
 */
public final class PortToken {
  private static final int QUEUE_SHIFT = 20;
  private static final int INDEX_MASK = (1 << QUEUE_SHIFT) - 1;

  private PortToken() {}

  /** The token of a queue. */
  public static int of(int portIndex, int queue) {
    return queue << QUEUE_SHIFT | portIndex + 1;
  }

  /** The index of the port. */
  public static int portIndex(int token) {
    return (token & INDEX_MASK) - 1;
  }

  /** The number of the queue. */
  public static int queue(int token) {
    return token >>> QUEUE_SHIFT;
  }
}
