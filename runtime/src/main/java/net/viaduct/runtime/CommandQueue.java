package net.viaduct.runtime;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Commands for an agent: any thread offers, the agent's thread drains. Bounded: a full queue
 * refuses. Commands of one thread keep their order. Draining allocates nothing and takes no lock.
 *
 * @param <T> a command
 */
public final class CommandQueue<T> {
  private final AtomicReferenceArray<@Nullable T> slots;
  private final Runnable wake;
  private final int capacity;
  private final AtomicLong tail = new AtomicLong();
  private final AtomicLong head = new AtomicLong();

  /**
   * A queue.
   *
   * @param capacity how many commands it holds, at least 1
   * @param wake called after a command was accepted, on the offering thread, so that the agent
   *     looks for it
   */
  public CommandQueue(int capacity, Runnable wake) {
    if (capacity < 1) {
      throw new IllegalArgumentException("a queue for " + capacity + " commands");
    }
    this.capacity = capacity;
    this.wake = wake;
    this.slots = new AtomicReferenceArray<>(capacity);
  }

  /**
   * Hands a command over. Any thread.
   *
   * @return false if the queue is full; the command was not taken
   */
  public boolean offer(T command) {
    if (command == null) {
      throw new NullPointerException("command");
    }
    long at;
    do {
      at = tail.get();
      if (at - head.get() >= capacity) {
        return false;
      }
    } while (!tail.compareAndSet(at, at + 1));
    slots.setRelease((int) (at % capacity), command);
    wake.run();
    return true;
  }

  /**
   * Does commands in their order. Only the owner's thread. A command that throws is done: the next
   * call goes on behind it.
   *
   * @param limit the most to do in this call, so that frames do not wait for many commands
   * @return how many were done
   */
  public int drain(Consumer<? super T> handler, int limit) {
    int done = 0;
    while (done < limit) {
      long at = head.get();
      int slot = (int) (at % capacity);
      T command = slots.getAcquire(slot);
      if (command == null) {
        break;
      }
      slots.setPlain(slot, null);
      head.set(at + 1);
      done++;
      handler.accept(command);
    }
    return done;
  }

  /** How many commands wait now, about. Any thread. */
  public int size() {
    return Math.clamp(tail.get() - head.get(), 0, capacity);
  }
}
