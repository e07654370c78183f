package net.viaduct.host.config;

import java.util.List;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.FloodList;
import net.viaduct.wire.IpAddress;

/** Where broadcast, unknown unicast and multicast frames of a network go. */
public sealed interface Flood {
  /**
   * To a multicast group of the underlay.
   *
   * @param address the group, 224.0.0.0/4 or ff00::/8, but none of a link's own protocols
   */
  record Group(IpAddress address) implements Flood {
    /** Checks that it is a group. */
    public Group {
      FloodList.requireGroup(address);
    }
  }

  /** To whom the controller says; to nobody as long as it has said nothing. */
  record Controller() implements Flood {}

  /**
   * A copy to each remote of a network that is also a wire. Floods are taken, and stations learned,
   * from these only.
   *
   * @param endpoints each once
   * @param others that are in the network too, each once; what they send to a station here is taken
   */
  record Mutual(List<Endpoint> endpoints, List<Endpoint> others) implements Flood {
    /** Copies what it is given. */
    public Mutual {
      endpoints = List.copyOf(endpoints);
      others = List.copyOf(others);
    }
  }

  /**
   * A copy to each remote.
   *
   * @param endpoints each once; none if all is local
   */
  record Remotes(List<Endpoint> endpoints) implements Flood {
    /** Checks that each comes once and is a host's. */
    public Remotes {
      endpoints = List.copyOf(endpoints);
      endpoints.forEach(e -> UnderlayConfig.requireUnicast(e.address()));
      if (endpoints.stream().distinct().count() != endpoints.size()) {
        throw new IllegalArgumentException("a remote comes twice in " + endpoints);
      }
    }
  }
}
