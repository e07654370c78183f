package net.viaduct.bench;

import java.util.HashMap;
import java.util.Map;
import net.viaduct.io.Pollable;
import net.viaduct.io.Readiness;
import org.jspecify.annotations.Nullable;

/** Says that one source is always ready, and never any other. */
final class SteadyReadiness implements Readiness {
  private final Map<Pollable, Integer> tokens = new HashMap<>();
  private int ready = -1;

  /** From now on this one, or none. */
  void only(@Nullable Pollable source) {
    ready = source == null ? -1 : tokens.getOrDefault(source, -1);
  }

  @Override
  public void add(Pollable source, int token) {
    tokens.put(source, token);
  }

  @Override
  public void remove(Pollable source) {
    tokens.remove(source);
  }

  @Override
  public int await(int[] into, long timeoutNs) {
    if (ready < 0) {
      return 0;
    }
    into[0] = ready;
    return 1;
  }

  @Override
  public void wake() {}

  @Override
  public void close() {}
}
