package net.viaduct.vtep.trace;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.Origin;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.behaviour.Tunnel;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.encapsulation.TunnelPorts;
import net.viaduct.vtep.settings.EncapsulationSettings;
import net.viaduct.vtep.settings.LoopSettings;
import net.viaduct.vtep.settings.MulticastSettings;
import net.viaduct.vtep.settings.NeighbourSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.PathSettings;
import net.viaduct.vtep.settings.PortSettings;
import net.viaduct.vtep.settings.SnoopingSettings;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.vtep.settings.StationPolicy.WhenFull;
import net.viaduct.vtep.settings.StormLimits;
import net.viaduct.vtep.settings.StormLimits.RateLimit;
import net.viaduct.vtep.settings.StormSettings;
import net.viaduct.vtep.settings.TagPolicy;
import net.viaduct.vtep.settings.TagSettings;
import net.viaduct.wire.IpAddress;

/**
 * A host with networks that differ in all that decides about a frame: encapsulation, flood list,
 * tags, snooping, suppression, limits. Owned by the test's thread.
 */
final class RandomWorld {
  /** The VLAN of the trunk's second port. */
  static final int VLAN = 20;

  static final TunnelPorts DOORS = TunnelPorts.usual(Tunnel.PORT);

  private static final IpAddress NEAR = IpAddress.parse("10.77.0.2");
  private static final IpAddress FAR = IpAddress.parse("fd77::3");
  private static final IpAddress GROUP = IpAddress.parse("239.1.1.1");
  private static final IpAddress GROUP_6 = IpAddress.parse("ff05::100");
  private static final StationPolicy USUAL = StationPolicy.USUAL.announcingNew(true);

  private final MemoryRig rig;
  private final List<Place> places = new ArrayList<>();
  private final List<NetworkConfig> networks = new ArrayList<>();

  /**
   * Where frames can come from.
   *
   * @param port by name
   * @param vlan of the port on its device; 0 for none
   */
  record Place(String port, MemoryPort device, int vlan) {}

  RandomWorld(boolean strict) {
    VtepConfig usual = VtepConfig.DEFAULT;
    rig =
        new MemoryRig(
            new Tunnel(EncapsulationType.VXLAN, Tunnel.Over.BOTH),
            1,
            new VtepConfig(usual.ageing(), strict, usual.limits(), Duration.ZERO));
    rig.host(0).underlay().mtuBytes(1500);
    Set<Door> doors = new HashSet<>();
    EncapsulationType.ALL.forEach(type -> doors.add(DOORS.door(type)));
    rig.await(rig.control(0).listen(Tunnel.PORT, doors));
    forEachEncapsulation();
    others();
    trunk();
  }

  MemoryRig rig() {
    return rig;
  }

  List<Place> places() {
    return places;
  }

  List<NetworkConfig> networks() {
    return networks;
  }

  private void forEachEncapsulation() {
    RateLimit one = new RateLimit(1, 0);
    StormSettings calm =
        new StormSettings(
            new StormLimits(new RateLimit(0, 2_000), RateLimit.NONE, one),
            new StormLimits(one, one, RateLimit.NONE),
            LoopSettings.OFF);
    byRemotes(5000, EncapsulationType.VXLAN, settings -> settings.with(USUAL));
    byRemotes(
        5001,
        EncapsulationType.VXLAN_GBP,
        settings ->
            settings.with(
                NeighbourSettings.DEFAULT.suppressing(true).with(NeighbourSettings.Unknown.DROP)));
    byRemotes(
        5002,
        EncapsulationType.VXLAN_GPE,
        settings ->
            settings
                .with(USUAL)
                .with(MulticastSettings.DEFAULT.with(SnoopingSettings.ON))
                .with(new PathSettings(true, true, true, OptionalInt.of(1300))));
    byRemotes(
        5003,
        EncapsulationType.GENEVE,
        settings ->
            settings
                .with(new TagSettings(TagPolicy.KEEP))
                .with(calm)
                .with(
                    settings
                        .encapsulation()
                        .withRemotes(Map.of(FAR, EncapsulationType.VXLAN_GPE))));
    byRemotes(
        5004,
        EncapsulationType.NVGRE,
        settings -> settings.with(USUAL).with(new TagSettings(TagPolicy.KEEP)));
  }

