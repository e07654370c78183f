package net.viaduct.vtep.watching;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.SendResult;
import net.viaduct.io.Underlay;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.control.Chore;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.ingress.HostQuestions;
import net.viaduct.vtep.watch.WatchOrder;
import net.viaduct.vtep.watch.WatchStatus;
import net.viaduct.vtep.watch.WatchedHost;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.tunnel.LifeMessage;
import org.jspecify.annotations.Nullable;

/**
 * Asks other hosts whether they live, by the way that tunnel packets take, and answers those that
 * ask. Owned by the data-path thread; the status can be read by any.
 *
 * <p>To answer costs no memory of the one who asked, and the answer is no longer than the question:
 * whoever forges a sender gains nothing. Only who has seen a question can answer it.
 */
public final class Watching implements Chore, HostQuestions {
  /** Of one call, ten times a second. */
  private static final int MOST_QUESTIONS = 64;

  private static final int SLOTS = 64;
  private static final int SLOT_BYTES = 256;

  /** How much memory it needs for messages on their way. */
  public static final long MEMORY_BYTES = (long) SLOTS * SLOT_BYTES;

  private static final int QUESTIONS_PER_SILENCE = 3;

  /** CS6, network control (RFC 4594 section 3.1): a full link must not make a host look dead. */
  private static final int TRAFFIC_CLASS = 48 << 2;

  /** Those who ask are remembered so that their endpoints are not made anew; a power of two. */
  private static final int REMEMBERED = 1024;

  private final Underlay underlay;
  private final CycleClock clock;
  private final Tally tally;
  private final DistinctErrors errors;
  private final LongSupplier tokens;
  private final Frame[] slots = new Frame[SLOTS];
  private final DatagramBatch batch = new DatagramBatch(SLOTS);
  private final @Nullable Endpoint[] askers = new Endpoint[REMEMBERED];
  private @Nullable Watched[] watched = new Watched[16];
  private int next;
  private long self;
  private long missedAfterNs;
  private volatile WatchStatus status = WatchStatus.NOBODY;

  /**
   * Nobody is watched, and no question answered.
   *
   * @param memory of {@link #MEMORY_BYTES}
   * @param tokens numbers that nobody can guess
   */
  public Watching(
      Underlay underlay,
      CycleClock clock,
      Tally tally,
      DistinctErrors errors,
      MemorySegment memory,
      LongSupplier tokens) {
    this.underlay = underlay;
    this.clock = clock;
    this.tally = tally;
    this.errors = errors;
    this.tokens = tokens;
    Arrays.setAll(slots, i -> new Frame(memory, (long) i * SLOT_BYTES));
  }

  /** Watches these from now on; what is known of those that were watched before stays. */
  public void change(WatchOrder order) {
    self = LifeMessage.idOf(order.self());
    missedAfterNs = order.missedAfter().toNanos();
    Map<WatchedHost, Watched> wanted = new HashMap<>();
    order.hosts().forEach(host -> wanted.put(host, new Watched(host, clock.nowNs())));
    for (int i = 0; i < watched.length; i++) {
      Watched one = watched[i];
      if (one != null && wanted.remove(one.host()) == null) {
        watched[i] = null;
      }
    }
    int free = 0;
    for (Watched one : wanted.values()) {
      while (free < watched.length && watched[free] != null) {
        free++;
      }
      if (free == watched.length) {
        watched = Arrays.copyOf(watched, 2 * watched.length);
      }
      watched[free] = one;
    }
    publish();
  }

  /** What is heard of them; any thread. */
  public WatchStatus status() {
    return status;
  }

  @Override
  public void doWork(long nowNs) {
    boolean changed = false;
    int questions = 0;
    int end = watched.length;
    int begin = next;
    for (int i = 0; i < end; i++) {
      int place = (begin + i) % end;
      Watched one = watched[place];
      if (one == null) {
        continue;
      }
      changed |= one.look(nowNs, missedAfterNs);
      if (questions < MOST_QUESTIONS && one.isDue(nowNs)) {
        ask(place, one, nowNs);
        questions++;
        next = place + 1;
      }
    }
    flush();
    if (changed) {
      publish();
    }
  }

