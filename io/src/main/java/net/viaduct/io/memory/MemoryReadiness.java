package net.viaduct.io.memory;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import net.viaduct.io.Pollable;
import net.viaduct.io.Readiness;

/**
 * The twin of waiting: looks at sources in memory. It does not wait until a source has something:
 * when none has, it sleeps until it is woken or the time is over. Owned by one thread, but for
 * {@link #wake()}. Begins each time behind the source that it told last, so that none starves.
 */
public final class MemoryReadiness implements Readiness {
  private final List<Entry> entries = new CopyOnWriteArrayList<>();
  private final Semaphore wakes = new Semaphore(0);
  private int next;

  private record Entry(MemorySource source, int token) {}

  /** Without sources. */
  public MemoryReadiness() {}

  @Override
  public void add(Pollable source, int token) {
    if (!(source instanceof MemorySource memory)) {
      throw new IllegalArgumentException(source + " is not in memory");
    }
    if (entries.stream().anyMatch(entry -> entry.source.equals(source))) {
      throw new IllegalArgumentException(source + " is waited for already");
    }
    entries.add(new Entry(memory, token));
  }

  @Override
  public void remove(Pollable source) {
    entries.removeIf(entry -> entry.source.equals(source));
  }

  @Override
  public int await(int[] tokens, long timeoutNs) {
    int found = look(tokens);
    if (found == 0 && timeoutNs > 0) {
      try {
        boolean woken = wakes.tryAcquire(timeoutNs, TimeUnit.NANOSECONDS);
        if (!woken) {
          return look(tokens);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      found = look(tokens);
    }
    wakes.drainPermits();
    return found;
  }

  private int look(int[] tokens) {
    Entry[] now = entries.toArray(Entry[]::new);
    int count = now.length;
    int first = count == 0 ? 0 : next % count;
    int found = 0;
    for (int i = 0; i < count && found < tokens.length; i++) {
      int at = (first + i) % count;
      if (now[at].source.isReady()) {
        tokens[found++] = now[at].token;
        next = at + 1;
      }
    }
    return found;
  }

  @Override
  public void wake() {
    wakes.release();
  }

  @Override
  public void close() {
    entries.clear();
  }
}
