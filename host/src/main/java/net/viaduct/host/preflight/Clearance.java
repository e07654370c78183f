package net.viaduct.host.preflight;

import java.util.List;
import net.viaduct.host.devices.DeviceFacts;
import net.viaduct.wire.IpAddress;

/**
 * What was found out about a configuration that this machine can do. Immutable.
 *
 * @param underlay the device that carries tunnels
 * @param largestMtuBytes the largest MTU of a port whose frames fit into the underlay
 * @param warnings what works, but perhaps not as it is meant
 */
public record Clearance(DeviceFacts underlay, int largestMtuBytes, List<String> warnings) {
  /** Ethernet, VXLAN and UDP headers, and that of IPv4 or IPv6 (R17). */
  private static final int OVERHEAD_IPV4_BYTES = 50;

  private static final int OVERHEAD_IPV6_BYTES = 70;
  private static final int SMALLEST_MTU_BYTES = 68;

  /** Copies the warnings. */
  public Clearance {
    warnings = List.copyOf(warnings);
  }

  /** The same after the underlay's device has changed; all of these addresses are used on it. */
  public Clearance with(List<IpAddress> addresses, DeviceFacts device) {
    int largest =
        addresses.stream()
            .mapToInt(address -> largestMtuBytes(address, device.mtuBytes()))
            .min()
            .orElse(largestMtuBytes);
    return new Clearance(device, largest, warnings);
  }

  static int largestMtuBytes(IpAddress local, int mtuBytes) {
    int overhead = local.isIpv4() ? OVERHEAD_IPV4_BYTES : OVERHEAD_IPV6_BYTES;
    return Math.max(SMALLEST_MTU_BYTES, mtuBytes - overhead);
  }
}
