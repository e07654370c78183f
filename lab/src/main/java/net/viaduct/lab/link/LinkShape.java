package net.viaduct.lab.link;

import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.TreeConfig;

/**
 * What one direction of an emulated link is like. Immutable.
 *
 * @param rateBitsPerSecond how fast bits leave; 0 for as fast as they come
 * @param overheadBytes what the link adds to each frame, which counts against the rate: 24 for
 *     preamble, checksum and gap of Ethernet
 * @param delayNs from the last bit's leaving to its arrival
 * @param jitterNs by how much at most the delay is longer or shorter, each as likely; frames keep
 *     their order all the same
 * @param loss how likely a frame does not arrive, 0 to 1
 * @param duplication how likely it arrives twice, 0 to 1
 * @param reordering how likely it goes without the delay, ahead of those before it, 0 to 1
 * @param queue what waits for the link: how much of it, and what goes first
 */
public record LinkShape(
    long rateBitsPerSecond,
    int overheadBytes,
    long delayNs,
    long jitterNs,
    double loss,
    double duplication,
    double reordering,
    TreeConfig queue) {
  /** A cable: nothing is limited, late or lost. */
  public static final LinkShape CABLE =
      new LinkShape(0, 0, 0, 0, 0, 0, 0, TreeConfig.of(QueueConfig.Fifo.DEFAULT));

  private static final long LARGEST_RATE = 100_000_000_000L;
  private static final long LONGEST_DELAY_NS = 10_000_000_000L;
  private static final double BITS_NS_PER_BYTE = 8e9;

  /** Checks the ranges. */
  public LinkShape {
    if (rateBitsPerSecond != 0 && (rateBitsPerSecond < 8_000 || rateBitsPerSecond > LARGEST_RATE)) {
      throw new IllegalArgumentException(
          "a rate of " + rateBitsPerSecond + " bits a second is out of range; it is 8k to 100G");
    }
    if (overheadBytes < 0 || overheadBytes > 200) {
      throw new IllegalArgumentException(
          "an overhead of " + overheadBytes + " bytes is out of range; it is 0 to 200");
    }
    if (delayNs < 0 || delayNs > LONGEST_DELAY_NS) {
      throw new IllegalArgumentException("a delay is not negative and at most 10 s");
    }
    if (jitterNs < 0 || jitterNs > delayNs) {
      throw new IllegalArgumentException("jitter is not negative and at most as long as the delay");
    }
    requireLikelihood("loss", loss);
    requireLikelihood("duplication", duplication);
    requireLikelihood("reordering", reordering);
  }

  private static void requireLikelihood(String what, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(what + " of " + value + " is not within 0 to 1");
    }
  }

  /** The same with this rate. */
  public LinkShape withRate(long bitsPerSecond) {
    return new LinkShape(
        bitsPerSecond, overheadBytes, delayNs, jitterNs, loss, duplication, reordering, queue);
  }

  /** The same with this delay. */
  public LinkShape withDelay(long ns, long jitter) {
    return new LinkShape(
        rateBitsPerSecond, overheadBytes, ns, jitter, loss, duplication, reordering, queue);
  }

  /** The same with these misfortunes. */
  public LinkShape withFaults(double lost, double duplicated, double reordered) {
    return new LinkShape(
        rateBitsPerSecond, overheadBytes, delayNs, jitterNs, lost, duplicated, reordered, queue);
  }

  /** The same with this queue. */
  public LinkShape withQueue(TreeConfig value) {
    return new LinkShape(
        rateBitsPerSecond, overheadBytes, delayNs, jitterNs, loss, duplication, reordering, value);
  }

  /** How long a frame takes to leave. */
  long transmissionNs(int frameBytes) {
    return rateBitsPerSecond == 0
        ? 0
        : Math.round((frameBytes + overheadBytes) * (BITS_NS_PER_BYTE / rateBitsPerSecond));
  }

  /** The least time between the end of waiting and the arrival of a frame that is not reordered. */
  long leastDelayNs() {
    return reordering > 0 ? 0 : delayNs - jitterNs;
  }
}
