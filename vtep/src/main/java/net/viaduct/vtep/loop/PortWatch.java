package net.viaduct.vtep.loop;

import net.viaduct.vtep.tables.LocalPort;

/**
 * What was sent out of one port, and until when it is blocked. Owned by the data-path thread.
 *
 * <p>A number is right for a few frames only, so that nobody can send an old frame again.
 */
final class PortWatch {
  private static final int REMEMBERED = 4;
  private static final long NEVER = Long.MIN_VALUE;

  private final LocalPort port;
  private final long[] numbers = new long[REMEMBERED];
  private int sent;
  private long dueNs;
  private long blockedUntilNs = NEVER;

  PortWatch(LocalPort port) {
    this.port = port;
  }

  LocalPort port() {
    return port;
  }

  boolean isDue(long nowNs) {
    return nowNs >= dueNs;
  }

  void sent(long number, long nextNs) {
    numbers[sent++ % REMEMBERED] = number;
    dueNs = nextNs;
  }

  boolean hasSent(long number) {
    for (int i = 0; i < Math.min(sent, REMEMBERED); i++) {
      if (numbers[i] == number) {
        return true;
      }
    }
    return false;
  }

  boolean isBlocked() {
    return blockedUntilNs != NEVER;
  }

  void block(long untilNs) {
    blockedUntilNs = untilNs;
  }

  /** Whether it can be opened again: nothing has come back for long enough. */
  boolean isOver(long nowNs) {
    return isBlocked() && nowNs >= blockedUntilNs;
  }

  void open() {
    blockedUntilNs = NEVER;
  }
}
