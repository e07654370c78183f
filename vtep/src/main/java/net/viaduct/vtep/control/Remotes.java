package net.viaduct.vtep.control;

import java.util.List;
import net.viaduct.io.Endpoint;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.runtime.Counters;
import net.viaduct.vtep.CommandRefused;
import net.viaduct.vtep.counting.Layouts;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.encapsulation.TunnelPorts;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.vtep.trace.Trail;
import net.viaduct.vtep.worker.Gate;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Makes remotes, and lets go of those that nothing refers to, that are silent and that no station
 * is behind. Owned by the data-path thread.
 */
public final class Remotes {
  private static final int NEVER_AGES_SECONDS = 300;

  private final Tables tables;
  private final Counters counters;
  private final CycleClock clock;
  private final List<IpAddress> own;
  private final int idleSeconds;
  private final Trail trail;
  private TunnelPorts ports;
  private Gate gate = new Gate(0);
  private int fullSinceSeconds = -1;

  /**
   * No remotes.
   *
   * @param locals the VTEP's own endpoints; remotes listen on the same port as the first unless
   *     told otherwise (R4)
   * @param ageingSeconds how long one that was learned stays without a word; 0 for 300
   * @param trail while it is on, a new remote is made for the frame that is traced alone
   */
  public Remotes(
      Tables tables,
      Counters counters,
      CycleClock clock,
      List<Endpoint> locals,
      int ageingSeconds,
      Trail trail) {
    this.tables = tables;
    this.counters = counters;
    this.clock = clock;
    this.trail = trail;
    this.own = locals.stream().map(Endpoint::address).toList();
    this.ports = TunnelPorts.usual(locals.getFirst().port());
    this.idleSeconds = ageingSeconds == 0 ? NEVER_AGES_SECONDS : ageingSeconds;
  }

  /** Workers stand still by this while there is a new remote; before the first frame. */
  public void gate(Gate ofWorkers) {
    gate = ofWorkers;
  }

  /** A new remote because of a datagram from it; null if there is no room. */
  public @Nullable Remote learn(long high, long low) {
    // One try a second: a flood of forged senders must not cost an exception for each.
    if (fullSinceSeconds == clock.seconds()) {
      return null;
    }
    IpAddress address = new IpAddress(high, low);
    if (trail.isOn()) {
      return imagine(address);
    }
    try {
      return create(address);
    } catch (CommandRefused e) {
      fullSinceSeconds = clock.seconds();
      return null;
    }
  }

  /** A remote that is in no table; null if there would be no room. */
  private @Nullable Remote imagine(IpAddress address) {
    int index = tables.remotes().reserve();
    if (index < 0) {
      return null;
    }
    tables.remotes().giveBack(index);
    try {
      CounterBlock block = counters.allocate(Layouts.REMOTE, address.toString());
      counters.release(block);
      return new Remote(index, address, ports, block, clock.seconds());
    } catch (IllegalStateException e) {
      return null;
    }
  }

  /** The remote with this address, made now if there is none. */
  Remote atAddress(IpAddress address) {
    Remote known = tables.remotesByAddress().find(address);
    return known != null ? known : create(address);
  }

  /** Refers to an address; any port. */
  Remote acquire(IpAddress address) {
    Remote remote = atAddress(address);
    remote.acquire();
    return remote;
  }

  /** Refers to an address and to where it is reached, by what is usual there. */
  Remote acquire(Endpoint endpoint) {
    return acquire(endpoint, ports.typeOf(endpoint));
  }

  /** Refers to an address, and to where it is reached by an encapsulation. */
  Remote acquire(Endpoint endpoint, EncapsulationType type) {
    Endpoint reached =
        type.transport() == endpoint.transport() ? endpoint : usual(endpoint.address(), type);
    Remote remote = atAddress(endpoint.address());
    if (remote.hasConfiguredPort(type) && !remote.endpoint(type).equals(reached)) {
      throw new CommandRefused(
          "remote %s is configured with port %d already, so that it cannot have port %d too"
              .formatted(endpoint.address(), remote.endpoint(type).port(), endpoint.port()));
    }
    remote.acquire(reached, type);
    return remote;
  }

  /** Takes {@link #acquire(Endpoint)} back. */
  void release(Remote remote, Endpoint endpoint) {
    remote.release(ports.typeOf(endpoint));
  }

  /** Remotes listen on this port from now on, unless told otherwise. */
  void usualPort(int port) {
    ports = TunnelPorts.usual(port);
    for (int i = 0; i < tables.remotes().end(); i++) {
      Remote remote = tables.remotes().get(i);
      if (remote != null) {
        remote.moveTo(ports);
      }
    }
  }

  /** On which UDP port remotes usually listen. */
  int usualPort() {
    return ports.vxlan();
  }

  /** What is spoken at a local port; 0 for what comes by GRE. */
  public EncapsulationType typeAt(int localPort) {
    return ports.typeAt(localPort);
  }

  /** Where a remote is reached of which nothing else is known. */
  Endpoint usual(IpAddress address, EncapsulationType type) {
    return ports.endpoint(address, type);
  }

  private Remote create(IpAddress address) {
    if (own.contains(address)) {
      throw new CommandRefused(address + " is this host's own address, not a remote's");
    }
    int index = tables.remotes().reserve();
    if (index < 0) {
      throw new CommandRefused(
          "no room for remote " + address + ": there are " + tables.remotes().size());
    }
    CounterBlock block;
    try {
      block = counters.allocate(Layouts.REMOTE, address.toString());
    } catch (IllegalStateException e) {
      tables.remotes().giveBack(index);
      throw new CommandRefused("no room for counters of remote " + address, e);
    }
    Remote remote = new Remote(index, address, ports, block, clock.seconds());
    gate.shut();
    try {
      tables.remotes().set(index, remote);
      tables.remotesByAddress().add(remote);
    } finally {
      gate.open();
    }
    return remote;
  }

  /** Looks at one remote, whether it can go. */
  public void tidy(int index) {
    Remote remote = tables.remotes().get(index);
    if (remote != null
        && !remote.isConfigured()
        && tables.fdb().countAtRemote(index) == 0
        && remote.idleSeconds(clock.seconds()) > idleSeconds) {
      remote.gone();
      tables.remotesByAddress().remove(remote);
      tables.fdb().retireRemote(index);
      tables.remotes().retire(index);
      counters.release(remote.counters());
    }
  }
}
