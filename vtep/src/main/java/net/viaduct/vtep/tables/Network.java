package net.viaduct.vtep.tables;

import java.util.Arrays;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.encapsulation.TrafficClassPolicy;
import net.viaduct.vtep.settings.EncapsulationSettings;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.vtep.settings.TagPolicy;
import org.jspecify.annotations.Nullable;

/**
 * An overlay Ethernet on this host: its ports, where its BUM goes, whose datagrams it takes.
 * Changed by the data-path thread; any thread may read configuration, ports and counters.
 */
public final class Network {
  /** The next network in the same bucket of a {@link VniTable}. */
  @Nullable Network next;

  private final int index;
  private final int vni;
  private final CounterBlock counters;
  private volatile NetworkConfig config;
  private volatile LocalPort[] ports = {};
  private TunnelTarget[] ownTargets = {};
  private TunnelTarget[] floodTargets = {};
  private volatile Remote[] copiesTo = {};
  private volatile boolean missesGroup;
  private boolean acceptsAnySource;
  private long[] accepted = {};
  private long[] flooded = {};
  private boolean isMutual;
  private int pathMtuBytes = Integer.MAX_VALUE;
  private int smallestMtuBytes = Integer.MAX_VALUE;
  private EncapsulationType[] exceptions = {};
  private boolean portsHaveClasses;
  private boolean awaits;
  private boolean gone;

  /** A network without ports that floods nowhere and takes nothing. */
  public Network(int index, NetworkConfig config, CounterBlock counters) {
    this.index = index;
    this.vni = config.vni();
    this.config = config;
    this.counters = counters;
  }

  /** Sets what follows from a configuration. */
  public void apply(
      NetworkConfig value, TunnelTarget[] targets, boolean anySource, long[] sources) {
    config = value;
    pathMtuBytes = value.settings().path().mtuBytes().orElse(Integer.MAX_VALUE);
    exceptions = new EncapsulationType[0];
    ownTargets = targets;
    floodTargets = withCopies();
    acceptsAnySource = anySource;
    accepted = sources;
    flooded = bits(targets);
    isMutual = value.flood() instanceof FloodList.Remotes remotes && remotes.isMutual();
  }

  private static long[] bits(TunnelTarget[] targets) {
    long[] words = {};
    for (TunnelTarget target : targets) {
      if (target instanceof Remote remote) {
        int word = remote.index() >>> 6;
        words = word < words.length ? words : Arrays.copyOf(words, word + 1);
        words[word] |= 1L << remote.index();
      }
    }
    return words;
  }

  /** Remotes that cannot hear the network's group get copies beside it. Owner. */
  public void copiesTo(Remote[] remotes) {
    copiesTo = remotes;
    floodTargets = withCopies();
  }

  /** Remotes that get copies because they cannot hear the network's group; not to be changed. */
  public Remote[] copiesTo() {
    return copiesTo;
  }

  private TunnelTarget[] withCopies() {
    if (copiesTo.length == 0 || ownTargets.length == 0 || ownTargets[0] instanceof Remote) {
      return ownTargets;
    }
    TunnelTarget[] all = Arrays.copyOf(ownTargets, ownTargets.length + copiesTo.length);
    System.arraycopy(copiesTo, 0, all, ownTargets.length, copiesTo.length);
    return all;
  }

  /** Says whether the network's group could not be joined, so that others are asked for copies. */
  public void missesGroup(boolean value) {
    missesGroup = value;
  }

  /** Whether the network's group could not be joined, so that others are asked for copies. */
  public boolean missesGroup() {
    return missesGroup;
  }

  /** Remotes that do not speak what the network does, by their index; null where they do. Owner. */
  public void exceptions(EncapsulationType[] byRemote) {
    exceptions = byRemote;
  }

  private EncapsulationSettings settings() {
    return config.settings().encapsulation();
  }

  /** How frames for a remote or a group are wrapped. Owner. */
  public EncapsulationType typeFor(TunnelTarget target) {
    if (exceptions.length > 0
        && target instanceof Remote remote
        && remote.index() < exceptions.length
        && exceptions[remote.index()] != null) {
      return exceptions[remote.index()];
    }
    return settings().type();
  }

  /** Whether a sender's group means something (R25). */
  public boolean keepsGroups() {
    return settings().uses(EncapsulationType.VXLAN_GBP);
  }

  /** Whether NVGRE tells flows apart. */
  public boolean tellsFlows() {
    return settings().flowIds();
  }