  private void others() {
    NetworkSettings usual = NetworkSettings.DEFAULT;
    byGroup(
        6000,
        EncapsulationType.VXLAN,
        GROUP,
        usual
            .with(StationPolicy.USUAL.outrankingTold(true))
            .with(new TagSettings(TagPolicy.STRIP))
            .with(NeighbourSettings.DEFAULT.suppressing(true)));
    List<IpAddress> mapped =
        List.of(IpAddress.parse("ff05::201"), IpAddress.parse("ff05::202"), GROUP);
    byGroup(
        6001,
        EncapsulationType.GENEVE,
        GROUP_6,
        usual.with(new MulticastSettings(SnoopingSettings.ON, mapped, Set.of())));
    StationPolicy few = // who is forgotten for whom is left to chance, so nobody is here
        new StationPolicy(true, Optional.empty(), OptionalInt.of(4)).with(WhenFull.REFUSE);
    StormSettings loops = new StormSettings(StormLimits.NONE, StormLimits.NONE, LoopSettings.ON);
    FloodList near = new FloodList.Remotes(List.of(DOORS.endpoint(NEAR, EncapsulationType.VXLAN)));
    add(new NetworkConfig(6002, "small", near, Set.of(), usual.with(few).with(loops)), 3);
    StationPolicy none = new StationPolicy(false, Optional.empty(), OptionalInt.empty());
    add(new NetworkConfig(6003, "still", FloodList.NOBODY, Set.of(), usual.with(none)), 1);
  }

  /** A device whose untagged frames are in one network, and one VLAN in another. */
  private void trunk() {
    MemoryPort device = new MemoryPort("trunk");
    rig.await(rig.control(0).attachPort(5003, "trunk", device, PortSettings.DEFAULT));
    places.add(new Place("trunk", device, 0));
    String port = "trunk." + VLAN;
    PortSettings vlan = PortSettings.DEFAULT.withVlan(VLAN);
    rig.await(rig.control(0).attachPort(5000, port, device, vlan));
    places.add(new Place(port, device, VLAN));
  }

  private void byRemotes(int vni, EncapsulationType type, UnaryOperator<NetworkSettings> change) {
    NetworkSettings settings =
        change.apply(NetworkSettings.DEFAULT.with(EncapsulationSettings.DEFAULT.with(type)));
    List<Endpoint> remotes = new ArrayList<>();
    for (IpAddress remote : List.of(NEAR, FAR)) {
      remotes.add(DOORS.endpoint(remote, settings.encapsulation().typeFor(remote)));
    }
    add(
        new NetworkConfig(vni, type.label(), new FloodList.Remotes(remotes), Set.of(), settings),
        3);
  }

  private void byGroup(int vni, EncapsulationType type, IpAddress group, NetworkSettings settings) {
    FloodList flood = new FloodList.Group(DOORS.endpoint(group, type));
    EncapsulationSettings encapsulation = EncapsulationSettings.DEFAULT.with(type);
    add(new NetworkConfig(vni, "n" + vni, flood, Set.of(), settings.with(encapsulation)), 3);
  }

  private void add(NetworkConfig network, int ports) {
    networks.add(network);
    rig.await(rig.control(0).addNetwork(network));
    for (int i = 0; i < ports; i++) {
      String name = "p" + network.vni() + "-" + i;
      MemoryPort port = new MemoryPort(name);
      port.mtuBytes(i == 2 ? 1000 : 1500);
      PortSettings settings = i == 1 ? PortSettings.DEFAULT.withGroup(77) : PortSettings.DEFAULT;
      rig.await(rig.control(0).attachPort(network.vni(), name, port, settings));
      places.add(new Place(name, port, 0));
    }
    Location there = new Location.AtRemote(NEAR);
    rig.await(rig.control(0).addStation(network.vni(), Frames.mac(1), there, Origin.STATIC));
    Location here = new Location.AtPort("p" + network.vni() + "-0");
    rig.await(rig.control(0).addStation(network.vni(), Frames.mac(2), here, Origin.STATIC));
    rig.await(rig.control(0).addStation(network.vni(), Frames.mac(3), there, Origin.CONTROLLER));
  }
}
