package net.viaduct.vtep.tables;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Objects by a small index that the tables can hold. Written by the data-path thread, read by any.
 * An index that was given back is used again only when nothing refers to it any more.
 *
 * @param <T> what has the index
 */
public final class Slots<T> {
  private final AtomicReferenceArray<@Nullable T> objects;
  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private final ArrayDeque<Integer> retired = new ArrayDeque<>();
  private volatile int end;
  private int size;

  /** No object. */
  public Slots(int limit) {
    objects = new AtomicReferenceArray<>(limit);
  }

  /** An index for {@link #set}, or -1 if the limit is reached. */
  public int reserve() {
    Integer again = free.poll();
    if (again != null) {
      return again;
    }
    return end < objects.length() ? end : -1;
  }

  /** Puts an object where {@link #reserve} said. */
  public void set(int index, T object) {
    objects.set(index, object);
    end = Math.max(end, index + 1);
    size++;
  }

  /** Gives a reserved index back that was not used. */
  public void giveBack(int index) {
    if (index < end) {
      free.push(index);
    }
  }

  /** Takes the object away; the index rests until {@link #reclaim}. */
  public void retire(int index) {
    objects.set(index, null);
    retired.add(index);
    size--;
  }

  /** Frees those resting indices that nothing refers to any more. */
  public void reclaim(IntPredicate isDeserted) {
    for (int i = retired.size(); i > 0; i--) {
      int index = retired.remove();
      (isDeserted.test(index) ? free : retired).add(index);
    }
  }

  /** Whether an index rests. Owner. */
  public boolean hasRetired() {
    return !retired.isEmpty();
  }

  /** The object at an index, or null; any thread. */
  public @Nullable T get(int index) {
    return objects.get(index);
  }

  /** One more than the largest index that was ever used; any thread. */
  public int end() {
    return end;
  }

  /** How many objects there are. Owner. */
  public int size() {
    return size;
  }
}