  /** What becomes of DSCP and ECN. */
  public TrafficClassPolicy trafficClass() {
    return settings().trafficClass();
  }

  /** By which the FDB knows it. */
  public int index() {
    return index;
  }

  /** Its identifier on the wire. */
  public int vni() {
    return vni;
  }

  /** What is counted for it. */
  public CounterBlock counters() {
    return counters;
  }

  /** What it is to be. */
  public NetworkConfig config() {
    return config;
  }

  /** Whether frames with a VLAN tag are carried. */
  public boolean carriesTags() {
    return config.settings().tags().inner() == TagPolicy.KEEP;
  }

  /** Whether tags are taken off. */
  public boolean stripsTags() {
    return config.settings().tags().inner() == TagPolicy.STRIP;
  }

  /**
   * Whether stations are learned from the frames of a port or a remote.
   *
   * @param destination as of {@link StationEntry}
   */
  public boolean learnsAt(int destination) {
    return switch (config.stations().sources()) {
      case EVERYWHERE -> StationEntry.isPort(destination) || heeds(StationEntry.index(destination));
      case PORTS -> StationEntry.isPort(destination);
      case NOTHING -> false;
    };
  }

  /** Whether a frame for a station that nobody knows is dropped. */
  public boolean dropsUnknown() {
    return config.stations().unknown() == StationPolicy.Unknown.DROP;
  }

  /** Whether the first frame of a new station is flooded even if its destination is known. */
  public boolean announcesNew() {
    return config.stations().announcesNew();
  }

  /** Its ports; not to be changed. */
  public LocalPort[] ports() {
    return ports;
  }

  /** Where BUM goes beyond this host; not to be changed. Owner. */
  public TunnelTarget[] floodTargets() {
    return floodTargets;
  }

  /** Whether any source's datagrams are taken, so that remotes are learned. Owner. */
  public boolean acceptsAnySource() {
    return acceptsAnySource;
  }

  /** Whether datagrams of a remote are taken (R12). Owner. */
  public boolean accepts(int remote) {
    return acceptsAnySource || has(accepted, remote);
  }

  private static boolean has(long[] set, int remote) {
    int word = remote >>> 6;
    return word < set.length && ((set[word] >>> remote) & 1) != 0;
  }

  /** Whether this host floods to a remote. Owner. */
  public boolean floodsTo(int remote) {
    return has(flooded, remote);
  }

  /**
   * Whether floods of a remote are taken, and what it says about where stations are is believed.
   * Owner.
   */
  public boolean heeds(int remote) {
    return isMutual ? floodsTo(remote) : accepts(remote);
  }

  /**
   * The largest IP packet on the underlay, by configuration; {@link Integer#MAX_VALUE} if that says
   * nothing. Owner.
   */
  public int pathMtuBytes() {
    return pathMtuBytes;
  }

  /** The smallest MTU of its ports. Owner. */
  public int smallestMtuBytes() {
    return smallestMtuBytes;
  }

  /** Adds a port. */
  public void add(LocalPort port) {
    LocalPort[] more = Arrays.copyOf(ports, ports.length + 1);
    more[ports.length] = port;
    ports = more;
    findSmallestMtu();
    findClasses();
  }

  /** Takes a port away. */
  public void remove(LocalPort port) {
    ports = Arrays.stream(ports).filter(other -> other != port).toArray(LocalPort[]::new);
    findSmallestMtu();
    findClasses();
  }

  /** A port came, went, or is in another group. */
  public void findClasses() {
    boolean own = false;
    for (LocalPort port : ports) {
      own |= port.trafficClass() != null;
    }
    portsHaveClasses = own;
  }

  /** Whether a port is told other classes than the network. Owner. */
  public boolean portsHaveClasses() {
    return portsHaveClasses;
  }

  /** A port's MTU changed. */
  public void findSmallestMtu() {
    int smallest = Integer.MAX_VALUE;
    for (LocalPort port : ports) {
      smallest = Math.min(smallest, port.mtuBytes());
    }
    smallestMtuBytes = smallest;
  }

  /** Whether a station is about to come to a port here. Owner. */
  public boolean awaits() {
    return awaits;
  }

  /** Sets whether a station is about to come to a port here. Owner. */
  public void awaits(boolean value) {
    awaits = value;
  }

  /** It was taken away. Owner. */
  public void gone() {
    gone = true;
  }

  /** Whether it was taken away, so that nothing may be counted for it any more. Owner. */
  public boolean isGone() {
    return gone;
  }
}
