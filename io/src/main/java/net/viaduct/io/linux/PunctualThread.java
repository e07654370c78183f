package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Has a thread woken up when its time has come: prctl(2), sched(7). Stateless.
 *
 * <pre>
 * struct sched_param { int sched_priority; };      linux/sched/types.h
 * </pre>
 */
public final class PunctualThread {
  private static final NativeFunction PRCTL = NativeFunction.find("prctl");
  private static final NativeFunction SCHEDULE = NativeFunction.find("sched_setscheduler");
  private static final int PR_SET_TIMERSLACK = 29;
  private static final int SCHED_RR = 2;
  private static final int LOWEST_PRIORITY = 1;
  private static final int THIS_THREAD = 0;

  private PunctualThread() {}

  /**
   * Takes the calling thread's timers as exactly as the kernel can, instead of up to 50
   * microseconds later, and runs it before all threads that have no real-time priority, if that is
   * permitted. Only for a thread that sleeps most of the time.
   *
   * @return whether it runs before others
   */
  public static boolean become() {
    MemorySegment callState = NativeFunction.callState();
    PRCTL.callInt(callState, PR_SET_TIMERSLACK, 1, 0, 0, 0, 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment parameters = arena.allocate(JAVA_INT);
      parameters.set(JAVA_INT, 0, LOWEST_PRIORITY);
      long at = parameters.address();
      return SCHEDULE.callInt(callState, THIS_THREAD, SCHED_RR, at, 0, 0, 0) == 0;
    }
  }
}
