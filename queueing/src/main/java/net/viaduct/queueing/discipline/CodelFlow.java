package net.viaduct.queueing.discipline;

import net.viaduct.queueing.Packet;
import net.viaduct.queueing.PacketList;
import net.viaduct.queueing.QueueDrop;
import net.viaduct.queueing.config.QueueConfig;
import org.jspecify.annotations.Nullable;

/**
 * The queue of one flow, under CoDel (RFC 8289 section 5). Owned by the thread that owns the tree.
 *
 * <p>The names are those of the RFC's pseudo-code.
 */
final class CodelFlow {
  /** In no list of flows. */
  static final int IDLE = 0;

  /** In the list of new flows. */
  static final int NEW = 1;

  /** In the list of old flows. */
  static final int OLD = 2;

  private static final int RECENT_INTERVALS = 16;

  private final PacketList packets = new PacketList();
  @Nullable CodelFlow next;
  long flow;
  int list = IDLE;
  long credit;
  private int guests;
  private boolean above;
  private long firstAboveNs;
  private boolean dropping;
  private long dropNextNs;
  private long count;
  private long lastCount;

  CodelFlow() {}

  /** Another flow is here from now on. */
  void begin(long newFlow) {
    flow = newFlow;
    above = false;
    dropping = false;
    dropNextNs = 0;
    count = 0;
    lastCount = 0;
  }

  /** A packet begins to wait here, of this flow or of one that found no queue of its own. */
  void add(Packet packet) {
    packets.add(packet);
    if (packet.flow() != flow) {
      guests++;
    }
  }

  /** Takes the first packet out; null if there is none. */
  @Nullable Packet poll() {
    Packet packet = packets.poll();
    if (packet != null && packet.flow() != flow) {
      guests--;
    }
    return packet;
  }

  /** Whether packets of other flows wait here too. */
  boolean hasGuests() {
    return guests > 0;
  }

  /** How many bytes wait here, as they are on the link. */
  long linkBytes() {
    return packets.linkBytes();
  }

  /** The next packet, after others were marked or dropped; null if there is none left. */
  @Nullable Packet dequeue(long nowNs, FqCodel queue) {
    Packet packet = poll();
    if (packet == null) {
      dropping = false;
      return null;
    }
    boolean okToDrop = isOkToDrop(packet, nowNs, queue);
    if (dropping) {
      return okToDrop ? goOnDropping(packet, nowNs, queue) : stopDropping(packet);
    }
    return okToDrop ? beginDropping(packet, nowNs, queue) : packet;
  }

  private Packet stopDropping(Packet packet) {
    dropping = false;
    return packet;
  }

  private boolean isOkToDrop(Packet packet, long nowNs, FqCodel queue) {
    QueueConfig.FqCodel config = queue.config();
    long sojournNs = nowNs - packet.enqueuedNs();
    if (sojournNs < config.targetNs() || packets.linkBytes() <= queue.largestPacketBytes()) {
      above = false;
      return false;
    }
    if (!above) {
      above = true;
      firstAboveNs = nowNs + config.intervalNs();
      return false;
    }
    return nowNs - firstAboveNs >= 0;
  }

  private @Nullable Packet goOnDropping(Packet first, long nowNs, FqCodel queue) {
    Packet packet = first;
    while (dropping && nowNs - dropNextNs >= 0) {
      count++;
      if (queue.mark(packet)) {
        dropNextNs = controlLaw(dropNextNs, queue);
        return packet;
      }
      queue.drop(packet, QueueDrop.CODEL);
      Packet following = poll();
      if (following == null) {
        dropping = false;
        return null;
      }
      packet = following;
      if (isOkToDrop(packet, nowNs, queue)) {
        dropNextNs = controlLaw(dropNextNs, queue);
      } else {
        dropping = false;
      }
    }
    return packet;
  }

  private @Nullable Packet beginDropping(Packet first, long nowNs, FqCodel queue) {
    Packet packet = first;
    if (!queue.mark(packet)) {
      queue.drop(packet, QueueDrop.CODEL);
      packet = poll();
      if (packet != null) {
        isOkToDrop(packet, nowNs, queue); // it may be the moment from which the queue is short
      }
    }
    dropping = true;
    long delta = count - lastCount;
    boolean recent = nowNs - dropNextNs < RECENT_INTERVALS * queue.config().intervalNs();
    count = delta > 1 && recent ? delta : 1;
    dropNextNs = controlLaw(nowNs, queue);
    lastCount = count;
    return packet;
  }

  private long controlLaw(long fromNs, FqCodel queue) {
    return fromNs + (long) ((double) queue.config().intervalNs() / Math.sqrt((double) count));
  }
}
