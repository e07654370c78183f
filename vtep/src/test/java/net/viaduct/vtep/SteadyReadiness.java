package net.viaduct.vtep;

import net.viaduct.io.Pollable;
import net.viaduct.io.Readiness;
import net.viaduct.io.memory.MemorySource;
import org.jspecify.annotations.Nullable;

/** Looks at sources in memory, and allocates nothing when they come and go. */
final class SteadyReadiness implements Readiness {
  private final @Nullable MemorySource[] sources = new MemorySource[16];

  @Override
  public void add(Pollable source, int token) {
    sources[token] = (MemorySource) source;
  }

  @Override
  public void remove(Pollable source) {
    for (int i = 0; i < sources.length; i++) {
      if (sources[i] == source) {
        sources[i] = null;
      }
    }
  }

  @Override
  public int await(int[] tokens, long timeoutNs) {
    int count = 0;
    for (int i = 0; i < sources.length; i++) {
      MemorySource source = sources[i];
      if (source != null && source.isReady()) {
        tokens[count++] = i;
      }
    }
    return count;
  }

  @Override
  public void wake() {}

  @Override
  public void close() {}
}
