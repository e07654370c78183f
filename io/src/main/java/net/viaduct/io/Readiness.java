package net.viaduct.io;

/**
 * Waits for whatever has something to receive. Owned by one thread, but for {@link #wake()}; while
 * that thread waits or does not use it, another one may add and remove sources.
 */
public interface Readiness extends AutoCloseable {
  /**
   * Waits for a source from now on.
   *
   * @param token by which {@link #await} names it
   */
  void add(Pollable source, int token);

  /** Does not wait for a source any more; to be called before it is closed. */
  void remove(Pollable source);

  /**
   * Waits until something can be received, it is woken, or the time is over. What was not received
   * completely is told again the next time.
   *
   * @param tokens filled with the tokens of what is ready, each once
   * @param timeoutNs 0 to look without waiting
   * @return how many tokens were filled
   */
  int await(int[] tokens, long timeoutNs);

  /** Ends a wait; from any thread. */
  void wake();

  @Override
  void close();
}
