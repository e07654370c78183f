package net.viaduct.vtep.control;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.settings.EncapsulationSettings;
import net.viaduct.vtep.tables.FloodGroup;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.TunnelTarget;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The remotes and the group that a network's configuration refers to. Taken whole or not at all,
 * and given back once. Owned by the data-path thread.
 */
final class Reach {
  private final Groups groups;
  private final NetworkConfig config;
  private final EncapsulationSettings encapsulation;
  private final List<Remote> flooded = new ArrayList<>();
  private final List<Remote> accepted = new ArrayList<>();
  private @Nullable FloodGroup group;
  private boolean member;

  private Reach(Groups groups, NetworkConfig config) {
    this.groups = groups;
    this.config = config;
    this.encapsulation = config.settings().encapsulation();
  }

  /**
   * Takes what a configuration refers to.
   *
   * @param member whether the network has a port, so that it listens to its group
   */
  static Reach acquire(Remotes remotes, Groups groups, NetworkConfig config, boolean member) {
    Reach reach = new Reach(groups, config);
    try {
      switch (config.flood()) {
        case FloodList.Group to -> reach.group = groups.acquire(to.endpoint());
        case FloodList.Remotes to -> {
          for (Endpoint endpoint : to.endpoints()) {
            reach.flooded.add(
                remotes.acquire(endpoint, reach.encapsulation.typeFor(endpoint.address())));
          }
        }
      }
      for (IpAddress address : config.accepted()) {
        reach.accepted.add(remotes.acquire(address));
      }
      if (member) {
        reach.join();
      }
    } catch (RuntimeException e) {
      reach.release();
      throw e;
    }
    return reach;
  }

  /** Whose remotes and group these are. */
  NetworkConfig config() {
    return config;
  }

  /** Gives everything back. */
  void release() {
    leave();
    flooded.forEach(remote -> remote.release(encapsulation.typeFor(remote.address())));
    accepted.forEach(Remote::release);
    if (group != null) {
      groups.release(group);
    }
  }

  /** The network's first port came. */
  void join() {
    if (group != null && !member) {
      groups.join(group.endpoint().address());
      member = true;
    }
  }

  /** The network's last port went. */
  void leave() {
    if (group != null && member) {
      member = false;
      groups.leave(group.endpoint().address());
    }
  }

  /** Tells a network. */
  void applyTo(Network network) {
    boolean any = group != null && accepted.isEmpty();
    TunnelTarget[] targets = group != null ? new TunnelTarget[] {group} : byEncapsulation();
    network.apply(config, targets, any, bits(accepted.isEmpty() ? flooded : accepted));
    network.exceptions(exceptions());
  }

  /** Those with the same encapsulation in a row, so that a frame gets each header once. */
  private TunnelTarget[] byEncapsulation() {
    return flooded.stream()
        .sorted(Comparator.comparing(remote -> encapsulation.typeFor(remote.address())))
        .toArray(TunnelTarget[]::new);
  }

  private @Nullable EncapsulationType[] exceptions() {
    @Nullable EncapsulationType[] byRemote = {};
    for (Remote remote : Stream.concat(flooded.stream(), accepted.stream()).toList()) {
      EncapsulationType type = encapsulation.typeFor(remote.address());
      if (type != encapsulation.type()) {
        if (byRemote.length <= remote.index()) {
          byRemote = Arrays.copyOf(byRemote, remote.index() + 1);
        }
        byRemote[remote.index()] = type;
      }
    }
    return byRemote;
  }

  private static long[] bits(List<Remote> members) {
    int largest = members.stream().mapToInt(Remote::index).max().orElse(-1);
    long[] words = new long[(largest >> 6) + 1];
    for (Remote remote : members) {
      words[remote.index() >>> 6] |= 1L << remote.index();
    }
    return words;
  }
}
