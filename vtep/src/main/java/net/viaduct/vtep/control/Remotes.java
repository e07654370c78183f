package net.viaduct.vtep.control;

import java.util.List;
import net.viaduct.io.Endpoint;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.runtime.Counters;
import net.viaduct.vtep.CommandRefused;
import net.viaduct.vtep.counting.Layouts;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.vtep.trace.Trail;
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
  private int usualPort;
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
    this.usualPort = locals.getFirst().port();
    this.idleSeconds = ageingSeconds == 0 ? NEVER_AGES_SECONDS : ageingSeconds;
  }

  /** A new remote because of a datagram from it; null if there is no room. */
  public @Nullable Remote learn(long high, long low) {
    // One try a second: a flood of forged senders must not cost an exception for each.
    if (fullSinceSeconds == clock.seconds()) {
      return null;
    }
    Endpoint endpoint = usual(new IpAddress(high, low));
    if (trail.isOn()) {
      return imagine(endpoint);
    }
    try {
      return create(endpoint);
    } catch (CommandRefused e) {
      fullSinceSeconds = clock.seconds();
      return null;
    }
  }

  /** A remote that is in no table; null if there would be no room. */
  private @Nullable Remote imagine(Endpoint endpoint) {
    int index = tables.remotes().reserve();
    if (index < 0) {
      return null;
    }
    tables.remotes().giveBack(index);
    try {
      CounterBlock block = counters.allocate(Layouts.REMOTE, endpoint.address().toString());
      counters.release(block);
      return new Remote(index, endpoint, block, clock.seconds());
    } catch (IllegalStateException e) {
      return null;
    }
  }

  /** The remote with this address, made now if there is none. */
  Remote atAddress(IpAddress address) {
    Remote known = tables.remotesByAddress().find(address);
    return known != null ? known : create(usual(address));
  }

  /** Refers to an address; any port. */
  Remote acquire(IpAddress address) {
    Remote remote = atAddress(address);
    remote.acquire();
    return remote;
  }

  /** Refers to an address and a port. */
  Remote acquire(Endpoint endpoint) {
    Remote remote = tables.remotesByAddress().find(endpoint.address());
    if (remote == null) {
      remote = create(endpoint);
    } else if (remote.hasConfiguredPort() && !remote.endpoint().equals(endpoint)) {
      throw new CommandRefused(
          "remote %s is configured with port %d already, so that it cannot have port %d too"
              .formatted(endpoint.address(), remote.endpoint().port(), endpoint.port()));
    }
    remote.acquire(endpoint);
    return remote;
  }

  /** Takes {@link #acquire(Endpoint)} back. */
  void release(Remote remote) {
    remote.release(usual(remote.address()));
  }

  /** Remotes listen on this port from now on, unless told otherwise. */
  void usualPort(int port) {
    usualPort = port;
    for (int i = 0; i < tables.remotes().end(); i++) {
      Remote remote = tables.remotes().get(i);
      if (remote != null && !remote.hasConfiguredPort()) {
        remote.moveTo(usual(remote.address()));
      }
    }
  }

  private Endpoint usual(IpAddress address) {
    return new Endpoint(address, usualPort);
  }

  private Remote create(Endpoint endpoint) {
    if (own.contains(endpoint.address())) {
      throw new CommandRefused(endpoint.address() + " is this host's own address, not a remote's");
    }
    int index = tables.remotes().reserve();
    if (index < 0) {
      throw new CommandRefused(
          "no room for remote " + endpoint.address() + ": there are " + tables.remotes().size());
    }
    CounterBlock block;
    try {
      block = counters.allocate(Layouts.REMOTE, endpoint.address().toString());
    } catch (IllegalStateException e) {
      tables.remotes().giveBack(index);
      throw new CommandRefused("no room for counters of remote " + endpoint.address(), e);
    }
    Remote remote = new Remote(index, endpoint, block, clock.seconds());
    tables.remotes().set(index, remote);
    tables.remotesByAddress().add(remote);
    return remote;
  }

  /** Looks at one remote, whether it can go. */
  public void tidy(int index) {
    Remote remote = tables.remotes().get(index);
    if (remote != null
        && !remote.isConfigured()
        && tables.fdb().countAtRemote(index) == 0
        && remote.idleSeconds(clock.seconds()) > idleSeconds) {
      tables.remotesByAddress().remove(remote);
      tables.fdb().retireRemote(index);
      tables.remotes().retire(index);
      counters.release(remote.counters());
    }
  }
}
