package net.viaduct.vtep.forward;

import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.TunnelTarget;

/**
 * The places that a frame is flooded to, chosen anew for each frame. Owned by the thread that works
 * at the frames; reused, so that nothing is allocated once it has grown.
 */
public final class FloodScope {
  private LocalPort[] ports = new LocalPort[16];
  private TunnelTarget[] targets = new TunnelTarget[16];
  private int portCount;
  private int targetCount;
  private DropReason nobody = DropReason.NO_FLOOD_TARGET;

  /** Nobody. */
  public FloodScope() {}

  /** Nobody again. */
  public void clear() {
    portCount = 0;
    targetCount = 0;
    nobody = DropReason.NO_FLOOD_TARGET;
  }

  /** A port gets a copy, unless it is blocked. */
  public void add(LocalPort port) {
    if (port.isBlocked()) {
      return;
    }
    if (portCount == ports.length) {
      ports = java.util.Arrays.copyOf(ports, portCount * 2);
    }
    ports[portCount++] = port;
  }

  /** A remote or a group gets a copy. */
  public void add(TunnelTarget target) {
    if (targetCount == targets.length) {
      targets = java.util.Arrays.copyOf(targets, targetCount * 2);
    }
    targets[targetCount++] = target;
  }

  /** Sets why a frame is dropped if there is nobody. */
  public void nobody(DropReason reason) {
    nobody = reason;
  }

  /** Why a frame is dropped if there is nobody. */
  public DropReason nobody() {
    return nobody;
  }

  /** Whether a port, a remote or a group is in it. */
  @SuppressWarnings("ReferenceEquality") // that very one
  public boolean contains(Object place) {
    for (int i = 0; i < portCount; i++) {
      if (ports[i] == place) {
        return true;
      }
    }
    for (int i = 0; i < targetCount; i++) {
      if (targets[i] == place) {
        return true;
      }
    }
    return false;
  }

  /** How many ports. */
  public int portCount() {
    return portCount;
  }

  /** One of the ports. */
  public LocalPort port(int index) {
    return ports[index];
  }

  /** How many remotes and groups. */
  public int targetCount() {
    return targetCount;
  }

  /** One of the remotes and groups. */
  public TunnelTarget target(int index) {
    return targets[index];
  }
}
