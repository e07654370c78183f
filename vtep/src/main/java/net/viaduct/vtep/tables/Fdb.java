package net.viaduct.vtep.tables;

import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicIntegerArray;
import net.viaduct.vtep.Origin;
import net.viaduct.vtep.TableLimits;
import net.viaduct.vtep.learning.MoveDamper;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.vtep.settings.StationPolicy.WhenFull;
import org.jspecify.annotations.Nullable;

/**
 * Which station is where. Written by the data-path thread only; {@link #find}, {@link #toldInstead}
 * and {@link #walk} may be used from any thread, without locks.
 *
 * <p>The key is the network's 16-bit index on this host and the 48 bits of the MAC address, the
 * value a {@link StationEntry}. An entry that is too old, or at a port, a remote or a network that
 * was retired, counts for nothing from that moment on; {@link #sweep} takes it out later, a few
 * slots at a time. The index of what was retired must not be used again before {@link
 * #portIsDeserted} and the like say so.
 *
 * <p>In a network whose policy says so, a place that is learned counts more than one that a
 * controller told. What was told is kept aside: it holds again from the moment on when what was
 * learned is too old, or at what was retired, or when the policy does not say so any more.
 */
public final class Fdb {
  /** What {@link #find} returns for a station that nobody knows. */
  public static final long NOWHERE = StationMap.ABSENT;

  private final StationRecords records;
  private final StationMap stations;
  private final MoveDamper moves;
  private final FairForgetting forgetting;
  private final Population ports;
  private final Population remotes;
  private final Population networks;
  private final int limit;
  private final int usualAgeingSeconds;
  private final AtomicIntegerArray ageingSeconds;
  private final AtomicIntegerArray outranksTold;
  private final boolean[] refusesWhenFull;
  private long sweepSlot;
  private long forgotten;

  /**
   * An empty table.
   *
   * @param ageingSeconds how long a learned station is believed, in networks that have no time of
   *     their own; 0 for ever
   * @param seed makes the places of entries unpredictable
   */
  public Fdb(TableLimits limits, int ageingSeconds, long seed) {
    this.records = new StationRecords(limits, seed);
    this.stations = records.stations;
    this.ports = records.ports;
    this.remotes = records.remotes;
    this.networks = records.networks;
    this.moves = new MoveDamper(limits.networks(), seed);
    this.forgetting = new FairForgetting(stations, ports, remotes, networks);
    this.refusesWhenFull = new boolean[limits.networks()];
    this.limit = limits.stations();
    this.usualAgeingSeconds = ageingSeconds;
    this.ageingSeconds = new AtomicIntegerArray(limits.networks());
    this.outranksTold = new AtomicIntegerArray(limits.networks());
    for (int i = 0; i < limits.networks(); i++) {
      this.ageingSeconds.setPlain(i, ageingSeconds);
    }
  }

  /** How a network comes to know stations, from now on. Owner. */
  public void policy(int network, StationPolicy policy) {
    int seconds =
        policy
            .ageing()
            .map(ageing -> Math.toIntExact(ageing.toSeconds()))
            .orElse(usualAgeingSeconds);
    ageingSeconds.setOpaque(network, seconds);
    outranksTold.setOpaque(network, policy.outranksTold() ? 1 : 0);
    networks.limit(network, policy.limit());
    moves.policy(network, policy.moves());
    refusesWhenFull[network] = policy.whenFull() == WhenFull.REFUSE;
  }

  /** How many stations may be behind a port, if it is not the usual limit. Owner. */
  public void portLimit(int port, OptionalInt limit) {
    ports.limit(port, limit);
  }

  /** Which stations move too often. */
  public MoveDamper moves() {
    return moves;
  }

  /** What is known about a station: a {@link StationEntry}, or {@link #NOWHERE}. Any thread. */
  public long find(int network, long mac, int nowSeconds) {
    long key = StationRecords.key(network, mac);
    return believed(key, stations.get(key), nowSeconds);
  }

