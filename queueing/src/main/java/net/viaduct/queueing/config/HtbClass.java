package net.viaduct.queueing.config;

import java.util.List;
import java.util.Optional;

/**
 * A class of HTB. Immutable.
 *
 * @param name unique in a tree
 * @param rateBitsPerSecond that it has in any case
 * @param ceilBitsPerSecond that it has at most, with what it borrows; not less than the rate
 * @param burstBytes that may go at once after a pause; 0 for a millisecond's worth
 * @param quantumBytes that it may send in its turn when it shares with others; 0 for as much as
 *     suits its rate
 * @param priority who is offered what is left first: 0 to 7, 0 first
 * @param classes below it, which share its rate: theirs are not more together; empty for a leaf
 * @param queue of a leaf
 */
public record HtbClass(
    String name,
    long rateBitsPerSecond,
    long ceilBitsPerSecond,
    long burstBytes,
    int quantumBytes,
    int priority,
    List<HtbClass> classes,
    Optional<QueueConfig> queue) {
  /** How many priorities there are. */
  public static final int PRIORITIES = 8;

  private static final long LEAST_RATE = 8_000;
  private static final long LARGEST_RATE = 400_000_000_000L;
  private static final long LARGEST_BURST_BYTES = 1L << 27;
  private static final int RATE_TO_QUANTUM = 80; // as tc's r2q of 10, in bits
  private static final int LARGEST_QUANTUM_BYTES = 200_000;
  private static final long BITS_OF_BYTE_AND_PER_MS = 8_000;

  /** Checks the ranges, and that it has either classes or a queue. */
  public HtbClass {
    classes = List.copyOf(classes);
    if (rateBitsPerSecond < LEAST_RATE || rateBitsPerSecond > LARGEST_RATE) {
      throw new IllegalArgumentException(
          "a rate of " + rateBitsPerSecond + " bits a second is out of range; it is 8k to 400G");
    }
    if (ceilBitsPerSecond < rateBitsPerSecond || ceilBitsPerSecond > LARGEST_RATE) {
      throw new IllegalArgumentException(
          "a ceil of "
              + ceilBitsPerSecond
              + " bits a second is out of range; it is the rate to 400G");
    }
    if (burstBytes < 0 || burstBytes > LARGEST_BURST_BYTES) {
      throw new IllegalArgumentException(
          "a burst of " + burstBytes + " bytes is out of range; it is 0 to 128 MiB");
    }
    if (quantumBytes < 0) {
      throw new IllegalArgumentException("a quantum of " + quantumBytes + " bytes is negative");
    }
    if (priority < 0 || priority >= PRIORITIES) {
      throw new IllegalArgumentException(
          "a priority of " + priority + " is out of range; it is 0 to " + (PRIORITIES - 1));
    }
    if (classes.isEmpty() == queue.isEmpty()) {
      throw new IllegalArgumentException("'" + name + "' has either classes or a queue");
    }
    long below = classes.stream().mapToLong(HtbClass::rateBitsPerSecond).sum();
    if (below > rateBitsPerSecond) {
      throw new IllegalArgumentException(
          "the classes below '"
              + name
              + "' have rates of "
              + below
              + " bits a second together, which are more than its "
              + rateBitsPerSecond
              + "; less in 'rate', and the same in 'ceil', lets them borrow");
    }
    if (queue.isPresent() && queue.get() instanceof QueueConfig.Htb) {
      throw new IllegalArgumentException("the classes below '" + name + "' are its own classes");
    }
  }

  /** A leaf without a word about burst, quantum and priority. */
  public static HtbClass leaf(String name, long rate, long ceil, QueueConfig queue) {
    return new HtbClass(name, rate, ceil, 0, 0, 0, List.of(), Optional.of(queue));
  }

  /** A class with others below it. */
  public static HtbClass inner(String name, long rate, long ceil, HtbClass... classes) {
    return new HtbClass(name, rate, ceil, 0, 0, 0, List.of(classes), Optional.empty());
  }

  /** A class at the same place with another priority. */
  public HtbClass withPriority(int value) {
    return new HtbClass(
        name,
        rateBitsPerSecond,
        ceilBitsPerSecond,
        burstBytes,
        quantumBytes,
        value,
        classes,
        queue);
  }

  /** The burst that it has at a rate. */
  public long burstBytesAt(long bitsPerSecond) {
    return burstBytes > 0
        ? burstBytes
        : Math.max(
            2L * QueueConfig.USUAL_FRAME_BYTES,
            Math.min(LARGEST_BURST_BYTES, bitsPerSecond / BITS_OF_BYTE_AND_PER_MS));
  }

  /** The quantum that it has. */
  public int quantumBytesOrUsual() {
    return quantumBytes > 0
        ? quantumBytes
        : Math.clamp(
            rateBitsPerSecond / RATE_TO_QUANTUM,
            QueueConfig.USUAL_FRAME_BYTES,
            LARGEST_QUANTUM_BYTES);
  }
}
