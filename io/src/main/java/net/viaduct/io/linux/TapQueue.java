package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicLong;
import net.viaduct.io.Frame;
import net.viaduct.io.IoFailure;
import net.viaduct.io.PortQueue;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.runtime.DistinctErrors;
import org.jspecify.annotations.Nullable;

/**
 * Reads frames from a queue of a tap, each with a header that says what is left to be done: it is
 * read into the headroom in front of the frame. Owned by the thread that reads.
 *
 * <p>How many system calls that takes follows what came before:
 *
 * <ul>
 *   <li>To see that there is no second frame takes a call, which a frame that comes alone would
 *       have to wait for. After one that was alone, the next {@link #MOST_BELIEVED} are believed to
 *       be: what is left is read when the descriptor is next found ready.
 *   <li>After {@link #DENSE} frames and more, many are read by one call, if the kernel lets us
 *       ({@link ReadRing}): a small frame's time is mostly that of its call.
 * </ul>
 */
final class TapQueue implements PortQueue, AutoCloseable {
  /** How often in a row nobody looks whether a frame is alone. */
  static final int MOST_BELIEVED = 7;

  /** So many frames at a time let it believe that there will be more than a few again. */
  static final int DENSE = 8;

  private static final int MOST_AT_ONCE = 64;
  private static final int READ_BYTES =
      Frame.SLOT_BYTES - Frame.HEADROOM_BYTES + VirtioNetHeader.SIZE_BYTES;

  private final SystemCalls calls = new SystemCalls();
  private final int fd;
  private final AtomicLong unusable;
  private final Arena arena;
  private final DistinctErrors errors;
  private boolean hasRing = !UringSwitch.isOff();
  private @Nullable ReadRing ring;
  private int believed = MOST_BELIEVED;
  private int last;

  /**
   * Reads from this descriptor, which must not block.
   *
   * @param unusable counts what has a header that cannot be read
   * @param arena is open as long as this is
   * @param errors is told if many frames cannot be read by one call
   */
  TapQueue(int fd, AtomicLong unusable, Arena arena, DistinctErrors errors) {
    this.fd = fd;
    this.unusable = unusable;
    this.arena = arena;
    this.errors = errors;
  }

  @Override
  public int[] descriptors() {
    return new int[] {fd};
  }

  @Override
  public int receive(ReceiveBatch batch) {
    ReadRing many = last >= DENSE ? ring() : null;
    last = many == null ? receiveOneByOne(batch) : receive(many, batch);
    return last;
  }

  private int receiveOneByOne(ReceiveBatch batch) {
    int count = 0;
    boolean empty = false;
    for (Frame frame = batch.pack(0); frame != null; frame = batch.pack(count)) {
      long bytes = calls.read(fd, frame.memory().address() + readAt(frame), READ_BYTES);
      if (bytes < 0) {
        empty = true;
        break;
      }
      if (accept(frame, bytes)) {
        count++;
        if (believed < MOST_BELIEVED) {
          believed++;
          return count;
        }
      }
    }
    believed = count == 1 && empty ? 0 : MOST_BELIEVED;
    return count;
  }

  private int receive(ReadRing many, ReceiveBatch batch) {
    batch.unpack();
    int asked = Math.min(Math.min(batch.capacity(), MOST_AT_ONCE), 2 * last);
    for (int i = 0; i < asked; i++) {
      Frame frame = batch.frame(i);
      frame.reset();
      many.add(frame.memory().address() + readAt(frame), READ_BYTES);
    }
    hasRing = false; // not once more, if it fails
    int error = many.read();
    hasRing = error == 0 && canRead(many.result(0));
    int count = 0;
    for (int i = 0; i < asked; i++) {
      int bytes = many.result(i);
      if (bytes >= 0 && accept(batch.frame(i), bytes)) {
        if (count < i) { // one before was empty when it was read, or could not be used
          batch.exchange(count, i);
        }
        count++;
      }
    }
    if (!hasRing) { // nothing is lost by it: what was not read is still there
      tell(error < 0 ? error : many.result(0));
    }
    return count;
  }

  /** Whether reading works by a ring: what fails because of one frame does not fail at once. */
  private static boolean canRead(int result) {
    return result >= 0 || result == -ErrorNumber.EAGAIN;
  }

  private void tell(int error) {
    if (error != -ErrorNumber.EBADFD) { // the device is gone, which others tell
      errors.record(ErrorNumber.failure("read many frames at once", error));
    }
  }

  private static long readAt(Frame frame) {
    return frame.start() - VirtioNetHeader.SIZE_BYTES;
  }

  private boolean accept(Frame frame, long bytes) {
    frame.lengthBytes(Math.max(0, (int) bytes - VirtioNetHeader.SIZE_BYTES));
    if (VirtioNetHeader.read(frame.memory(), readAt(frame), frame)) {
      return true;
    }
    unusable.incrementAndGet();
    return false;
  }

  private @Nullable ReadRing ring() {
    if (ring == null && hasRing) {
      try {
        ring = new ReadRing(fd, MOST_AT_ONCE, arena);
      } catch (IoFailure e) {
        hasRing = false;
        errors.record(e);
      }
    }
    return hasRing ? ring : null;
  }

  /** Whether it has begun to read many frames by one call. */
  boolean readsMany() {
    return ring != null && hasRing;
  }

  @Override
  public void close() {
    if (ring != null) {
      ring.close();
    }
  }
}