  /** What is believed of a station with this entry: what was told before, if it is gone. */
  long believed(long key, long entry, int nowSeconds) {
    int network = StationRecords.network(key);
    if (entry == NOWHERE || !isGone(network, entry, nowSeconds)) {
      return entry;
    }
    if (!StationEntry.isInsteadOfTold(entry)) {
      return NOWHERE;
    }
    long before = records.told(key);
    if (before == NOWHERE) {
      before = stations.get(key); // it holds again already
    }
    return before == NOWHERE || isGone(network, before, nowSeconds) ? NOWHERE : before;
  }

  /**
   * Where a controller told a station to be that was learned elsewhere: a {@link StationEntry}, or
   * {@link #NOWHERE} if it is where it was told to be, or nobody told. Any thread.
   */
  public long toldInstead(int network, long mac) {
    return records.told(StationRecords.key(network, mac));
  }

  /**
   * A frame from a station was seen (R10).
   *
   * @param mac neither zero nor a group address
   */
  public LearnOutcome learn(int network, long mac, int destination, int nowSeconds) {
    return enter(network, mac, destination, Origin.LEARNED, nowSeconds);
  }

  /** Enters a station, or what is said about it now, unless a higher origin says otherwise. */
  public LearnOutcome enter(int network, long mac, int destination, Origin origin, int nowSeconds) {
    long key = StationRecords.key(network, mac);
    long old = settled(key, nowSeconds);
    if (origin != Origin.LEARNED && StationEntry.isInsteadOfTold(old)) {
      long before = records.told(key);
      if (!origin.mayReplace(StationEntry.origin(before))) {
        return outranked(before, destination);
      }
      old = records.tellNoMore(key, old);
    }
    boolean known = old != NOWHERE && !isGone(network, old, nowSeconds);
    if (known && !mayReplace(network, origin, old)) {
      return outranked(old, destination);
    }
    if (known && StationEntry.destination(old) == destination) {
      confirm(key, old, origin, nowSeconds);
      return LearnOutcome.KNOWN;
    }
    if (known
        && origin == Origin.LEARNED
        && !moves.mayMove(key, StationEntry.destination(old), destination, nowSeconds)) {
      return LearnOutcome.HELD;
    }
    if (isBackWhereTold(key, old, destination, nowSeconds)) {
      records.holdAgain(key, old);
      return LearnOutcome.MOVED;
    }
    LearnOutcome refusal = refusal(network, old, destination);
    while (refusal != null) {
      if (!makeRoom(refusal, network, destination, nowSeconds)) {
        return refusal;
      }
      refusal = refusal(network, old, destination);
    }
    boolean keepsTold =
        known && origin == Origin.LEARNED && StationEntry.origin(old) == Origin.CONTROLLER;
    records.put(key, old, keepsTold, StationEntry.of(destination, origin, nowSeconds));
    return known ? LearnOutcome.MOVED : LearnOutcome.NEW;
  }

  private static LearnOutcome outranked(long by, int destination) {
    return StationEntry.destination(by) == destination
        ? LearnOutcome.KNOWN
        : LearnOutcome.OUTRANKED;
  }

  private boolean mayReplace(int network, Origin origin, long old) {
    return origin.mayReplace(StationEntry.origin(old))
        || (origin == Origin.LEARNED
            && StationEntry.origin(old) == Origin.CONTROLLER
            && outranksTold.getOpaque(network) != 0);
  }

  /** A station is still where it was. Where it was told to be nothing is learned. */
  private void confirm(long key, long old, Origin origin, int nowSeconds) {
    if (origin.mayReplace(StationEntry.origin(old))
        && (StationEntry.origin(old) != origin || !StationEntry.isSeenAt(old, nowSeconds))) {
      int destination = StationEntry.destination(old);
      records.confirm(key, old, StationEntry.of(destination, origin, nowSeconds));
    }
  }

