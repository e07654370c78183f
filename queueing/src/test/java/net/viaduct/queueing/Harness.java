package net.viaduct.queueing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.viaduct.queueing.config.TreeConfig;
import net.viaduct.queueing.tree.QueueTree;
import net.viaduct.runtime.CountersCapacity;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.ManualClock;
import org.jspecify.annotations.Nullable;

/**
 * A tree between sources and a link in virtual time: packets come when told, and leave as fast as
 * the tree gives them away, or as the link takes them. Owned by the test.
 */
public final class Harness {
  private final ArrayDeque<Packet> free = new ArrayDeque<>();
  private final Map<Integer, Integer> flowOfSlot = new LinkedHashMap<>();
  private final Map<Integer, Integer> numberOfSlot = new LinkedHashMap<>();
  private final Map<Integer, Integer> numbers = new LinkedHashMap<>();
  private final QueueTree tree;
  public final List<Sent> sent = new ArrayList<>();
  public final List<Sent> dropped = new ArrayList<>();
  private int slots;
  public long nowNs = 1_000_000_000_000L;
  private long linkBusyUntilNs = nowNs;

  /** A packet that left. */
  public record Sent(int flow, int number, long atNs, long waitedNs, int bytes) {}

  public Harness(TreeConfig config) {
    tree =
        new QueueTree(
            config,
            CountersFile.anonymous(CountersCapacity.forBlocks(8_192), new ManualClock()),
            "",
            (packet, reason) -> {
              dropped.add(gone(packet));
              free.push(packet);
            },
            new SplittableRandom(1));
  }

  public QueueTree tree() {
    return tree;
  }

  /** A packet of a flow comes. */
  public Packet arrive(int flow, byte[] frame) {
    Packet packet = free.isEmpty() ? new Packet(slots++) : free.pop();
    TestFrames.into(packet, frame);
    flowOfSlot.put(packet.slot(), flow);
    numberOfSlot.put(packet.slot(), numbers.merge(flow, 1, Integer::sum));
    tree.enqueue(packet, nowNs);
    return packet;
  }

  /** As {@link #arrive}, with a mark. */
  public void arrive(int flow, int mark, byte[] frame) {
    Packet packet = free.isEmpty() ? new Packet(slots++) : free.pop();
    TestFrames.into(packet, frame).origin(0, mark);
    flowOfSlot.put(packet.slot(), flow);
    numberOfSlot.put(packet.slot(), numbers.merge(flow, 1, Integer::sum));
    tree.enqueue(packet, nowNs);
  }

  /** The next packet leaves; null if none may now. */
  public @Nullable Sent leave() {
    Packet packet = tree.dequeue(nowNs);
    if (packet == null) {
      return null;
    }
    Sent gone = gone(packet);
    sent.add(gone);
    free.push(packet);
    return gone;
  }

  private Sent gone(Packet packet) {
    return new Sent(
        flowOfSlot.getOrDefault(packet.slot(), -1),
        numberOfSlot.getOrDefault(packet.slot(), -1),
        nowNs,
        nowNs - packet.enqueuedNs(),
        packet.linkBytes());
  }

  /**
   * Time goes by, in which packets leave when the tree allows it and the link is free.
   *
   * @param linkBitsPerSecond 0 for a link without limit
   */
  public void run(long forNs, long linkBitsPerSecond) {
    long endNs = nowNs + forNs;
    while (true) {
      long linkNs = linkBitsPerSecond == 0 ? 0 : Math.max(0, linkBusyUntilNs - nowNs);
      long waitNs = Math.max(linkNs, tree.waitNs(nowNs));
      if (waitNs > endNs - nowNs) {
        nowNs = endNs;
        return;
      }
      nowNs += waitNs;
      Sent gone = leave();
      if (gone == null) {
        if (tree.waitNs(nowNs) == 0) {
          nowNs++; // it dropped all that it had
        }
      } else if (linkBitsPerSecond > 0) {
        linkBusyUntilNs = nowNs + gone.bytes() * 8_000_000_000L / linkBitsPerSecond;
      }
    }
  }

  public long sentBytes(int flow) {
    return sent.stream().filter(s -> s.flow() == flow).mapToLong(Sent::bytes).sum();
  }

  /** Fails if a packet of a flow left before one of it that came earlier. */
  public static void requireOrder(List<Sent> packets) {
    Map<Integer, Integer> last = new LinkedHashMap<>();
    for (Sent packet : packets) {
      Integer before = last.put(packet.flow(), packet.number());
      if (before != null && before >= packet.number()) {
        throw new AssertionError(
            "flow %d: packet %d after %d".formatted(packet.flow(), packet.number(), before));
      }
    }
  }

  /** Jain's index of fairness: 1 if all are equal. */
  public static double jain(long... shares) {
    double sum = 0;
    double squares = 0;
    for (long share : shares) {
      sum += share;
      squares += (double) share * share;
    }
    return sum * sum / (shares.length * squares);
  }
}
