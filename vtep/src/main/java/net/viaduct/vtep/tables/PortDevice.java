package net.viaduct.vtep.tables;

import java.util.Arrays;
import net.viaduct.io.Port;
import net.viaduct.wire.VlanTag;
import org.jspecify.annotations.Nullable;

/**
 * A device with the ports that share it: at most one for what it carries without a VLAN tag, and
 * one for each VLAN. Owned by the data-path thread; any thread may ask for the device itself.
 */
public final class PortDevice {
  private static final int VLAN_IDS = VlanTag.MAX_VLAN_ID + 1;

  private final Port port;
  private LocalPort[] sharing = {};
  private @Nullable LocalPort untagged;
  private @Nullable LocalPort @Nullable [] byVlan;
  private @Nullable LocalPort only;
  private volatile boolean suspended;
  private volatile boolean held;
  private long lostSeen;

  /** A device without ports. */
  public PortDevice(Port port) {
    this.port = port;
    this.lostSeen = port.lostInKernel();
  }

  /** The way in and out. */
  public Port port() {
    return port;
  }

  /** The port with this VLAN, 0 for the one without; null if there is none. */
  public @Nullable LocalPort port(int vlan) {
    @Nullable LocalPort[] vlans = byVlan;
    return vlan == 0 ? untagged : vlans == null ? null : vlans[vlan];
  }

  /** The port without VLAN, if no other shares the device; else null. */
  public @Nullable LocalPort only() {
    return only;
  }

  /** The port that was added first of those that there are: its token stands for the device. */
  public LocalPort lead() {
    return sharing[0];
  }

  /** Whether there is no port. */
  public boolean isEmpty() {
    return sharing.length == 0;
  }

  /** Adds a port whose VLAN has none yet. */
  public void add(LocalPort local) {
    set(local.vlan(), local);
    sharing = Arrays.copyOf(sharing, sharing.length + 1);
    sharing[sharing.length - 1] = local;
    only = findOnly();
  }

  /** Takes a port away. */
  public void remove(LocalPort local) {
    set(local.vlan(), null);
    sharing = Arrays.stream(sharing).filter(other -> other != local).toArray(LocalPort[]::new);
    only = findOnly();
  }

  private @Nullable LocalPort findOnly() {
    return sharing.length == 1 ? untagged : null;
  }

  private void set(int vlan, @Nullable LocalPort local) {
    if (vlan == 0) {
      untagged = local;
      return;
    }
    @Nullable LocalPort[] vlans = byVlan;
    if (vlans == null) {
      vlans = new LocalPort[VLAN_IDS];
      byVlan = vlans;
    }
    vlans[vlan] = local;
  }

  /** What the kernel lost since the last call. */
  public long lostSinceLastLook() {
    long now = port.lostInKernel();
    long lost = Math.max(0, now - lostSeen);
    lostSeen = now;
    return lost;
  }

  /** Whether receiving failed, so that it is not waited for at the moment. */
  public boolean isSuspended() {
    return suspended;
  }

  /** Whether it is left alone for a while, because more came from it than it may send. */
  public boolean isHeld() {
    return held;
  }

  /** Sets whether it is left alone. */
  public void held(boolean value) {
    held = value;
  }

  /** How many ports there are. */
  public int portCount() {
    return sharing.length;
  }

  /** One of the ports. */
  public LocalPort portAt(int index) {
    return sharing[index];
  }

  /** Sets whether it is not waited for. */
  public void suspended(boolean value) {
    suspended = value;
  }
}