  private boolean isBackWhereTold(long key, long old, int destination, int nowSeconds) {
    if (!StationEntry.isInsteadOfTold(old)) {
      return false;
    }
    long before = records.told(key);
    return StationEntry.destination(before) == destination
        && !isGone(StationRecords.network(key), before, nowSeconds);
  }

  /** The entry of a station, after what was told holds again if what was learned is gone. */
  private long settled(long key, int nowSeconds) {
    long entry = stations.get(key);
    return StationEntry.isInsteadOfTold(entry)
            && isGone(StationRecords.network(key), entry, nowSeconds)
        ? records.holdAgain(key, entry)
        : entry;
  }

  /**
   * Where a station would be after {@link #learn}, which changes nothing here.
   *
   * @return 0 if nowhere
   */
  public int destinationAfterLearning(int network, long mac, int destination, int nowSeconds) {
    long key = StationRecords.key(network, mac);
    long entry = stations.get(key);
    long old = believed(key, entry, nowSeconds);
    int before = old == NOWHERE ? 0 : StationEntry.destination(old);
    if (before == destination) {
      return destination;
    }
    boolean stays =
        old != NOWHERE
            && (!mayReplace(network, Origin.LEARNED, old) || !moves.wouldMove(key, nowSeconds));
    boolean needsNoRoom = stays || isBackWhereTold(key, entry, destination, nowSeconds);
    LearnOutcome refusal = needsNoRoom ? null : refusal(network, entry, destination);
    boolean enters =
        !stays
            && (refusal == null
                || (!refusesWhenFull[network]
                    && forgetting.hasVictim(refusal, network, destination, nowSeconds)));
    return enters ? destination : before;
  }

  private @Nullable LearnOutcome refusal(int network, long old, int destination) {
    boolean stays = old != NOWHERE && StationEntry.destination(old) == destination;
    if (!stays && records.population(destination).isFull(StationEntry.index(destination))) {
      return StationEntry.isPort(destination) ? LearnOutcome.PORT_FULL : LearnOutcome.REMOTE_FULL;
    }
    if (old != NOWHERE) {
      return null;
    }
    if (networks.isFull(network)) {
      return LearnOutcome.NETWORK_FULL;
    }
    return stations.size() >= limit ? LearnOutcome.TABLE_FULL : null;
  }

  /** Forgets a station for another one, if the network of the other wants that. */
  private boolean makeRoom(LearnOutcome full, int network, int destination, int nowSeconds) {
    if (refusesWhenFull[network]) {
      return false;
    }
    long victim = forgetting.victim(full, network, destination, nowSeconds);
    if (victim == 0) {
      return false;
    }
    forget(victim, stations.get(victim));
    forgotten++;
    return true;
  }

  /**
   * Takes a station out if it is this origin that says where it is.
   *
   * @return whether it was there
   */
  public boolean remove(int network, long mac, Origin origin) {
    long key = StationRecords.key(network, mac);
    long old = stations.get(key);
    if (old == NOWHERE) {
      return false;
    }
    boolean isBelieved = !StationEntry.isInsteadOfTold(old) || outranksTold.getOpaque(network) != 0;
    if (isBelieved && origin == StationEntry.origin(old)) {
      forget(key, old);
      return true;
    }
    if (!StationEntry.isInsteadOfTold(old) || origin != StationEntry.origin(records.told(key))) {
      return false;
    }
    long left = records.tellNoMore(key, old);
    if (!isBelieved) {
      records.takeOut(key, left);
    }
    return true;
  }

  /**
   * Takes out what is said about a station; if it was learned, what was told before holds again.
   */
  private void forget(long key, long entry) {
    if (StationEntry.isInsteadOfTold(entry)) {
      records.holdAgain(key, entry);
    } else {
      records.takeOut(key, entry);
    }
  }

