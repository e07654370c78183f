package net.viaduct.io;

/** Something that {@link Readiness} can wait for. */
public interface Pollable {
  /**
   * Descriptors that become readable when there is something to receive; empty for twins in memory.
   * The array is a copy.
   */
  int[] descriptors();
}
