package net.viaduct.vtep.worker;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;

/**
 * Frames from one source on their way from a worker to the data-path thread. Owned by whoever has
 * it: the worker until it is handed over, then the data-path thread until it is given back.
 */
final class Parcel {
  /** Room for so many frames of the largest size; four times as many small ones. */
  static final int SLOTS = 4;

  private final ReceiveBatch batch;
  private int token;
  private int count;

  Parcel(MemorySegment memory) {
    batch = new ReceiveBatch(memory, SLOTS);
  }

  /** Begins anew, with frames from the source that readiness names by this token. */
  void begin(int source) {
    token = source;
    count = 0;
  }

  /** Copies a frame into it; false if there is no room. */
  boolean add(Frame frame) {
    Frame room = batch.pack(count);
    if (room == null) {
      return false;
    }
    room.copyFrom(frame);
    count++;
    return true;
  }

  int token() {
    return token;
  }

  int count() {
    return count;
  }

  ReceiveBatch batch() {
    return batch;
  }
}
