package net.viaduct.queueing.config;

import java.util.List;
import java.util.Map;
import net.viaduct.queueing.classify.FlowField;

/** What a discipline is to be like, with all below it. Immutable. */
public sealed interface QueueConfig {
  /** Bytes of the largest frame that a link usually carries, with its header. */
  int USUAL_FRAME_BYTES = 1_514;

  /**
   * First in, first out.
   *
   * @param packets that may wait, at least 1
   * @param bytes on the link that may wait, at least 1
   */
  record Fifo(int packets, long bytes) implements QueueConfig {
    /** As long as a device's queue usually is. */
    public static final Fifo DEFAULT = new Fifo(1_000, Long.MAX_VALUE);

    /** Checks the limits. */
    public Fifo {
      requirePositive("packets", packets);
      requirePositive("bytes", bytes);
    }
  }

  /**
   * FQ-CoDel, RFC 8290.
   *
   * @param flows how many queues, 1 to 65,536
   * @param packets that may wait in all of them
   * @param bytes on the link that may wait in all of them
   * @param targetNs how long a packet may wait
   * @param intervalNs for how long it must be longer before anything is done
   * @param quantumBytes that a flow may send in its turn
   * @param ecn whether packets of senders that speak ECN are marked instead of dropped
   */
  record FqCodel(
      int flows,
      int packets,
      long bytes,
      long targetNs,
      long intervalNs,
      int quantumBytes,
      boolean ecn)
      implements QueueConfig {
    /** What RFC 8290 recommends (R29). */
    public static final FqCodel DEFAULT =
        new FqCodel(1_024, 10_240, 32L << 20, 5_000_000, 100_000_000, USUAL_FRAME_BYTES, true);

    /** Checks the ranges. */
    public FqCodel {
      if (flows < 1 || flows > 65_536) {
        throw new IllegalArgumentException(flows + " flows are out of range; it is 1 to 65536");
      }
      requirePositive("packets", packets);
      requirePositive("bytes", bytes);
      requirePositive("target", targetNs);
      requirePositive("interval", intervalNs);
      requirePositive("quantum", quantumBytes);
      if (intervalNs < targetNs) {
        throw new IllegalArgumentException("the interval must not be shorter than the target");
      }
    }
  }

  /** What becomes of flows when SFQ begins to hash otherwise. */
  enum Perturbation {
    /**
     * As Linux does since 3.3: all packets that wait are dealt out anew. Flows that shared a queue
     * are parted, and others are put together in the middle of their lives.
     */
    REHASH,
    /**
     * As Linux did before: packets that wait stay where they are, those that come go elsewhere, and
     * may overtake them.
     */
    ABANDON,
    /**
     * Ours: a flow that has packets waiting stays where it is, and a new one takes a queue that no
     * other has. Only when there are more flows than queues do they share, and only then does the
     * hash matter, for new flows (R31).
     */
    STICKY
  }

  /**
   * Stochastic fairness queueing, as the kernel's (tc-sfq(8)).
   *
   * @param packets that may wait in all queues, at least 1
   * @param flows how many queues at once, 1 to 65,408
   * @param depthPackets that may wait in one queue
   * @param divisor of the hash: 2 to 65,536, a power of two
   * @param quantumBytes that a flow may send in its turn
   * @param headDrop whether the oldest packet of the longest queue makes room, not the newest
   * @param perturbNs how often to hash otherwise; 0 for never
   */
  record Sfq(
      int packets,
      int flows,
      int depthPackets,
      int divisor,
      int quantumBytes,
      boolean headDrop,
      long perturbNs,
      Perturbation perturbation)
      implements QueueConfig {
    /** The kernel's defaults. */
    public static final Sfq DEFAULT =
        new Sfq(127, 127, 127, 1_024, USUAL_FRAME_BYTES, false, 0, Perturbation.REHASH);

    /** Checks the ranges. */
    public Sfq {
      requirePositive("packets", packets);
      if (flows < 1 || flows > 65_408) {
        throw new IllegalArgumentException(flows + " flows are out of range; it is 1 to 65408");
      }
      requirePositive("depth", depthPackets);
      if (divisor < 2 || divisor > 65_536 || Integer.bitCount(divisor) != 1) {
        throw new IllegalArgumentException(
            "a divisor of " + divisor + " is not a power of two from 2 to 65536");
      }
      requirePositive("quantum", quantumBytes);
      if (perturbNs < 0) {
        throw new IllegalArgumentException("the time between two perturbations is negative");
      }
    }

    /** The same, which begins to hash otherwise again and again. */
    public Sfq perturbed(long everyNs, Perturbation how) {
      return new Sfq(packets, flows, depthPackets, divisor, quantumBytes, headDrop, everyNs, how);
    }
  }

  /**
   * A queue with a name, by which rules, counters and new configurations know it.
   *
   * @param name unique in a tree
   */
  record Named(String name, QueueConfig queue) {}

  /**
   * Strict priority: nothing of a band goes while something in one before it may.
   *
   * @param bands the most urgent one first, at least one
   */
  record Priority(List<Named> bands) implements QueueConfig {
    /** Copies the bands. */
    public Priority {
      bands = List.copyOf(bands);
      if (bands.isEmpty()) {
        throw new IllegalArgumentException("there are no bands");
      }
    }
  }

  /**
   * Weighted fairness between all who have packets waiting, above a queue for each of them: tenants
   * by their VNI, port groups by their mark, machines by their address.
   *
   * @param by what tells one from another
   * @param weights of those that do not weigh 1, by the field's value; of an IPv4 address {@link
   *     net.viaduct.wire.IpAddress#low()}
   * @param most how many are told apart at once; more share
   * @param quantumBytes that one of weight 1 may send in its turn
   * @param each the queue of each of them
   */
  record Share(
      FlowField by, Map<Long, Integer> weights, int most, int quantumBytes, QueueConfig each)
      implements QueueConfig {
    /** Copies the weights and checks the ranges. */
    public Share {
      weights = Map.copyOf(weights);
      if (most < 1 || most > 4_096) {
        throw new IllegalArgumentException(most + " shares are out of range; it is 1 to 4096");
      }
      requirePositive("quantum", quantumBytes);
      for (int weight : weights.values()) {
        if (weight < 1 || weight > 1_000) {
          throw new IllegalArgumentException(
              "a weight of " + weight + " is out of range; it is 1 to 1000");
        }
      }
      switch (each) {
        case Fifo _, FqCodel _, Sfq _, Share _ -> {}
        case Priority _, Htb _ ->
            throw new IllegalArgumentException(
                "below a share there is a queue or another share, no classes");
      }
    }
  }

  /** Hierarchical token buckets: classes with a rate of their own that borrow from each other. */
  record Htb(List<HtbClass> classes) implements QueueConfig {
    /** Copies the classes. */
    public Htb {
      classes = List.copyOf(classes);
      if (classes.isEmpty()) {
        throw new IllegalArgumentException("there are no classes");
      }
    }
  }

  private static void requirePositive(String what, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " of " + value + ": it is at least 1");
    }
  }
}