  private void ask(int place, Watched one, long nowNs) {
    long token = tokens.getAsLong();
    one.asked(token, nowNs, missedAfterNs / QUESTIONS_PER_SILENCE);
    int port = underlay.local().port();
    Endpoint to = one.host().endpoint();
    Frame frame = slots[batch.size()];
    LifeMessage.write(
        frame.memory(), start(frame), LifeMessage.QUESTION, port, place, one.id(), token);
    // another source port each time: of several paths, one that loses must not kill a host
    add(frame, to, (int) token);
  }

  private static long start(Frame frame) {
    frame.reset();
    frame.lengthBytes(LifeMessage.SIZE_BYTES);
    return frame.start();
  }

  private void add(Frame frame, Endpoint to, int flowHash) {
    batch.add(frame, LifeMessage.HEADER_BYTES, to, flowHash, TRAFFIC_CLASS);
    if (batch.size() == SLOTS) {
      flush();
    }
  }

  @Override
  public @Nullable DropReason take(Frame datagram) {
    MemorySegment s = datagram.memory();
    if (self == 0 || !LifeMessage.isPresent(s, datagram.start(), datagram.lengthBytes())) {
      return DropReason.VNI_FLAG_MISSING;
    }
    long at = datagram.start() + LifeMessage.HEADER_BYTES;
    boolean expected =
        switch (LifeMessage.kind(s, at)) {
          case LifeMessage.QUESTION -> answer(datagram, at);
          case LifeMessage.ANSWER -> hear(datagram, at);
          default -> false; // of a later version
        };
    return expected ? null : DropReason.UNEXPECTED_LIFE_MESSAGE;
  }

  private boolean answer(Frame datagram, long at) {
    MemorySegment s = datagram.memory();
    int port = LifeMessage.port(s, at);
    if (LifeMessage.asked(s, at) != self || port == 0) {
      return false;
    }
    int place = LifeMessage.place(s, at);
    long token = LifeMessage.token(s, at);
    Frame frame = slots[batch.size()];
    LifeMessage.write(frame.memory(), start(frame), LifeMessage.ANSWER, port, place, self, token);
    add(frame, asker(datagram, port), (int) token);
    return true;
  }

  private Endpoint asker(Frame datagram, int port) {
    long low = datagram.sourceLow();
    long high = datagram.sourceHigh();
    int at = Long.hashCode(low * 0x9e37_79b9_7f4a_7c15L ^ high) & REMEMBERED - 1;
    Endpoint known = askers[at];
    if (known == null
        || known.port() != port
        || known.address().low() != low
        || known.address().high() != high) {
      known = new Endpoint(new IpAddress(high, low), port);
      askers[at] = known;
    }
    return known;
  }

  private boolean hear(Frame datagram, long at) {
    MemorySegment s = datagram.memory();
    int place = LifeMessage.place(s, at);
    Watched one = place < 0 || place >= watched.length ? null : watched[place];
    if (one == null
        || LifeMessage.asked(s, at) != one.id()
        || !one.isAnsweredBy(datagram, LifeMessage.token(s, at))) {
      return false;
    }
    one.heard(clock.nowNs());
    return true;
  }

  @Override
  public void flush() {
    if (batch.size() == 0) {
      return;
    }
    try {
      underlay.send(batch);
    } catch (RuntimeException e) {
      errors.record(e);
    }
    for (int i = 0; i < batch.size(); i++) {
      SendResult result = batch.result(i);
      if (result == SendResult.SENT) {
        tally.sentByItself(LifeMessage.SIZE_BYTES);
      } else {
        tally.originated(Direction.EGRESS);
        tally.dropped(Direction.EGRESS, DropReason.of(result), null, null);
      }
    }
    batch.clear();
  }

  private void publish() {
    List<String> missed = new ArrayList<>();
    int count = 0;
    for (Watched one : watched) {
      if (one != null) {
        count++;
        if (one.isMissed()) {
          missed.add(one.host().name());
        }
      }
    }
    Collections.sort(missed);
    status = new WatchStatus(count, missed);
  }
}
