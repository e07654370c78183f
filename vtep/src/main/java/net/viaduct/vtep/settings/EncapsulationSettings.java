package net.viaduct.vtep.settings;

import java.util.Map;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.encapsulation.TrafficClassPolicy;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.tunnel.NvgreHeader;

/**
 * How frames of a network are wrapped, and what their outer header takes from them. Immutable.
 *
 * @param type for all remotes and groups that are not listed
 * @param remotes that speak something else
 * @param flowIds whether NVGRE tells flows apart in its key (R23); a peer that knows GRE with one
 *     key only would not understand that
 * @param trafficClass what becomes of DSCP and ECN (R26 to R28)
 */
public record EncapsulationSettings(
    EncapsulationType type,
    Map<IpAddress, EncapsulationType> remotes,
    boolean flowIds,
    TrafficClassPolicy trafficClass) {
  /** Plain VXLAN. */
  public static final EncapsulationSettings DEFAULT =
      new EncapsulationSettings(
          EncapsulationType.VXLAN, Map.of(), true, TrafficClassPolicy.DEFAULT);

  /** Keeps a copy. */
  public EncapsulationSettings {
    remotes = Map.copyOf(remotes);
  }

  /** The same with another encapsulation. */
  public EncapsulationSettings with(EncapsulationType other) {
    return new EncapsulationSettings(other, remotes, flowIds, trafficClass);
  }

  /** The same with other exceptions. */
  public EncapsulationSettings withRemotes(Map<IpAddress, EncapsulationType> others) {
    return new EncapsulationSettings(type, others, flowIds, trafficClass);
  }

  /** The same with or without flow ids. */
  public EncapsulationSettings withFlowIds(boolean value) {
    return new EncapsulationSettings(type, remotes, value, trafficClass);
  }

  /** The same with another treatment of DSCP and ECN. */
  public EncapsulationSettings with(TrafficClassPolicy other) {
    return new EncapsulationSettings(type, remotes, flowIds, other);
  }

  /** What a remote speaks. */
  public EncapsulationType typeFor(IpAddress remote) {
    return remotes.getOrDefault(remote, type);
  }

  /** Whether anything here is wrapped so. */
  public boolean uses(EncapsulationType other) {
    return type == other || remotes.containsValue(other);
  }

  /**
   * Checks that a network with this VNI can be wrapped so.
   *
   * @throws IllegalArgumentException if NVGRE has reserved the VNI for something else (R23)
   */
  public void requireVni(int vni) {
    if (uses(EncapsulationType.NVGRE) && !NvgreHeader.isTenantVsid(vni)) {
      throw new IllegalArgumentException(
          "VNI %d is reserved with nvgre; a network by NVGRE has one of %d to %d"
              .formatted(vni, NvgreHeader.MIN_VSID, NvgreHeader.MAX_VSID));
    }
  }
}
