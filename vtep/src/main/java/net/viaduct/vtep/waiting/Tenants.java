package net.viaduct.vtep.waiting;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.config.HtbClass;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.TreeConfig;
import net.viaduct.vtep.queue.QueueSettings;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.PortDevice;
import org.jspecify.annotations.Nullable;

/**
 * Who shares the queue to the underlay with whom, and how many frames of each may wait before its
 * ports are held back. Owned by the data-path thread.
 *
 * <p>The outermost share by network, port group or port says who is one tenant; without such each
 * port is. A tenant may fill half of its queue, so that what was read already still fits into it,
 * and never more of the memory than is left to others (dynamic thresholds, Choudhury and Hahne,
 * 1998).
 */
final class Tenants {
  private static final int BYTES_OF_A_FRAME = 1_600;

  private final FlowField by;
  private final boolean shared;
  private final int mostPackets;
  private final boolean cuts;
  private final WaitingFrames store;
  private final @Nullable Tenant[] byPort;
  private final Map<Object, Tenant> byName = new HashMap<>();
  private int active;

  /**
   * Nobody yet.
   *
   * @param ports how many indices of ports there are
   */
  Tenants(QueueSettings settings, WaitingFrames store, int ports) {
    TreeConfig tree = settings.tree();
    FlowField first =
        shares(tree.root().queue()).filter(Tenants::isOfPort).findFirst().orElse(null);
    this.by = first == null ? FlowField.IIF : first;
    this.shared = first != null;
    this.mostPackets = leastLimit(tree.root().queue());
    this.cuts = settings.rateBitsPerSecond() > 0;
    this.store = store;
    this.byPort = new Tenant[ports];
  }

  private static boolean isOfPort(FlowField field) {
    return field == FlowField.NETWORK || field == FlowField.PORT_GROUP || field == FlowField.IIF;
  }

  private static Stream<FlowField> shares(QueueConfig queue) {
    return switch (queue) {
      case QueueConfig.Fifo _, QueueConfig.Sfq _, QueueConfig.FqCodel _ -> Stream.empty();
      case QueueConfig.Share share -> Stream.concat(Stream.of(share.by()), shares(share.each()));
      case QueueConfig.Priority priority ->
          priority.bands().stream().flatMap(band -> shares(band.queue()));
      case QueueConfig.Htb htb -> htb.classes().stream().flatMap(Tenants::shares);
    };
  }

  private static Stream<FlowField> shares(HtbClass config) {
    return Stream.concat(
        config.queue().stream().flatMap(Tenants::shares),
        config.classes().stream().flatMap(Tenants::shares));
  }

  /** How many frames the smallest queue takes that any of them may come to. */
  private static int leastLimit(QueueConfig queue) {
    return switch (queue) {
      case QueueConfig.Fifo fifo ->
          (int) Math.min(fifo.packets(), Math.max(1, fifo.bytes() / BYTES_OF_A_FRAME));
      case QueueConfig.Sfq sfq -> Math.min(sfq.packets(), sfq.depthPackets());
      case QueueConfig.FqCodel codel ->
          (int) Math.min(codel.packets(), Math.max(1, codel.bytes() / BYTES_OF_A_FRAME));
      case QueueConfig.Share share -> leastLimit(share.each());
      case QueueConfig.Priority priority ->
          priority.bands().stream().mapToInt(band -> leastLimit(band.queue())).min().orElse(1);
      case QueueConfig.Htb htb ->
          htb.classes().stream().mapToInt(Tenants::leastLimit).min().orElse(1);
    };
  }

  private static int leastLimit(HtbClass config) {
    return config.queue().isPresent()
        ? leastLimit(config.queue().get())
        : config.classes().stream().mapToInt(Tenants::leastLimit).min().orElse(1);
  }

  /** The tenant of a port; made if there is none, which costs memory once. */
  Tenant of(LocalPort port) {
    Tenant known = byPort[port.index()];
    if (known == null) {
      known = byName.computeIfAbsent(key(port), _ -> new Tenant(this, name(port)));
      byPort[port.index()] = known;
    }
    return known;
  }

  private Object key(LocalPort port) {
    return switch (by) {
      case NETWORK -> port.network().vni();
      case PORT_GROUP -> port.portGroupNumber();
      default -> port.name();
    };
  }

  private String name(LocalPort port) {
    return switch (by) {
      case NETWORK -> "network " + port.network().config().name();
      case PORT_GROUP ->
          port.settings().portGroup().map(group -> "port group " + group.name()).orElse("no group");
      default -> "port " + port.name();
    };
  }

  /** Ports came, went or changed: whose they are is found out anew. */
  void forget() {
    Arrays.fill(byPort, null);
    byName.values().removeIf(tenant -> tenant.waiting() == 0);
  }

  /** A frame of a tenant waits. */
  void enter(Tenant tenant) {
    if (tenant.enter()) {
      active++;
    }
  }

  /** A frame of a tenant waits no more. */
  void leave(Tenant tenant) {
    if (tenant.leave()) {
      active--;
    }
  }

  /** The only tenant whose frames come from a device; null if there are several. */
  @Nullable Tenant only(PortDevice device) {
    Tenant first = of(device.portAt(0));
    for (int i = 1; i < device.portCount(); i++) {
      if (of(device.portAt(i)) != first) {
        return null;
      }
    }
    return first;
  }

  /** How many frames of a tenant may wait before its ports are held back. */
  int most() {
    int limit = shared ? mostPackets : mostPackets / Math.max(1, active);
    return Math.min(Math.max(1, limit / 2), store.free());
  }

  /** How many frames may be taken of a tenant's ports now; none if they are to be held back. */
  int room(Tenant tenant) {
    int room = most() - tenant.waiting();
    if (room <= 0) {
      return 0;
    }
    return cuts ? Math.max(1, room / WaitingFrames.MOST_PIECES) : room;
  }

  /** Whether enough is gone for ports that were held back. */
  boolean mayResume(Tenant tenant) {
    return tenant.waiting() <= most() / 2;
  }
}
