package net.viaduct.vtep.storm;

import java.util.Arrays;
import net.viaduct.io.Frame;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.settings.StormLimits;
import net.viaduct.vtep.settings.StormSettings;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.trace.Trail;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.MacAddress;
import org.jspecify.annotations.Nullable;

/**
 * Keeps floods within the limits of ports and networks (P25). Follows the settings by itself. Owned
 * by the thread that works at the frames; allocates for a port or network that it sees for the
 * first time only.
 */
public final class StormControl {
  private static final int BITS_PER_BYTE = 8;

  private final CycleClock clock;
  private final Trail trail;
  private @Nullable StormMeter[] networks = new StormMeter[16];
  private @Nullable StormMeter[] ports = new StormMeter[16];

  /** Nothing was flooded yet. */
  public StormControl(CycleClock clock, Trail trail) {
    this.clock = clock;
    this.trail = trail;
  }

  /**
   * Whether a frame may be flooded.
   *
   * @param from null if it came from a tunnel: what remotes flood counts for the network
   * @return why not, or null
   */
  public @Nullable DropReason check(Network network, @Nullable LocalPort from, Frame frame) {
    long destination = EthernetHeader.destination(frame.memory(), frame.start());
    if (network.dropsUnknown() && !MacAddress.isGroup(destination)) {
      return DropReason.UNKNOWN_STATION;
    }
    StormSettings settings = network.config().settings().storm();
    if (settings.isUnlimited()) {
      return null;
    }
    FloodKind kind = FloodKind.of(destination);
    long packets = packets(frame);
    long bits = (long) frame.lengthBytes() * BITS_PER_BYTE;
    StormMeter ofPort = from == null ? null : ofPort(from, settings.port());
    StormMeter ofNetwork = ofNetwork(network, settings.network());
    long nowNs = clock.nowNs();
    boolean passes =
        (ofPort == null || ofPort.holds(kind, packets, bits, nowNs))
            && ofNetwork.holds(kind, packets, bits, nowNs);
    if (!passes) {
      return kind.storm();
    }
    if (!trail.isOn()) {
      if (ofPort != null) {
        ofPort.take(kind, packets, bits);
      }
      ofNetwork.take(kind, packets, bits);
    }
    return null;
  }

  private static long packets(Frame frame) {
    int segmentBytes = frame.offload().isSuperFrame() ? frame.offload().segmentBytes() : 0;
    return segmentBytes < 1 ? 1 : Math.max(1, frame.lengthBytes() / segmentBytes);
  }

  private StormMeter ofPort(LocalPort port, StormLimits limits) {
    if (port.index() >= ports.length) {
      ports = Arrays.copyOf(ports, Math.max(port.index() + 1, ports.length * 2));
    }
    StormMeter known = ports[port.index()];
    if (known == null || !known.isOf(port, limits)) {
      known = new StormMeter(port, limits, clock.nowNs());
      ports[port.index()] = known;
    }
    return known;
  }

  private StormMeter ofNetwork(Network network, StormLimits limits) {
    if (network.index() >= networks.length) {
      networks = Arrays.copyOf(networks, Math.max(network.index() + 1, networks.length * 2));
    }
    StormMeter known = networks[network.index()];
    if (known == null || !known.isOf(network, limits)) {
      known = new StormMeter(network, limits, clock.nowNs());
      networks[network.index()] = known;
    }
    return known;
  }
}
