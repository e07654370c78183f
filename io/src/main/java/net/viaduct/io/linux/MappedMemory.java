package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Anonymous memory mapped from the kernel. It is zero and costs nothing until it is touched, unlike
 * memory of an {@link Arena}, which is written with zeros when it is allocated. May be used, and
 * closed, by any thread.
 */
public final class MappedMemory implements AutoCloseable {
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  private static final int NO_FILE = -1;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment segment;

  /**
   * Maps memory.
   *
   * @throws net.viaduct.io.IoFailure if there is none left
   */
  @SuppressWarnings("restricted")
  public MappedMemory(long bytes) {
    long address =
        new SystemCalls().mmap(bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, NO_FILE, 0);
    if (address < 0) {
      throw ErrorNumber.failure("map " + bytes + " bytes of memory", (int) address);
    }
    segment =
        MemorySegment.ofAddress(address)
            .reinterpret(bytes, arena, ignored -> new SystemCalls().munmap(address, bytes));
  }

  /** The memory; it must not be used any more after {@link #close()}. */
  public MemorySegment segment() {
    return segment;
  }

  /** Gives the memory back. */
  @Override
  public void close() {
    arena.close();
  }
}
