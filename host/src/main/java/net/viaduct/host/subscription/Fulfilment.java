package net.viaduct.host.subscription;

import java.io.IOException;
import java.time.Duration;
import net.viaduct.runtime.NanoClock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what a controller has told for the next start, and makes it true, in this order: a host
 * that is killed and starts again forwards as it did. A disk that is slow keeps nothing from being
 * true. What fails is tried again, after a fifth of a second at first and after 5 s at most. Owned
 * by the thread that follows the controller.
 */
final class Fulfilment {
  private static final Logger LOG = LoggerFactory.getLogger(Fulfilment.class);
  private static final long FIRST_PAUSE_NS = Duration.ofMillis(200).toNanos();
  private static final long LONGEST_PAUSE_NS = Duration.ofSeconds(5).toNanos();

  private final FactTable table;
  private final FactFile file;
  private final Follower.Consumer consumer;
  private final NanoClock clock;

  /** Whether something was told that is not true yet. */
  private boolean dirty;

  /** Whether something was told that is not kept yet. */
  private boolean unkept;

  private long pauseNs;
  private long againNs;
  private @Nullable String undone;

  Fulfilment(FactTable table, FactFile file, Follower.Consumer consumer, NanoClock clock) {
    this.table = table;
    this.file = file;
    this.consumer = consumer;
    this.clock = clock;
  }

  /** The table has changed. */
  void changed() {
    dirty = true;
    unkept = true;
    pauseNs = 0;
    againNs = clock.nanoTime();
  }

  /** For how long there is nothing to do; {@link Long#MAX_VALUE} if it is all done. */
  long idleNs() {
    return dirty || unkept ? Math.max(0, againNs - clock.nanoTime()) : Long.MAX_VALUE;
  }

  /** Why what was told last is not done or kept; null if it is. */
  @Nullable String undone() {
    return undone;
  }

  /** Does it, if it is time; whether something was tried. */
  boolean doWork() {
    if (idleNs() > 0) {
      return false;
    }
    boolean isNew = unkept;
    String unkeptWhy = isNew ? keep() : null;
    String why = fulfil();
    if (isNew && unkeptWhy == null) {
      unkeptWhy = settle();
    }
    why = why == null ? unkeptWhy : why;
    if (why != null && !why.equals(undone)) {
      LOG.error("controller: {}", why);
    }
    undone = why;
    pauseNs = Math.clamp(2 * pauseNs, FIRST_PAUSE_NS, LONGEST_PAUSE_NS);
    againNs = clock.nanoTime() + pauseNs;
    return true;
  }

  private @Nullable String keep() {
    try {
      file.write(table.message());
      unkept = false;
      return null;
    } catch (IOException e) {
      return notKept(e);
    }
  }

  private @Nullable String fulfil() {
    if (!dirty) {
      return null;
    }
    try {
      consumer.apply(table.told());
      dirty = false;
      return null;
    } catch (RuntimeException e) {
      return "what is told up to revision %d is not done yet: %s"
          .formatted(table.revision(), text(e));
    }
  }

  private @Nullable String settle() {
    try {
      file.settle();
      return null;
    } catch (IOException e) {
      unkept = true; // perhaps it is not there any more
      return notKept(e);
    }
  }

  private static String notKept(IOException e) {
    return "what is told cannot be kept for the next start: " + text(e);
  }

  private static String text(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
