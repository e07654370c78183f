package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/**
 * A function of the C library that takes up to six integers or pointers and sets errno. Immutable;
 * held in static final fields, so that the compiler sees through it.
 *
 * <p>All functions share one shape, six longs and a long, because each shape costs the generation
 * of classes at start. The ABIs of x86-64 and AArch64 pass the first six integers in registers,
 * where a function that takes fewer, or narrower ones, ignores the rest.
 *
 * @param name as the C library has it
 * @param handle takes the place for errno and six longs
 */
record NativeFunction(String name, MethodHandle handle) {
  private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");
  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final long ERRNO_OFFSET =
      CALL_STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
  private static final FunctionDescriptor SIX_LONGS =
      FunctionDescriptor.of(
          JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  /** Finds a function of the C library. */
  @SuppressWarnings("restricted")
  static NativeFunction find(String name) {
    Linker linker = Linker.nativeLinker();
    MemorySegment address =
        linker
            .defaultLookup()
            .find(name)
            .orElseThrow(() -> new IllegalStateException("the C library has no " + name));
    return new NativeFunction(name, linker.downcallHandle(address, SIX_LONGS, CAPTURE_ERRNO));
  }

  /** Makes the place where calls leave errno; it goes away when nobody refers to it. */
  static MemorySegment callState() {
    return Arena.ofAuto().allocate(CALL_STATE);
  }

  /**
   * Calls a function that returns an int.
   *
   * @return what it returned, or the negative errno if that was -1
   */
  int callInt(MemorySegment callState, long a, long b, long c, long d, long e, long f) {
    return result((int) call(callState, a, b, c, d, e, f), callState);
  }

  /**
   * Calls a function that returns a long or a pointer.
   *
   * @return what it returned, or the negative errno if that was -1
   */
  long callLong(MemorySegment callState, long a, long b, long c, long d, long e, long f) {
    return result(call(callState, a, b, c, d, e, f), callState);
  }

  private long call(MemorySegment callState, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) handle.invokeExact(callState, a, b, c, d, e, f);
    } catch (Throwable thrown) {
      throw broken(name, thrown);
    }
  }

  /** What an int function returned, or the negative errno if that was -1. */
  static int result(int returned, MemorySegment callState) {
    return returned == -1 ? -callState.get(JAVA_INT, ERRNO_OFFSET) : returned;
  }

  /** What a long function returned, or the negative errno if that was -1. */
  static long result(long returned, MemorySegment callState) {
    return returned == -1 ? -callState.get(JAVA_INT, ERRNO_OFFSET) : returned;
  }

  /** What to throw when a call could not be made; no function of the kernel throws. */
  static IllegalStateException broken(String name, Throwable thrown) {
    return new IllegalStateException("call of " + name, thrown);
  }
}
