package net.viaduct.vtep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.viaduct.io.IoFailure;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.runtime.CounterValues;
import net.viaduct.vtep.control.Groups;
import net.viaduct.vtep.counting.Layouts;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.learning.Flap;
import net.viaduct.vtep.moving.MovingStations;
import net.viaduct.vtep.multicast.SnoopedNetworks;
import net.viaduct.vtep.show.FlapStatus;
import net.viaduct.vtep.show.GroupStatus;
import net.viaduct.vtep.show.MovingStatus;
import net.viaduct.vtep.show.MulticastStatus;
import net.viaduct.vtep.show.NetworkStatus;
import net.viaduct.vtep.show.PortStatus;
import net.viaduct.vtep.show.RemoteStatus;
import net.viaduct.vtep.show.StationStatus;
import net.viaduct.vtep.tables.Fdb;
import net.viaduct.vtep.tables.FdbWalk;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.PortDevice;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.Slots;
import net.viaduct.vtep.tables.StationEntry;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.vtep.watch.WatchStatus;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a VTEP from outside, without locks and without the data path noticing. Any thread. What
 * is returned is a copy; it may be older than the next call's, never torn within one object.
 */
public final class VtepView {
  private final Tables tables;
  private final Groups groups;
  private final SnoopedNetworks snooped;
  private final CycleClock clock;
  private final CounterBlock total;
  private final MovingStations moving;
  private final Supplier<WatchStatus> watching;

  VtepView(
      Tables tables,
      Groups groups,
      SnoopedNetworks snooped,
      CycleClock clock,
      CounterBlock total,
      MovingStations moving,
      Supplier<WatchStatus> watching) {
    this.tables = tables;
    this.groups = groups;
    this.snooped = snooped;
    this.clock = clock;
    this.total = total;
    this.moving = moving;
    this.watching = watching;
  }

  /** What is heard of the hosts that this one watches. */
  public WatchStatus watching() {
    return watching.get();
  }

  /** The networks, by VNI. */
  public List<NetworkStatus> networks() {
    return all(tables.networks())
        .sorted(Comparator.comparingInt(Network::vni))
        .map(this::status)
        .toList();
  }

  /** The names of networks that cannot hear their group and ask other hosts for copies. */
  public List<String> networksWithoutGroup() {
    return all(tables.networks())
        .filter(Network::missesGroup)
        .map(network -> network.config().name())
        .sorted()
        .toList();
  }

  /** The ports, by name. */
  public List<PortStatus> ports() {
    return all(tables.ports())
        .sorted(Comparator.comparing(port -> port.name()))
        .map(this::status)
        .toList();
  }

  /** The remotes, configured and learned, by address. */
  public List<RemoteStatus> remotes() {
    return all(tables.remotes())
        .sorted(Comparator.comparing(Remote::address))
        .map(this::status)
        .toList();
  }

  /** The groups that networks flood to, by address. */
  public List<GroupStatus> groups() {
    return groups.all().stream()
        .sorted(Comparator.comparing(group -> group.endpoint().address()))
        .map(group -> new GroupStatus(group.endpoint(), values(group.counters())))
        .toList();
  }

  /** What is known about multicast in networks that snoop, as of a second ago at most. */
  public List<MulticastStatus> multicast() {
    return snooped.statuses().stream().map(status -> status.from(clock.seconds())).toList();
  }

  /** A walk over all stations, page by page; to be closed. */
  public StationPages stations() {
    return new StationPages(this);
  }

  /** Where a station is, if anybody knows. */
  public Optional<StationStatus> station(int vni, long mac) {
    return all(tables.networks())
        .filter(network -> network.vni() == vni)
        .findFirst()
        .flatMap(network -> {
          long entry = tables.fdb().find(network.index(), mac, clock.seconds());
          return entry == Fdb.NOWHERE
              ? Optional.empty()
              : Optional.ofNullable(status(network, mac, entry));
        });
  }

  /**
   * Stations that were learned elsewhere than where a controller told them to be, at most so many.
   */
  public List<StationStatus> learnedInsteadOfTold(int most) {
    List<StationStatus> found = new ArrayList<>();
    try (FdbWalk walk = tables.fdb().walkTold()) {
      while (found.size() < most && walk.next(clock.seconds())) {
        Network network = tables.networks().get(walk.network());
        if (network != null) {
          station(network.vni(), walk.mac())
              .filter(station -> station.told().isPresent())
              .ifPresent(found::add);
        }
      }
    }
    return found;
  }

  /** The stations that come here or leave, in no particular order. */
  public List<MovingStatus> moving() {
    return moving.all().stream()
        .map(station ->
            new MovingStatus(
                station.network().vni(),
                station.mac(),
                station.part(),
                clockNs(station.firstNs()),
                clockNs(station.lastNs())))
        .toList();
  }

