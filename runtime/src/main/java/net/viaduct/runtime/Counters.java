package net.viaduct.runtime;

/** Where blocks of counters come from. Allocating and releasing may be done from any thread. */
public interface Counters {
  /**
   * Takes a block whose counters are all zero.
   *
   * @param label what is counted, for a person: a port's name, an address
   * @throws IllegalStateException if there is no room left; the message tells the limit
   */
  CounterBlock allocate(CounterLayout layout, String label);

  /** Gives a block back; it must not be used any more. */
  void release(CounterBlock block);
}
