package net.viaduct.runtime;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A log that keeps each distinct error once, with a count. Any thread records and reads.
 *
 * <p>Two errors are the same if class and message agree, where all numbers count as equal: "index
 * 57 out of 40" and "index 9 out of 12" come from one place, and a peer that provokes them must not
 * fill the log. The log is bounded: what does not fit is only counted. A known error costs no
 * allocation and no lock.
 */
public final class DistinctErrors {
  /** How many distinct errors a log keeps unless told otherwise. */
  public static final int DEFAULT_CAPACITY = 128;

  /** How much of a stack trace is kept. */
  public static final int STACK_TRACE_CHARACTERS = 4_000;

  private static final int MESSAGE_CHARACTERS = 1_000;

  private final NanoClock clock;
  private final AtomicReferenceArray<@Nullable Entry> entries;
  private final AtomicInteger used = new AtomicInteger();
  private final AtomicLong unlisted = new AtomicLong();

  /** A log for {@link #DEFAULT_CAPACITY} distinct errors. */
  public DistinctErrors(NanoClock clock) {
    this(clock, DEFAULT_CAPACITY);
  }

  /**
   * A log.
   *
   * @param capacity how many distinct errors it keeps, at least 1
   */
  public DistinctErrors(NanoClock clock, int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("a log of " + capacity + " errors");
    }
    this.clock = clock;
    this.entries = new AtomicReferenceArray<>(capacity);
  }

  /**
   * Counts an error. Never throws.
   *
   * @return true if it is the first of its kind, which is the moment to tell somebody
   */
  public boolean record(Throwable error) {
    long nowNs = clock.nanoTime();
    String message = messageOf(error);
    if (countKnown(error.getClass(), message, nowNs)) {
      return false;
    }
    if (used.get() == entries.length()) {
      unlisted.incrementAndGet();
      return false;
    }
    return recordNew(error, message, nowNs);
  }

  /** What happened until now, in the order of the first time. */
  public List<DistinctError> snapshot() {
    List<DistinctError> errors = new ArrayList<>();
    for (int i = 0; i < used.get(); i++) {
      Entry entry = entries.get(i);
      if (entry != null) {
        errors.add(entry.toDistinctError());
      }
    }
    return List.copyOf(errors);
  }

  /** How many errors were of a kind that the log had no room for. */
  public long unlisted() {
    return unlisted.get();
  }

  private boolean countKnown(Class<?> type, String message, long nowNs) {
    int end = used.get();
    for (int i = 0; i < end; i++) {
      Entry entry = entries.get(i);
      if (entry != null && entry.type == type && sameButForNumbers(entry.message, message)) {
        entry.lastNs.accumulateAndGet(nowNs, DistinctErrors::later);
        entry.count.incrementAndGet();
        return true;
      }
    }
    return false;
  }

  private synchronized boolean recordNew(Throwable error, String message, long nowNs) {
    if (countKnown(error.getClass(), message, nowNs)) {
      return false;
    }
    int at = used.get();
    if (at == entries.length()) {
      unlisted.incrementAndGet();
      return false;
    }
    entries.set(at, new Entry(error, message, nowNs));
    used.set(at + 1);
    return true;
  }

  private static String messageOf(Throwable error) {
    String message;
    try {
      message = error.getMessage();
    } catch (RuntimeException e) {
      return ""; // an exception whose message fails is still an error to be counted
    }
    return message == null ? "" : message;
  }

  static boolean sameButForNumbers(String a, String b) {
    int endOfA = Math.min(a.length(), MESSAGE_CHARACTERS);
    int endOfB = Math.min(b.length(), MESSAGE_CHARACTERS);
    int i = 0;
    int j = 0;
    while (i < endOfA && j < endOfB) {
      boolean digit = isDigit(a.charAt(i));
      if (digit != isDigit(b.charAt(j))) {
        return false;
      }
      if (digit) {
        i = endOfNumber(a, i, endOfA);
        j = endOfNumber(b, j, endOfB);
      } else if (a.charAt(i++) != b.charAt(j++)) {
        return false;
      }
    }
    boolean bothCut = endOfA == MESSAGE_CHARACTERS && endOfB == MESSAGE_CHARACTERS;
    return bothCut || (i == endOfA && j == endOfB);
  }

  private static long later(long a, long b) {
    return a - b > 0 ? a : b;
  }

  private static int endOfNumber(String text, int from, int end) {
    int at = from;
    while (at < end && isDigit(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static final class Entry {
    final Class<?> type;
    final String message;
    final String stackTrace;
    final long firstNs;
    final AtomicLong lastNs;
    final AtomicLong count = new AtomicLong(1);

    Entry(Throwable error, String message, long nowNs) {
      this.type = error.getClass();
      this.message = message.substring(0, Math.min(message.length(), MESSAGE_CHARACTERS));
      this.stackTrace = shortStackTraceOf(error);
      this.firstNs = nowNs;
      this.lastNs = new AtomicLong(nowNs);
    }

    DistinctError toDistinctError() {
      return new DistinctError(
          type.getName(), message, stackTrace, count.get(), firstNs, lastNs.get());
    }

    private static String shortStackTraceOf(Throwable error) {
      StringWriter text = new StringWriter();
      try {
        error.printStackTrace(new PrintWriter(text));
      } catch (RuntimeException e) {
        text.append(" (its stack trace fails with ").append(e.getClass().getName()).append(')');
      }
      return text.getBuffer().length() <= STACK_TRACE_CHARACTERS
          ? text.toString()
          : text.getBuffer().substring(0, STACK_TRACE_CHARACTERS);
    }
  }
}