  private OptionalLong clockNs(long ns) {
    return ns == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(clock.clockNs(ns));
  }

  /** VNIs of datagrams that come here from others: of no network, and from no remote. */
  public List<Integer> foreignVnis() {
    return tables.foreignVnis().inUse();
  }

  /** The counters of the VTEP as a whole. */
  public CounterValues counters() {
    return values(total);
  }

  /** How many frames were dropped for each reason that there is, in the order of the codes. */
  public Map<DropReason, Long> drops() {
    Map<DropReason, Long> drops = new LinkedHashMap<>();
    for (DropReason reason : DropReason.ALL) {
      drops.put(reason, total.get(Layouts.trafficDrop(reason)));
    }
    return drops;
  }

  private NetworkStatus status(Network network) {
    List<String> names = Arrays.stream(network.ports()).map(port -> port.name()).sorted().toList();
    return new NetworkStatus(
        network.config(),
        names,
        tables.fdb().countInNetwork(network.index()),
        network.missesGroup(),
        Arrays.stream(network.copiesTo()).map(Remote::endpoint).toList(),
        values(network.counters()));
  }

  private PortStatus status(LocalPort port) {
    return new PortStatus(
        port.name(),
        port.network().vni(),
        port.network().config().name(),
        port.mtuBytes(),
        tables.fdb().countAtPort(port.index()),
        port.settings().isLeg(),
        port.blockedBy(),
        port.device().heldBecause(),
        port.device().sourceCount(),
        queuesMissing(port.device()),
        values(port.counters()));
  }

  private static String queuesMissing(PortDevice device) {
    boolean isFewer = device.sourceCount() == 1 && device.threads() > 1;
    return device
        .port()
        .queuesMissing()
        .map(IoFailure::getMessage)
        .orElse(isFewer ? "it was opened for one thread" : "");
  }

  private RemoteStatus status(Remote remote) {
    return new RemoteStatus(
        remote.endpoint(),
        remote.isConfigured(),
        tables.fdb().countAtRemote(remote.index()),
        Optional.ofNullable(remote.path()),
        values(remote.counters()));
  }

  private @Nullable Location location(int destination) {
    int index = StationEntry.index(destination);
    if (StationEntry.isPort(destination)) {
      LocalPort port = tables.ports().get(index);
      return port == null ? null : new Location.AtPort(port.name());
    }
    Remote remote = tables.remotes().get(index);
    return remote == null ? null : new Location.AtRemote(remote.address());
  }

  /** The stations that two places claim, at most 256, as of about a second ago. */
  public List<FlapStatus> flaps() {
    return tables.fdb().moves().flaps().stream().flatMap(flap -> status(flap).stream()).toList();
  }

  private Optional<FlapStatus> status(Flap flap) {
    Network network = tables.networks().get(flap.network());
    Location place = location(flap.place());
    Location claim = location(flap.claim());
    return network == null || place == null || claim == null
        ? Optional.empty()
        : Optional.of(
            new FlapStatus(
                network.vni(),
                network.config().name(),
                flap.mac(),
                place,
                claim,
                flap.heldSeconds()));
  }

  @Nullable StationStatus status(Network network, long mac, long entry) {
    Location location = location(StationEntry.destination(entry));
    return location == null
        ? null
        : new StationStatus(
            network.vni(),
            network.config().name(),
            mac,
            location,
            StationEntry.origin(entry),
            StationEntry.ageSeconds(entry, clock.seconds()),
            StationEntry.isInsteadOfTold(entry) ? told(network, mac) : Optional.empty());
  }

  private Optional<Location> told(Network network, long mac) {
    long told = tables.fdb().toldInstead(network.index(), mac);
    return told == Fdb.NOWHERE
        ? Optional.empty()
        : Optional.ofNullable(location(StationEntry.destination(told)));
  }

  Tables tables() {
    return tables;
  }

  int nowSeconds() {
    return clock.seconds();
  }

  private static <T> Stream<T> all(Slots<T> slots) {
    List<T> found = new ArrayList<>();
    for (int i = 0; i < slots.end(); i++) {
      T object = slots.get(i);
      if (object != null) {
        found.add(object);
      }
    }
    return found.stream();
  }

  private static CounterValues values(CounterBlock block) {
    Map<String, Long> values = new LinkedHashMap<>();
    List<String> names = block.layout().names();
    for (int i = 0; i < names.size(); i++) {
      values.put(names.get(i), block.get(i));
    }
    return new CounterValues(block.layout().kind(), block.label(), values);
  }
}
