package net.viaduct.vtep.worker;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import net.viaduct.io.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The bounded way of frames from one worker to the data-path thread, in their order. The worker
 * adds and publishes, the data-path thread takes and gives back; neither waits for the other.
 *
 * <p>Parcels have numbers from 1 on. All of a parcel has left this host, or is accounted for, when
 * {@link #done()} has come to its number.
 */
final class Handover {
  /** Each of a cycle's sources may need one, and a busy one some. */
  private static final int PARCELS = 64;

  private static final long PARCEL_BYTES = (long) Parcel.SLOTS * Frame.SLOT_BYTES;

  private final Parcel[] parcels = new Parcel[PARCELS];
  private final Runnable wakeOwner;
  private final AtomicLong published = new AtomicLong();
  private final AtomicLong done = new AtomicLong();

  /** How many parcels are full. The worker's. */
  private long full;

  private boolean filling;

  /** Of the data-path thread. */
  private long taken;

  /**
   * Nothing is on its way.
   *
   * @param wakeOwner wakes the data-path thread, which sleeps perhaps
   */
  Handover(Arena arena, Runnable wakeOwner) {
    this.wakeOwner = wakeOwner;
    MemorySegment memory = arena.allocate(PARCELS * PARCEL_BYTES, 64);
    for (int i = 0; i < PARCELS; i++) {
      parcels[i] = new Parcel(memory.asSlice(i * PARCEL_BYTES, PARCEL_BYTES));
    }
  }

  private Parcel parcel(long number) {
    return parcels[(int) (number % PARCELS)];
  }

  /**
   * Puts a copy of a frame on its way. Worker.
   *
   * @param token by which readiness names where the frame came from
   * @return false if too much is on its way
   */
  boolean add(int token, Frame frame) {
    if (filling && parcel(full).token() == token && parcel(full).add(frame)) {
      return true;
    }
    if (filling) {
      full++;
      filling = false;
    }
    if (full - done.get() >= PARCELS) {
      return false;
    }
    filling = true;
    parcel(full).begin(token);
    return parcel(full).add(frame);
  }

  /** The number of the parcel with the last frame that was added. Worker. */
  long last() {
    return filling ? full + 1 : full;
  }

  /** Up to which parcel all is worked through. Any thread. */
  long done() {
    return done.get();
  }

  /** Hands over what was added; what the worker sent before has left by now. Worker. */
  void publish() {
    full = last();
    filling = false;
    long before = published.getPlain();
    if (full > before) {
      published.set(full);
      if (done.get() == before) {
        wakeOwner.run(); // else it has something to do still, and looks again before it sleeps
      }
    }
  }

  /** Whether something was handed over. Data-path thread. */
  boolean hasNext() {
    return taken < published.get();
  }

  /** What was handed over first; null if nothing is. Data-path thread. */
  @Nullable Parcel take() {
    return hasNext() ? parcel(taken) : null;
  }

  /** What was taken is worked through, and has left. Data-path thread. */
  void giveBack() {
    taken++;
    done.set(taken);
  }
}
