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
 * Which station is where. Written by the data-path thread only; {@link #find} and {@link #walk} may
 * be used from any thread, without locks.
 *
 * <p>The key is the network's 16-bit index on this host and the 48 bits of the MAC address, the
 * value a {@link StationEntry}. An entry that is too old, or at a port, a remote or a network that
 * was retired, counts for nothing from that moment on; {@link #sweep} takes it out later, a few
 * slots at a time. The index of what was retired must not be used again before {@link
 * #portIsDeserted} and the like say so.
 */
public final class Fdb {
  /** What {@link #find} returns for a station that nobody knows. */
  public static final long NOWHERE = StationMap.ABSENT;

  private static final long MAC_MASK = 0xffff_ffff_ffffL;
  private static final int NETWORK_SHIFT = 48;

  private final StationMap stations;
  private final MoveDamper moves;
  private final FairForgetting forgetting;
  private final Population ports;
  private final Population remotes;
  private final Population networks;
  private final int limit;
  private final int usualAgeingSeconds;
  private final AtomicIntegerArray ageingSeconds;
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
    this.stations = new StationMap(limits.stations(), seed);
    this.ports = new Population(limits.ports(), limits.stationsPerPort());
    this.remotes = new Population(limits.remotes(), limits.stationsPerRemote());
    this.networks = new Population(limits.networks(), limits.stationsPerNetwork());
    this.moves = new MoveDamper(limits.networks(), seed);
    this.forgetting = new FairForgetting(stations, ports, remotes, networks);
    this.refusesWhenFull = new boolean[limits.networks()];
    this.limit = limits.stations();
    this.usualAgeingSeconds = ageingSeconds;
    this.ageingSeconds = new AtomicIntegerArray(limits.networks());
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

  private static long key(int network, long mac) {
    return (long) network << NETWORK_SHIFT | mac;
  }

  /** What is known about a station: a {@link StationEntry}, or {@link #NOWHERE}. Any thread. */
  public long find(int network, long mac, int nowSeconds) {
    long entry = stations.get(key(network, mac));
    return entry == NOWHERE || isGone(network, entry, nowSeconds) ? NOWHERE : entry;
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
    long key = key(network, mac);
    long old = stations.get(key);
    boolean known = old != NOWHERE && !isGone(network, old, nowSeconds);
    if (known && !origin.mayReplace(StationEntry.origin(old))) {
      return StationEntry.destination(old) == destination
          ? LearnOutcome.KNOWN
          : LearnOutcome.OUTRANKED;
    }
    if (known && StationEntry.destination(old) == destination) {
      if (StationEntry.origin(old) != origin || !StationEntry.isSeenAt(old, nowSeconds)) {
        stations.put(key, StationEntry.of(destination, origin, nowSeconds));
      }
      return LearnOutcome.KNOWN;
    }
    if (known
        && origin == Origin.LEARNED
        && !moves.mayMove(key, StationEntry.destination(old), destination, nowSeconds)) {
      return LearnOutcome.HELD;
    }
    LearnOutcome refusal = refusal(network, old, destination);
    while (refusal != null) {
      if (!makeRoom(refusal, network, destination, nowSeconds)) {
        return refusal;
      }
      refusal = refusal(network, old, destination);
    }
    if (old == NOWHERE) {
      networks.enter(network);
    } else {
      leave(StationEntry.destination(old));
    }
    population(destination).enter(StationEntry.index(destination));
    stations.put(key, StationEntry.of(destination, origin, nowSeconds));
    return known ? LearnOutcome.MOVED : LearnOutcome.NEW;
  }

  /**
   * Where a station would be after {@link #learn}, which changes nothing here.
   *
   * @return 0 if nowhere
   */
  public int destinationAfterLearning(int network, long mac, int destination, int nowSeconds) {
    long old = stations.get(key(network, mac));
    boolean known = old != NOWHERE && !isGone(network, old, nowSeconds);
    int before = known ? StationEntry.destination(old) : 0;
    if (before == destination) {
      return destination;
    }
    boolean stays =
        known
            && (!Origin.LEARNED.mayReplace(StationEntry.origin(old))
                || !moves.wouldMove(key(network, mac), nowSeconds));
    LearnOutcome refusal = stays ? null : refusal(network, old, destination);
    boolean enters =
        !stays
            && (refusal == null
                || (!refusesWhenFull[network]
                    && forgetting.hasVictim(refusal, network, destination, nowSeconds)));
    return enters ? destination : before;
  }

  private @Nullable LearnOutcome refusal(int network, long old, int destination) {
    boolean stays = old != NOWHERE && StationEntry.destination(old) == destination;
    if (!stays && population(destination).isFull(StationEntry.index(destination))) {
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
    takeOut(victim, stations.get(victim));
    forgotten++;
    return true;
  }

  /**
   * Takes a station out if it is this origin that says where it is.
   *
   * @return whether it was there
   */
  public boolean remove(int network, long mac, Origin origin) {
    long key = key(network, mac);
    long old = stations.get(key);
    if (old == NOWHERE || origin != StationEntry.origin(old)) {
      return false;
    }
    takeOut(key, old);
    return true;
  }

  private void takeOut(long key, long old) {
    networks.leave((int) (key >>> NETWORK_SHIFT));
    leave(StationEntry.destination(old));
    stations.put(key, StationMap.ABSENT);
  }

  private void leave(int destination) {
    population(destination).leave(StationEntry.index(destination));
  }

  private Population population(int destination) {
    return StationEntry.isPort(destination) ? ports : remotes;
  }

  private boolean isGone(int network, long entry, int nowSeconds) {
    int destination = StationEntry.destination(entry);
    return isTooOld(ageingSeconds.getOpaque(network), entry, nowSeconds)
        || population(destination).isRetired(StationEntry.index(destination))
        || networks.isRetired(network);
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
    stations.tidy(slots);
    int removed = 0;
    for (int i = 0; i < slots && !stations.isMigrating(); i++) {
      if (sweepSlot >= stations.capacity()) {
        sweepSlot = 0;
      }
      long entry = stations.valueAt(sweepSlot);
      long key = stations.keyAt(sweepSlot);
      sweepSlot++;
      if (entry != NOWHERE && isGone((int) (key >>> NETWORK_SHIFT), entry, nowSeconds)) {
        takeOut(key, entry);
        removed++;
      }
    }
    return removed;
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
    if (population.count(index) > 0) {
      return false;
    }
    population.revive(index);
    return true;
  }

  /** A walk over the stations that are there; any thread, which closes it. */
  public Walk walk() {
    return new Walk(this);
  }

  /**
   * A walk over the stations. One that is there all the time is met exactly once. Owned by the
   * thread that walks.
   */
  public static final class Walk implements AutoCloseable {
    private final Fdb fdb;
    private final StationMap.Cursor cursor;

    private Walk(Fdb fdb) {
      this.fdb = fdb;
      this.cursor = fdb.stations.cursor();
    }

    /** Goes to the next station that is not gone; false at the end. */
    public boolean next(int nowSeconds) {
      while (cursor.next()) {
        if (!fdb.isGone(network(), entry(), nowSeconds)) {
          return true;
        }
      }
      return false;
    }

    /** The index of its network. */
    public int network() {
      return (int) (cursor.key() >>> NETWORK_SHIFT);
    }

    /** Its address. */
    public long mac() {
      return cursor.key() & MAC_MASK;
    }

    /** Its {@link StationEntry}. */
    public long entry() {
      return cursor.value();
    }

    @Override
    public void close() {
      cursor.close();
    }
  }
}