  private boolean isGone(int network, long entry, int nowSeconds) {
    return isTooOld(ageingSeconds.getOpaque(network), entry, nowSeconds)
        || (StationEntry.isInsteadOfTold(entry) && outranksTold.getOpaque(network) == 0)
        || records.isRetired(network, StationEntry.destination(entry));
  }

  private static boolean isTooOld(int ageingSeconds, long entry, int nowSeconds) {
    return ageingSeconds > 0
        && StationEntry.isLearned(entry)
        && StationEntry.ageSeconds(entry, nowSeconds) > ageingSeconds;
  }

  /**
   * Looks at some slots and takes out what is gone.
   *
   * @return how many stations were taken out
   */
  public int sweep(int slots, int nowSeconds) {
    if (stations.isMigrating()) {
      stations.tidy(slots);
      return 0;
    }
    records.tidy(slots);
    int removed = 0;
    for (int i = 0; i < slots && !stations.isMigrating(); i++) {
      if (sweepSlot >= stations.capacity()) {
        sweepSlot = 0;
      }
      long entry = stations.valueAt(sweepSlot);
      long key = stations.keyAt(sweepSlot);
      sweepSlot++;
      if (entry != NOWHERE && sweep(key, nowSeconds)) {
        removed++;
      }
    }
    return removed;
  }

  private boolean sweep(long key, int nowSeconds) {
    long entry = settled(key, nowSeconds);
    if (isGone(StationRecords.network(key), entry, nowSeconds)) {
      records.takeOut(key, entry);
      return true;
    }
    if (StationEntry.isInsteadOfTold(entry)
        && isGone(StationRecords.network(key), records.told(key), nowSeconds)) {
      records.tellNoMore(key, entry);
    }
    return false;
  }

  /** How many slots a whole sweep has. Owner. */
  public long capacity() {
    return stations.capacity();
  }

  /** Whether stations wait to be swept away because of what they are at. Owner. */
  public boolean hasRetiredStations() {
    return ports.retiredStations() + remotes.retiredStations() + networks.retiredStations() > 0;
  }

  /** Stations that have an entry, those that were not swept away yet among them. Owner. */
  public int size() {
    return stations.size();
  }

  /** How many stations were forgotten for others until now. Owner. */
  public long forgotten() {
    return forgotten;
  }

  /** Stations behind a port; any thread. */
  public int countAtPort(int port) {
    return ports.count(port);
  }

  /** Stations behind a remote; any thread. */
  public int countAtRemote(int remote) {
    return remotes.count(remote);
  }

  /** Stations in a network; any thread. */
  public int countInNetwork(int network) {
    return networks.count(network);
  }

  /** The stations behind a port count for nothing from now on. */
  public void retirePort(int port) {
    ports.retire(port);
  }

  /** The stations behind a remote count for nothing from now on. */
  public void retireRemote(int remote) {
    remotes.retire(remote);
  }

  /** The stations in a network count for nothing from now on. */
  public void retireNetwork(int network) {
    networks.retire(network);
  }

  /** Whether nobody is left at a port that was retired; if so, its index can be used again. */
  public boolean portIsDeserted(int port) {
    return revive(ports, port);
  }

  /** Whether nobody is left at a remote that was retired; if so, its index can be used again. */
  public boolean remoteIsDeserted(int remote) {
    return revive(remotes, remote);
  }

  /** Whether nobody is left in a network that was retired; if so, its index can be used again. */
  public boolean networkIsDeserted(int network) {
    return revive(networks, network);
  }

  private static boolean revive(Population population, int index) {
    if (!population.isDeserted(index)) {
      return false;
    }
    population.revive(index);
    return true;
  }

  /**
   * A walk over what is told of the stations that were learned elsewhere; any thread, which closes
   * it.
   */
  public FdbWalk walkTold() {
    return new FdbWalk(this, records.walkTold());
  }

  /** A walk over the stations that are there; any thread, which closes it. */
  public FdbWalk walk() {
    return new FdbWalk(this, stations.cursor());
  }
}
