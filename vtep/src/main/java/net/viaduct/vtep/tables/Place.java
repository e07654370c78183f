package net.viaduct.vtep.tables;

import net.viaduct.runtime.CounterBlock;

/** Where a frame can go, and from where it can be taken away while frames wait for it. */
public interface Place {
  /** What went there, and what came from there. */
  CounterBlock counters();

  /** Whether it was taken away, so that nothing may be sent there or counted any more. Owner. */
  boolean isGone();
}
