package net.viaduct.io.memory;

import net.viaduct.io.Pollable;

/** Something in memory that {@link MemoryReadiness} can wait for. */
public interface MemorySource extends Pollable {
  /** Whether there is something to receive now. Any thread. */
  boolean isReady();

  @Override
  default int[] descriptors() {
    return new int[0];
  }
}
