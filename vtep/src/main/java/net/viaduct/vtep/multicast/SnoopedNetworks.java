package net.viaduct.vtep.multicast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.settings.SnoopingSettings;
import net.viaduct.vtep.show.MulticastStatus;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Slots;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is known about multicast in each network that snoops. Follows the networks' settings by
 * itself. Owned by the data-path thread.
 */
public final class SnoopedNetworks {
  private final Slots<Network> networks;
  private final CycleClock clock;
  private final OwnRanks ranks;
  private final List<SnoopedNetwork> all = new ArrayList<>();
  private volatile SnoopedNetwork[] published = {};
  private @Nullable SnoopedNetwork[] byIndex = new SnoopedNetwork[16];

  /** Nothing yet, on the host with this underlay address. */
  public SnoopedNetworks(Slots<Network> networks, CycleClock clock, IpAddress underlay) {
    this.networks = networks;
    this.clock = clock;
    this.ranks = new OwnRanks(underlay);
  }

  /** What is known about a network; null if it does not snoop. Allocates for a new one only. */
  @SuppressWarnings("ReferenceEquality") // an index is used again by another network
  @Nullable SnoopedNetwork of(Network network) {
    SnoopingSettings settings = network.config().settings().multicast().snooping();
    if (!settings.enabled()) {
      return null;
    }
    SnoopedNetwork known = network.index() < byIndex.length ? byIndex[network.index()] : null;
    if (known != null && known.network() == network && known.settings().equals(settings)) {
      known.refresh(clock.nowNs());
      return known;
    }
    return begin(network, settings);
  }

  private SnoopedNetwork begin(Network network, SnoopingSettings settings) {
    SnoopedNetwork begun = new SnoopedNetwork(network, settings, ranks, clock.nowNs());
    int index = network.index();
    if (index >= byIndex.length) {
      byIndex = Arrays.copyOf(byIndex, Math.max(index + 1, byIndex.length * 2));
    }
    all.remove(byIndex[index]);
    byIndex[index] = begun;
    all.add(begun);
    published = all.toArray(SnoopedNetwork[]::new);
    return begun;
  }

  /** Those that snoop; forgets those that do not any more, and finds new ones. */
  List<SnoopedNetwork> refresh() {
    for (int i = 0; i < networks.end(); i++) {
      Network network = networks.get(i);
      SnoopedNetwork known = network == null ? null : of(network);
      if (known == null && i < byIndex.length && byIndex[i] != null) {
        all.remove(byIndex[i]);
        byIndex[i] = null;
        published = all.toArray(SnoopedNetwork[]::new);
      }
    }
    return all;
  }

  /** What is known, as it was written down a second ago at most; any thread. */
  public List<MulticastStatus> statuses() {
    List<MulticastStatus> rows = new ArrayList<>();
    for (SnoopedNetwork network : published) {
      rows.addAll(network.snapshot());
    }
    return rows;
  }

  OwnRanks ranks() {
    return ranks;
  }
}
