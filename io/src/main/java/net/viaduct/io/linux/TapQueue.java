package net.viaduct.io.linux;

import java.util.concurrent.atomic.AtomicLong;
import net.viaduct.io.Frame;
import net.viaduct.io.PortQueue;
import net.viaduct.io.ReceiveBatch;

/**
 * Reads frames from a queue of a tap, each with a header that says what is left to be done: it is
 * read into the headroom in front of the frame. Owned by the thread that reads.
 */
final class TapQueue implements PortQueue {
  private final SystemCalls calls = new SystemCalls();
  private final int fd;
  private final AtomicLong unusable;

  /**
   * Reads from this descriptor.
   *
   * @param unusable counts what has a header that cannot be read
   */
  TapQueue(int fd, AtomicLong unusable) {
    this.fd = fd;
    this.unusable = unusable;
  }

  @Override
  public int[] descriptors() {
    return new int[] {fd};
  }

  @Override
  public int receive(ReceiveBatch batch) {
    int count = 0;
    for (Frame frame = batch.pack(0); frame != null; frame = batch.pack(count)) {
      int room = Frame.SLOT_BYTES - Frame.HEADROOM_BYTES;
      long at = frame.start() - VirtioNetHeader.SIZE_BYTES;
      long bytes =
          calls.read(fd, frame.memory().address() + at, (long) room + VirtioNetHeader.SIZE_BYTES);
      if (bytes < 0) {
        break;
      }
      frame.lengthBytes(Math.max(0, (int) bytes - VirtioNetHeader.SIZE_BYTES));
      if (VirtioNetHeader.read(frame.memory(), at, frame)) {
        count++;
      } else {
        unusable.incrementAndGet();
      }
    }
    return count;
  }
}
