package net.viaduct.host.reconcile;

import net.viaduct.host.config.PortConfig;

/**
 * A port as it is to be. Immutable.
 *
 * @param config what it is
 * @param vni the network that it is in
 * @param tapMtuBytes the MTU of a tap; 0 for a device that exists, which keeps its own
 */
public record DesiredPort(PortConfig config, int vni, int tapMtuBytes) {
  /** By which it is known. */
  public String name() {
    return config.name();
  }

  /** Whether one that is open can become the other without being closed. */
  boolean isSameDevice(DesiredPort other) {
    return config.getClass() == other.config.getClass()
        && config.device().equals(other.config.device())
        && config.name().equals(other.config.name());
  }

  /** By which its device is known. */
  public String device() {
    return config.device();
  }
}
