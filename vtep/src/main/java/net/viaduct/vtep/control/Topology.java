package net.viaduct.vtep.control;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.IoFailure;
import net.viaduct.io.Port;
import net.viaduct.io.Underlay;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.runtime.CounterLayout;
import net.viaduct.runtime.Counters;
import net.viaduct.vtep.CommandRefused;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.VtepParts;
import net.viaduct.vtep.counting.Layouts;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.queue.PortGroup;
import net.viaduct.vtep.settings.PortSettings;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.PortDevice;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.Slots;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.vtep.waiting.Queues;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what changes networks, ports and remotes: whole or not at all. Owned by the data-path
 * thread.
 */
public final class Topology {
  /** The token by which readiness names the underlay; a port's is its index and one. */
  public static final int UNDERLAY_TOKEN = 0;

  private final Tables tables;
  private final Remotes remotes;
  private final Groups groups;
  private final Underlay underlay;
  private final Counters counters;
  private final Queues queues;
  private final int batchFrames;
  private final Map<Integer, Reach> reaches = new HashMap<>();
  private final Map<String, LocalPort> portsByName = new HashMap<>();
  private final PortDevices devices;
  private final Map<IpAddress, Endpoint> explicitRemotes = new HashMap<>();

  /**
   * Nothing yet.
   *
   * @param batchFrames how many frames can wait for a port
   */
  public Topology(Tables tables, Remotes remotes, VtepParts parts, Queues queues, int batchFrames) {
    this.tables = tables;
    this.remotes = remotes;
    this.groups = new Groups(parts);
    this.underlay = parts.underlay();
    this.devices = new PortDevices(parts);
    this.counters = parts.counters();
    this.queues = queues;
    this.batchFrames = batchFrames;
  }

  /** Adds a network; the same again is no error. */
  public void addNetwork(NetworkConfig config) {
    Network known = tables.networksByVni().find(config.vni());
    if (known != null) {
      if (known.config().equals(config)) {
        return;
      }
      throw new CommandRefused(
          "VNI " + config.vni() + " is network '" + known.config().name() + "' already");
    }
    Reach reach = Reach.acquire(remotes, groups, config, false);
    int index = -1;
    try {
      index = reserve(tables.networks(), "network '" + config.name() + "'");
      CounterBlock block = allocate(Layouts.NETWORK, config.name());
      Network network = new Network(index, config, block);
      reach.applyTo(network);
      tables.fdb().policy(index, config.stations());
      tables.networks().set(index, network);
      tables.networksByVni().add(network);
      reaches.put(config.vni(), reach);
    } catch (CommandRefused e) {
      reach.release();
      giveBack(tables.networks(), index);
      throw e;
    }
  }

  /** Makes a network what this configuration says. */
  public void changeNetwork(NetworkConfig config) {
    Network network = network(config.vni());
    NetworkConfig before = network.config();
    if (before.equals(config)) {
      return;
    }
    boolean member = network.ports().length > 0;
    Reach old = reach(config.vni());
    if (before.flood().equals(config.flood()) || !isRemotesOnly(before, config)) {
      Reach next = Reach.acquire(remotes, groups, config, member);
      replace(network, next);
      old.release();
      return;
    }
    // A remote's port may change with its only flood list: so the old one goes first.
    old.release();
    try {
      replace(network, Reach.acquire(remotes, groups, config, member));
    } catch (CommandRefused e) {
      replace(network, Reach.acquire(remotes, groups, before, member));
      throw e;
    }
  }

  /** Changes where a network's BUM goes. */
  public void changeFlood(int vni, FloodList flood) {
    changeNetwork(network(vni).config().with(flood));
  }

  private static boolean isRemotesOnly(NetworkConfig before, NetworkConfig after) {
    return before.flood() instanceof FloodList.Remotes
        && after.flood() instanceof FloodList.Remotes;
  }

  private void replace(Network network, Reach reach) {
    reaches.put(network.vni(), reach);
    // First: who sees the network's new configuration may believe that stations follow it.
    tables.fdb().policy(network.index(), reach.config().stations());
    reach.applyTo(network);
    for (LocalPort port : network.ports()) {
      limit(port);
    }
  }

  /** Removes a network without ports, and its stations; one that is not there is no error. */
  public void removeNetwork(int vni) {
    Network network = tables.networksByVni().find(vni);
    if (network == null) {
      return;
    }
    if (network.ports().length > 0) {
      throw new CommandRefused(
          "network '%s' has %d ports; detach them first"
              .formatted(network.config().name(), network.ports().length));
    }
    network.gone();
    reach(vni).release();
    reaches.remove(vni);
    tables.networksByVni().remove(network);
    tables.fdb().retireNetwork(network.index());
    tables.networks().retire(network.index());
    counters.release(network.counters());
  }

  /** Attaches a port; the same again is no error. */
  public void attachPort(int vni, String name, Port port, PortSettings settings) {
    Network network = network(vni);
    LocalPort known = portsByName.get(name);
    if (known != null) {
      if (known.port().equals(port) && known.network() == network) {
        changePort(name, settings);
        return;
      }
      throw new CommandRefused(
          "port %s is attached to network '%s' already"
              .formatted(name, known.network().config().name()));
    }
    PortDevice device = devices.of(port);
    int index = -1;
    CounterBlock block = null;
    try {
      PortDevices.requireFree(device, settings);
      index = reserve(tables.ports(), "port " + name);
      block = allocate(Layouts.PORT, name);
      LocalPort local = new LocalPort(index, name, device, network, settings, block, batchFrames);
      limit(local);
      queues.portChanged(local);
      try {
        add(local);
      } catch (RuntimeException e) {
        queues.portGone(local);
        throw e;
      }
    } catch (RuntimeException e) {
      devices.forgetUnused(device);
      if (block != null) {
        counters.release(block);
      }
      giveBack(tables.ports(), index);
      throw e;
    }
  }

