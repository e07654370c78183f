package net.viaduct.vtep;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;

/** Frames from templates, over and over, without allocation. Owned by the test's thread. */
final class EndlessFrames {
  private static final int TEMPLATE_BYTES = 2048;

  private final MemorySegment templates;
  private final int[] lengths;
  private int next;
  private long left;

  EndlessFrames(byte[]... frames) {
    templates = Arena.ofAuto().allocate((long) frames.length * TEMPLATE_BYTES);
    lengths = new int[frames.length];
    for (int i = 0; i < frames.length; i++) {
      lengths[i] = frames[i].length;
      MemorySegment.copy(
          MemorySegment.ofArray(frames[i]), 0, templates, (long) i * TEMPLATE_BYTES, lengths[i]);
    }
  }

  /** So many more frames may be taken. */
  void release(long frames) {
    left += frames;
  }

  boolean hasNext() {
    return left > 0 && lengths.length > 0;
  }

  int fill(ReceiveBatch batch) {
    int count = 0;
    while (count < batch.capacity() && hasNext()) {
      Frame frame = batch.frame(count++);
      frame.reset();
      frame.lengthBytes(lengths[next]);
      MemorySegment.copy(
          templates, (long) next * TEMPLATE_BYTES, frame.memory(), frame.start(), lengths[next]);
      next = (next + 1) % lengths.length;
      left--;
    }
    return count;
  }
}
