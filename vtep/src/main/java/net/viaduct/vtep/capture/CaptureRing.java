package net.viaduct.vtep.capture;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Frames on their way from the data-path thread to one reader, in memory of a fixed size: what does
 * not fit is counted, and nobody waits. One thread writes, one reads.
 */
final class CaptureRing {
  private final MemorySegment memory;
  private final CaptureEntry[] entries;
  private volatile long published;
  private volatile long consumed;
  private volatile long consumedBytes;
  private long claimed;
  private long claimedBytes;

  /**
   * An empty ring.
   *
   * @param frames how many fit, a power of two
   * @param bytes of all of them together
   */
  CaptureRing(int frames, int bytes) {
    memory = MemorySegment.ofArray(new byte[bytes]);
    entries = new CaptureEntry[frames];
    for (int i = 0; i < frames; i++) {
      entries[i] = new CaptureEntry();
    }
  }

  /** Room for a frame of so many bytes, which are not copied yet; null if there is none. Writer. */
  @Nullable CaptureEntry claim(int bytes) {
    if (claimed - consumed == entries.length) {
      return null;
    }
    long size = memory.byteSize();
    long at = claimedBytes % size;
    long skipped = at + bytes > size ? size - at : 0; // a frame does not go round the end
    if (claimedBytes + skipped + bytes - consumedBytes > size) {
      return null;
    }
    CaptureEntry entry = entries[(int) (claimed % entries.length)];
    entry.begin();
    entry.position = claimedBytes + skipped;
    entry.keptBytes = bytes;
    claimedBytes += skipped + bytes;
    claimed++;
    return entry;
  }

  /** Copies bytes of a claimed frame. Writer. */
  void copy(CaptureEntry entry, MemorySegment from, long at) {
    MemorySegment.copy(from, at, memory, entry.position % memory.byteSize(), entry.keptBytes);
  }

  /**
   * Looks at what became of the frames that were claimed last, and leaves out those that a filter
   * does not want; the last ones of them give their room back at once. Writer.
   *
   * @return how many were left out
   */
  int judge(int count, CaptureFilter filter) {
    int leftOut = 0;
    boolean atEnd = true;
    long end = claimed;
    for (long at = end - 1; at >= end - count; at--) {
      CaptureEntry entry = entries[(int) (at % entries.length)];
      entry.wanted = filter.wants(entry);
      leftOut += entry.wanted ? 0 : 1;
      atEnd &= !entry.wanted;
      if (atEnd) {
        claimed--;
        claimedBytes = entry.position;
      }
    }
    return leftOut;
  }

  /** Hands on all that was claimed. Writer. */
  void publish() {
    published = claimed;
  }

  /** The next frame, or null; valid until {@link #release}. Reader. */
  @Nullable CaptureEntry peek() {
    long at = consumed;
    return at == published ? null : entries[(int) (at % entries.length)];
  }

  /** The kept bytes of a frame. Reader. */
  byte[] bytes(CaptureEntry entry) {
    byte[] bytes = new byte[entry.keptBytes];
    MemorySegment.copy(
        memory, entry.position % memory.byteSize(), MemorySegment.ofArray(bytes), 0, bytes.length);
    return bytes;
  }

  /** Gives the room of the frame that was peeked at back. Reader. */
  void release(CaptureEntry entry) {
    consumedBytes = entry.position + entry.keptBytes;
    long at = consumed;
    consumed = at + 1;
  }
}
