package net.viaduct.vtep.multicast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import net.viaduct.vtep.control.Groups;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.settings.MulticastSettings;
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
  private final UnderlayAccess underlay;
  private final List<SnoopedNetwork> all = new ArrayList<>();
  private volatile SnoopedNetwork[] published = {};
  private @Nullable SnoopedNetwork[] byIndex = new SnoopedNetwork[16];

  /**
   * Nothing yet.
   *
   * @param own the host's underlay address
   * @param groups of the underlay
   * @param errors where it is told that one cannot be joined
   */
  public SnoopedNetworks(
      Slots<Network> networks,
      CycleClock clock,
      IpAddress own,
      Groups groups,
      Consumer<RuntimeException> errors) {
    this.networks = networks;
    this.clock = clock;
    this.underlay = new UnderlayAccess(new OwnRanks(own), groups, errors);
  }

  /** What is known about a network; null if it does not snoop. Allocates for a new one only. */
  @SuppressWarnings("ReferenceEquality") // an index is used again by another network
  @Nullable SnoopedNetwork of(Network network) {
    MulticastSettings settings = network.config().settings().multicast();
    if (!settings.snooping().enabled()) {
      return null;
    }
    SnoopedNetwork known = network.index() < byIndex.length ? byIndex[network.index()] : null;
    if (known != null && known.network() == network && known.isAsOf(settings)) {
      known.refresh(clock.nowNs());
      return known;
    }
    return begin(network, settings);
  }

  private SnoopedNetwork begin(Network network, MulticastSettings settings) {
    int index = network.index();
    end(index);
    SnoopedNetwork begun = new SnoopedNetwork(network, settings, underlay, clock.nowNs());
    if (index >= byIndex.length) {
      byIndex = Arrays.copyOf(byIndex, Math.max(index + 1, byIndex.length * 2));
    }
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
      if (known == null) {
        end(i);
      }
    }
    return all;
  }

  private void end(int index) {
    SnoopedNetwork ended = index < byIndex.length ? byIndex[index] : null;
    if (ended != null) {
      ended.close();
      all.remove(ended);
      byIndex[index] = null;
      published = all.toArray(SnoopedNetwork[]::new);
    }
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
    return underlay.ranks();
  }
}
