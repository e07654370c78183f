package net.viaduct.vtep.watching;

import net.viaduct.io.Frame;
import net.viaduct.vtep.watch.WatchedHost;
import net.viaduct.wire.tunnel.LifeMessage;

/** A watched host and what was asked of it. Owned by the data-path thread. */
final class Watched {
  /** Answers may come this much later than the next question. */
  private static final int TOKENS = 4;

  private final WatchedHost host;
  private final long id;
  private final long[] tokens = new long[TOKENS];
  private int asked;
  private long heardNs;
  private long nextNs;
  private boolean missed;

  /** One that counts as heard just now. */
  Watched(WatchedHost host, long nowNs) {
    this.host = host;
    this.id = LifeMessage.idOf(host.name());
    this.heardNs = nowNs;
    this.nextNs = nowNs;
  }

  WatchedHost host() {
    return host;
  }

  long id() {
    return id;
  }

  boolean isMissed() {
    return missed;
  }

  boolean isDue(long nowNs) {
    return nowNs - nextNs >= 0;
  }

  /** It is asked now, with this token. */
  void asked(long token, long nowNs, long everyNs) {
    tokens[asked++ % TOKENS] = token;
    asked %= TOKENS;
    nextNs = nowNs + everyNs;
  }

  /** Whether an answer is its own, to something that it was asked lately. */
  boolean isAnsweredBy(Frame datagram, long token) {
    return datagram.sourceLow() == host.endpoint().address().low()
        && datagram.sourceHigh() == host.endpoint().address().high()
        && wasAsked(token);
  }

  private boolean wasAsked(long token) {
    for (long one : tokens) {
      if (one == token && one != 0) {
        return true;
      }
    }
    return false;
  }

  void heard(long nowNs) {
    heardNs = nowNs;
  }

  /** Looks whether it is missed; true if that has changed. */
  boolean look(long nowNs, long missedAfterNs) {
    boolean now = nowNs - heardNs >= missedAfterNs;
    boolean changed = now != missed;
    missed = now;
    return changed;
  }
}