  /** Whether workers read ports from now on; else the data-path thread reads all. */
  public void divide(boolean amongWorkers) {
    devices.divide(amongWorkers);
  }

  private void limit(LocalPort port) {
    OptionalInt ofNetwork = port.network().config().stations().limitPerPort();
    OptionalInt ofGroup =
        port.settings().portGroup().map(PortGroup::mostStations).orElse(OptionalInt.empty());
    IntStream both = IntStream.concat(ofNetwork.stream(), ofGroup.stream());
    tables.fdb().portLimit(port.index(), both.min());
  }

  private void add(LocalPort local) {
    Network network = local.network();
    boolean first = network.ports().length == 0;
    try {
      if (first) {
        reach(network.vni()).join();
      }
      devices.add(local);
    } catch (RuntimeException e) {
      if (first) {
        reach(network.vni()).leave();
      }
      throw e;
    }
    tables.ports().set(local.index(), local);
    network.add(local);
    portsByName.put(local.name(), local);
  }

  /** Changes how a port behaves; its VLAN cannot change. */
  public void changePort(String name, PortSettings settings) {
    LocalPort local = portsByName.get(name);
    if (local == null) {
      throw new CommandRefused("there is no port " + name);
    }
    if (!local.settings().vlan().equals(settings.vlan())) {
      throw new CommandRefused("port " + name + " cannot get another VLAN; detach it first");
    }
    PortSettings before = local.settings();
    local.settings(settings);
    try {
      queues.portChanged(local);
    } catch (CommandRefused e) {
      local.settings(before);
      throw e;
    }
    limit(local);
    local.network().findClasses();
  }

  /** Detaches a port, and forgets its stations; null if it is not there. */
  public @Nullable Port detachPort(String name) {
    LocalPort local = portsByName.get(name);
    if (local == null) {
      return null;
    }
    local.gone();
    queues.portGone(local);
    devices.remove(local);
    portsByName.remove(name);
    Network network = local.network();
    network.remove(local);
    tables.fdb().retirePort(local.index());
    tables.ports().retire(local.index());
    counters.release(local.counters());
    if (network.ports().length == 0) {
      reach(network.vni()).leave();
    }
    return local.port();
  }

  /** Lets datagrams in by these doors, and says on which UDP port remotes usually listen. */
  public void listen(int usualPort, Set<Door> doors) {
    try {
      underlay.listen(doors);
    } catch (IoFailure e) {
      throw new CommandRefused(String.valueOf(e.getMessage()), e);
    }
    remotes.usualPort(usualPort);
  }

  /** Refers to a remote, with the port that it listens on (R4); the same again is no error. */
  public void addRemote(Endpoint endpoint) {
    Endpoint before = explicitRemotes.get(endpoint.address());
    if (endpoint.equals(before)) {
      return;
    }
    if (before != null) {
      removeRemote(before.address());
    }
    try {
      remotes.acquire(endpoint);
      explicitRemotes.put(endpoint.address(), endpoint);
    } catch (CommandRefused e) {
      if (before != null) {
        remotes.acquire(before);
        explicitRemotes.put(before.address(), before);
      }
      throw e;
    }
  }

  /** Takes back what {@link #addRemote} did; one that is not there is no error. */
  public void removeRemote(IpAddress address) {
    Endpoint known = explicitRemotes.remove(address);
    if (known != null) {
      remotes.release(remotes.atAddress(address), known);
    }
  }

  Network network(int vni) {
    Network network = tables.networksByVni().find(vni);
    if (network == null) {
      throw new CommandRefused("there is no network with VNI " + vni);
    }
    return network;
  }

  @Nullable LocalPort port(String name) {
    return portsByName.get(name);
  }

  /** The UDP port of VXLAN. */
  int usualPort() {
    return remotes.usualPort();
  }

  /** How a remote wraps what it sends into a network, as far as this host is told. */
  EncapsulationType typeFrom(IpAddress address, int vni) {
    Network network = tables.networksByVni().find(vni);
    if (network == null) {
      return EncapsulationType.VXLAN;
    }
    Remote remote = tables.remotesByAddress().find(address);
    return remote == null
        ? network.config().settings().encapsulation().type()
        : network.typeFor(remote);
  }

  /** The groups that networks flood to; any thread. */
  public Groups groups() {
    return groups;
  }

  /** The ports that are attached. */
  public Iterable<LocalPort> ports() {
    return portsByName.values();
  }

  private Reach reach(int vni) {
    Reach reach = reaches.get(vni);
    if (reach == null) {
      throw new IllegalStateException("VNI " + vni + " has no reach");
    }
    return reach;
  }

  private static int reserve(Slots<?> slots, String what) {
    int index = slots.reserve();
    if (index < 0) {
      throw new CommandRefused("no room for " + what + ": there are " + slots.size());
    }
    return index;
  }

  private static void giveBack(Slots<?> slots, int index) {
    if (index >= 0) {
      slots.giveBack(index);
    }
  }

  private CounterBlock allocate(CounterLayout layout, String label) {
    try {
      return counters.allocate(layout, label);
    } catch (IllegalStateException e) {
      throw new CommandRefused("no room for counters of " + layout.kind() + " " + label, e);
    }
  }
}
