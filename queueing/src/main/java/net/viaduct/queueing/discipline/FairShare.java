package net.viaduct.queueing.discipline;

import java.util.Arrays;
import java.util.function.Supplier;
import net.viaduct.queueing.Discipline;
import net.viaduct.queueing.Packet;
import net.viaduct.queueing.PacketList;
import net.viaduct.queueing.classify.FlowHash;
import net.viaduct.queueing.config.QueueConfig;
import org.jspecify.annotations.Nullable;

/**
 * Weighted fairness between tenants, port groups or machines, whatever they have in their own
 * queues: deficit round robin over those who have packets waiting. Owned by the thread that owns
 * the tree; allocates nothing after its construction.
 *
 * <p>Each who sends has a place of his own, and keeps it while he has packets waiting. If all
 * places are taken, more share the place that their hash says, until nothing waits there any more:
 * nobody's packets overtake each other.
 */
public final class FairShare implements Discipline {
  private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;

  private final QueueConfig.Share config;
  private final int index;
  private final long[] weighty;
  private final int[] weights;
  private Place[] places;
  private int[] table;
  private @Nullable Place tail;
  private @Nullable Place free;

  /** One of those who share. */
  private static final class Place {
    final int number;
    final Discipline queue;
    @Nullable Place following;
    @Nullable Place nextFree;
    long who;
    int bucket;
    long deficit;
    boolean used;
    boolean shared;

    Place(int number, Discipline queue) {
      this.number = number;
      this.queue = queue;
    }
  }

  /**
   * Nobody yet.
   *
   * @param index which of a packet's shares tells who it belongs to
   * @param each makes the queue of one of them
   */
  public FairShare(QueueConfig.Share config, int index, Supplier<Discipline> each) {
    this.config = config;
    this.index = index;
    weighty = config.weights().keySet().stream().mapToLong(Long::longValue).sorted().toArray();
    weights = Arrays.stream(weighty).mapToInt(who -> weightOf(config, who)).toArray();
    places = new Place[config.most()];
    table = new int[Integer.highestOneBit(config.most() * 4 - 1)];
    for (int i = places.length - 1; i >= 0; i--) {
      Place place = new Place(i, each.get());
      places[i] = place;
      place.nextFree = free;
      free = place;
    }
  }

  private static int weightOf(QueueConfig.Share config, long who) {
    return config.weights().getOrDefault(who, 1);
  }

  /** How a discipline knows one by a field: a number is itself. */
  public static long who(long high, long low) {
    return high == 0 ? low : (high * SPREAD) ^ low;
  }

  @Override
  public void enqueue(Packet packet, long nowNs, boolean admitted) {
    Place place = placeOf(packet.share(index));
    place.queue.enqueue(packet, nowNs, admitted);
    if (place.following == null && !place.queue.isEmpty()) {
      append(place);
      place.deficit = quantumBytes(place);
    } else if (place.following == null) {
      giveBack(place);
    }
  }

  private void append(Place place) {
    Place last = tail;
    if (last == null) {
      place.following = place;
    } else {
      place.following = last.following;
      last.following = place;
    }
    tail = place;
  }

  private long quantumBytes(Place place) {
    int at = weighty.length == 0 ? -1 : Arrays.binarySearch(weighty, place.who);
    return (long) config.quantumBytes() * (at < 0 ? 1 : weights[at]);
  }

  // The table holds numbers of places plus one, by open addressing; at most half of it is used.
  private Place placeOf(long who) {
    int mask = table.length - 1;
    int at = home(who);
    while (table[at] != 0) {
      Place place = places[table[at] - 1];
      if (place.who == who) {
        return place;
      }
      at = (at + 1) & mask;
    }
    Place common = places[FlowHash.queue(who * SPREAD, places.length)];
    Place place = free;
    if (place == null || common.shared) {
      common.shared = true;
      return common;
    }
    free = place.nextFree;
    place.nextFree = null;
    place.who = who;
    place.bucket = at;
    place.used = true;
    table[at] = place.number + 1;
    return place;
  }

  private int home(long who) {
    return (int) ((who * SPREAD) >>> 40) & (table.length - 1);
  }

  private void giveBack(Place place) {
    if (!place.used) {
      return;
    }
    place.used = false;
    place.shared = false;
    place.nextFree = free;
    free = place;
    int mask = table.length - 1;
    int hole = place.bucket;
    table[hole] = 0;
    for (int at = (hole + 1) & mask; table[at] != 0; at = (at + 1) & mask) {
      Place moved = places[table[at] - 1];
      if (((at - home(moved.who)) & mask) >= ((at - hole) & mask)) {
        table[hole] = table[at];
        moved.bucket = hole;
        table[at] = 0;
        hole = at;
      }
    }
  }

  @Override
  public @Nullable Packet dequeue(long nowNs) {
    Place stopAt = null;
    while (true) {
      Place last = tail;
      if (last == null || last.following == null) {
        return null;
      }
      Place place = last.following;
      if (place.deficit <= 0) {
        place.deficit += quantumBytes(place);
        tail = place;
        continue;
      }
      Packet packet = place.queue.dequeue(nowNs);
      if (packet != null) {
        place.deficit -= packet.linkBytes();
      }
      if (place.queue.isEmpty()) {
        remove(last, place);
      }
      if (packet != null) {
        return packet;
      }
      if (place.following != null) { // its own queue holds it back
        if (place == stopAt) {
          return null;
        }
        stopAt = stopAt == null ? place : stopAt;
        tail = place;
      }
    }
  }

  private void remove(Place before, Place place) {
    if (before == place) {
      tail = null;
    } else {
      before.following = place.following;
    }
    place.following = null;
    giveBack(place);
  }

  @Override
  public boolean isEmpty() {
    return tail == null;
  }

  @Override
  public long waitNs(long nowNs) {
    Place last = tail;
    if (last == null) {
      return NOTHING_WAITS;
    }
    long leastNs = NOTHING_WAITS;
    Place place = last;
    do {
      leastNs = Math.min(leastNs, place.queue.waitNs(nowNs));
      place = place.following;
    } while (place != null && place != last && leastNs > 0);
    return leastNs;
  }

  @Override
  public void takeAll(PacketList into) {
    for (Place place : places) {
      place.queue.takeAll(into);
      place.following = null;
      giveBack(place);
    }
    tail = null;
  }

  /** Only with the same settings: the queues of those who share are made with the share. */
  @Override
  public boolean takeOver(Discipline before) {
    if (!(before instanceof FairShare other)
        || !other.config.equals(config)
        || other.index != index) {
      return false;
    }
    Place[] mine = places;
    int[] myTable = table;
    Place myFree = free;
    places = other.places;
    table = other.table;
    free = other.free;
    tail = other.tail;
    other.places = mine;
    other.table = myTable;
    other.free = myFree;
    other.tail = null;
    return true;
  }
}
