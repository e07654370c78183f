package net.viaduct.vtep.tables;

import net.viaduct.io.Port;
import net.viaduct.io.SendBatch;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.vtep.settings.PortSettings;

/**
 * A port in its network, with what waits to be sent to it. Owned by the data-path thread; any
 * thread may read the port's name, its network, MTU and counters.
 */
public final class LocalPort {
  private final int index;
  private final String name;
  private final PortDevice device;
  private final Network network;
  private final int vlan;
  private final CounterBlock counters;
  private final SendBatch batch;
  private volatile PortSettings settings;
  private volatile String blockedBy = "";
  private boolean isBlocked;
  private volatile int mtuBytes;

  /**
   * A port.
   *
   * @param name by which it is known: its device's, or {@code eth1.20} for a VLAN of it
   * @param batchFrames how many frames can wait
   */
  public LocalPort(
      int index,
      String name,
      PortDevice device,
      Network network,
      PortSettings settings,
      CounterBlock counters,
      int batchFrames) {
    this.index = index;
    this.name = name;
    this.device = device;
    this.network = network;
    this.settings = settings;
    this.vlan = settings.vlan().orElse(0);
    this.counters = counters;
    this.batch = new SendBatch(batchFrames);
    this.mtuBytes = device.port().mtuBytes();
  }

  /** By which the FDB knows it. */
  public int index() {
    return index;
  }

  /** By which it is known. */
  public String name() {
    return name;
  }

  /** The way in and out, perhaps of other ports too. */
  public Port port() {
    return device.port();
  }

  /** Its device, with those that share it. */
  public PortDevice device() {
    return device;
  }

  /** The VLAN whose tag its frames have on the device; 0 if they have none. */
  public int vlan() {
    return vlan;
  }

  /** How it behaves. */
  public PortSettings settings() {
    return settings;
  }

  /** Behaves otherwise from now on; the VLAN stays as it was. */
  public void settings(PortSettings value) {
    settings = value;
  }

  /** The network that it is in. */
  public Network network() {
    return network;
  }

  /** What came from it, and what went there. */
  public CounterBlock counters() {
    return counters;
  }

  /** The policy group of what comes from it, or {@link net.viaduct.io.Frame#NO_GROUP}. */
  public int group() {
    return settings.groupOrNone();
  }

  /** Frames that wait to be sent. */
  public SendBatch batch() {
    return batch;
  }

  /** The MTU as it was when it was last looked at. */
  public int mtuBytes() {
    return mtuBytes;
  }

  /** Looks at the MTU; whether it changed. */
  public boolean refreshMtu() {
    int now = port().mtuBytes();
    boolean changed = now != mtuBytes;
    mtuBytes = now;
    return changed;
  }

  /** Whether nothing passes at the moment, as frames come back through it. Owner. */
  public boolean isBlocked() {
    return isBlocked;
  }

  /** Why nothing passes at the moment, for a person; empty if it does. */
  public String blockedBy() {
    return blockedBy;
  }

  /**
   * Sets whether nothing passes.
   *
   * @param reason for a person; empty if it is open
   */
  public void blockedBy(String reason) {
    isBlocked = !reason.isEmpty();
    blockedBy = reason;
  }
}
