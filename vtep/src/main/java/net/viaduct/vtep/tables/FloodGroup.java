package net.viaduct.vtep.tables;

import net.viaduct.io.Endpoint;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.vtep.encapsulation.EncapsulationType;

/**
 * A multicast group that networks flood to. Changed by the data-path thread; any thread may read.
 */
public final class FloodGroup implements TunnelTarget {
  private final Endpoint endpoint;
  private final CounterBlock counters;
  private final Stall stall = new Stall();
  private int deviceMtuBytes;
  private int networks;
  private boolean gone;

  /**
   * A group that no network uses yet.
   *
   * @param deviceMtuBytes the largest IP packet that the device on the way to it takes
   */
  public FloodGroup(Endpoint endpoint, CounterBlock counters, int deviceMtuBytes) {
    this.endpoint = endpoint;
    this.counters = counters;
    this.deviceMtuBytes = deviceMtuBytes;
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public Endpoint endpoint(EncapsulationType type) {
    return endpoint;
  }

  @Override
  public Stall stall() {
    return stall;
  }

  @Override
  public CounterBlock counters() {
    return counters;
  }

  @Override
  public int pathMtuBytes() {
    return deviceMtuBytes; // members have paths of their own, of which nothing is known
  }

  /** The device takes this now. */
  public void deviceMtuBytes(int value) {
    deviceMtuBytes = value;
  }

  /** One more network uses it. */
  public void acquire() {
    networks++;
  }

  /** A network uses it no more; true if it was the last. */
  public boolean release() {
    return --networks == 0;
  }

  /** It was taken away. Owner. */
  public void gone() {
    gone = true;
  }

  @Override
  public boolean isGone() {
    return gone;
  }
}
