package net.viaduct.systemtest.flood;

import java.util.concurrent.Callable;

/** Waits, for a bounded time, for what a test expects to see. */
final class Awaiting {
  private static final int TRIES = 600;
  private static final long TRY_MS = 50;

  private Awaiting() {}

  static void await(String what, Callable<Boolean> condition) throws Exception {
    for (int i = 0; i < TRIES; i++) {
      if (condition.call()) {
        return;
      }
      Thread.sleep(TRY_MS);
    }
    throw new AssertionError("never came: " + what);
  }
}
