package net.viaduct.host;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.linux.MappedMemory;

/**
 * Memory for frames that wait in queues: mapped when it is asked for, and touched only as far as
 * frames wait. May be used by any thread.
 */
final class WaitingMemory implements AutoCloseable {
  private final List<MappedMemory> mapped = new ArrayList<>();

  WaitingMemory() {}

  /** So many bytes, which are zero. */
  synchronized MemorySegment segment(long bytes) {
    MappedMemory memory = new MappedMemory(bytes);
    mapped.add(memory);
    return memory.segment();
  }

  /** Gives all back; whoever has asked must have ended. */
  @Override
  public synchronized void close() {
    mapped.forEach(MappedMemory::close);
    mapped.clear();
  }
}
