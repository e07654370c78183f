package net.viaduct.vtep.tables;

import net.viaduct.io.Endpoint;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.vtep.encapsulation.EncapsulationType;

/** A multicast group that networks flood to. Owned by the data-path thread; any thread may read. */
public final class FloodGroup implements TunnelTarget {
  private final Endpoint endpoint;
  private final CounterBlock counters;
  private int networks;

  /** A group that no network uses yet. */
  public FloodGroup(Endpoint endpoint, CounterBlock counters) {
    this.endpoint = endpoint;
    this.counters = counters;
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
  public CounterBlock counters() {
    return counters;
  }

  @Override
  public int pathMtuBytes() {
    return Integer.MAX_VALUE; // only its device tells: members have paths of their own
  }

  /** One more network uses it. */
  public void acquire() {
    networks++;
  }

  /** A network uses it no more; true if it was the last. */
  public boolean release() {
    return --networks == 0;
  }
}
