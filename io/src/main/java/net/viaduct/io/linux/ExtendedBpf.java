package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Programs of the extended BPF (linux/bpf.h): loads them, and makes them of classic ones, as the
 * kernel does for its sockets (bpf_convert_filter in net/core/filter.c). Stateless.
 *
 * <p>A is register 0, X register 7, M is on the stack; register 6 is the frame.
 *
 * <pre>
 * struct bpf_insn { u8 code; u8 registers; s16 offset; s32 immediate };
 * </pre>
 */
final class ExtendedBpf {
  static final int SOCKET_FILTER = 1;
  static final int SCHED_CLS = 3;

  /** {@code union bpf_attr} of BPF_PROG_LOAD up to expected_attach_type; the rest is zero. */
  private static final int ATTRIBUTE_BYTES = 128;

  private static final int BPF_PROG_LOAD = 5;
  private static final int COPY = 0xbc; // 32 bits of a register
  private static final int COPY_ALL = 0xbf;
  private static final int SET = 0xb4;
  private static final int LOAD = 0x61;
  private static final int STORE = 0x63;
  private static final int JUMP_UNLESS_EQUAL = 0x55;
  private static final int JUMP_IF_LESS = 0xa5;
  private static final int EXIT = 0x95;
  private static final int LENGTH_OFFSET = 0; // of struct __sk_buff
  private static final int A = 0;
  private static final int CONTEXT = 1;
  private static final int FRAME = 6;
  private static final int X = 7;
  private static final int STACK = 10;

  private ExtendedBpf() {}

  /**
   * Loads a program.
   *
   * <pre>
   * struct { u32 prog_type; u32 insn_cnt; u64 insns; u64 license; u32 log_level; ... }
   * </pre>
   *
   * @return a descriptor, or a negative error number
   */
  static int load(SystemCalls calls, int type, long[] instructions) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(ATTRIBUTE_BYTES, 8);
      attributes.set(JAVA_INT, 0, type);
      attributes.set(JAVA_INT, 4, instructions.length);
      attributes.set(JAVA_LONG, 8, arena.allocateFrom(JAVA_LONG, instructions).address());
      attributes.set(JAVA_LONG, 16, arena.allocateFrom("Apache-2.0").address());
      return calls.bpf(BPF_PROG_LOAD, attributes.address(), ATTRIBUTE_BYTES);
    }
  }

  /** Translates a classic program, of the instructions that {@link ClassicBpf} names. */
  static long[] of(ClassicBpf classic) {
    long[] from = classic.instructions();
    List<Long> to = new ArrayList<>();
    to.add(instruction(COPY_ALL, FRAME, CONTEXT, 0, 0));
    to.add(instruction(SET, X, 0, 0, 0));
    int[] starts = new int[from.length + 1];
    for (int i = 0; i < from.length; i++) {
      starts[i] = to.size();
      translate(from[i], i, to);
    }
    for (int at = 0, i = -1; at < to.size(); at++) {
      while (i + 1 < from.length && starts[i + 1] <= at) {
        i++;
      }
      if (isJump(to.get(at))) { // what it skips is still counted in classic instructions
        int skipped = (short) (to.get(at) >>> 16);
        long offset = starts[i + 1 + skipped] - at - 1L;
        to.set(at, (to.get(at) & ~0xffff_0000L) | (offset & 0xffff) << 16);
      }
    }
    return to.stream().mapToLong(Long::longValue).toArray();
  }

  private static boolean isJump(long instruction) {
    int code = (int) instruction & 0xff;
    return (code & 7) == 5 && code != EXIT;
  }

  private static void translate(long classic, int at, List<Long> to) {
    int code = (int) classic & 0xffff;
    int ifTrue = (int) (classic >>> 16) & 0xff;
    int ifFalse = (int) (classic >>> 24) & 0xff;
    int k = (int) (classic >>> 32);
    switch (code) {
      case ClassicBpf.LOAD_WORD, ClassicBpf.LOAD_SHORT ->
          to.add(instruction(code, 0, 0, 0, k)); // the same in both
      case ClassicBpf.LOAD_WORD_AT_X, ClassicBpf.LOAD_SHORT_AT_X, ClassicBpf.LOAD_BYTE_AT_X ->
          to.add(instruction(code, 0, X, 0, k));
      case ClassicBpf.LOAD_LENGTH -> to.add(instruction(LOAD, A, FRAME, LENGTH_OFFSET, 0));
      case ClassicBpf.LOAD_M -> to.add(instruction(LOAD, A, STACK, onStack(k), 0));
      case ClassicBpf.LOAD_X_M -> to.add(instruction(LOAD, X, STACK, onStack(k), 0));
      case ClassicBpf.STORE_M -> to.add(instruction(STORE, STACK, A, onStack(k), 0));
      case ClassicBpf.STORE_X_M -> to.add(instruction(STORE, STACK, X, onStack(k), 0));
      case ClassicBpf.SET_A -> to.add(instruction(SET, A, 0, 0, k));
      case ClassicBpf.SET_X -> to.add(instruction(SET, X, 0, 0, k));
      case ClassicBpf.A_TO_X -> to.add(instruction(COPY, X, A, 0, 0));
      case ClassicBpf.ADD_X, ClassicBpf.SUBTRACT_X, ClassicBpf.XOR_X ->
          to.add(instruction(code, A, X, 0, 0));
      case ClassicBpf.ADD,
          ClassicBpf.MULTIPLY,
          ClassicBpf.AND,
          ClassicBpf.SHIFT_LEFT,
          ClassicBpf.SHIFT_RIGHT,
          ClassicBpf.MODULO ->
          to.add(instruction(code, A, 0, 0, k));
      case ClassicBpf.JUMP -> to.add(instruction(ClassicBpf.JUMP, 0, 0, k, 0));
      case ClassicBpf.JUMP_IF_EQUAL -> jump(code, JUMP_UNLESS_EQUAL, ifTrue, ifFalse, k, to);
      case ClassicBpf.JUMP_IF_AT_LEAST -> jump(code, JUMP_IF_LESS, ifTrue, ifFalse, k, to);
      case ClassicBpf.RETURN -> {
        to.add(instruction(SET, A, 0, 0, k));
        to.add(instruction(EXIT, 0, 0, 0, 0));
      }
      case ClassicBpf.RETURN_A -> to.add(instruction(EXIT, 0, 0, 0, 0));
      default -> throw new IllegalArgumentException("instruction " + at + " is not known: " + code);
    }
  }

  /** A number that is compared is positive, because it is made a signed one of 64 bits. */
  private static void jump(int code, int inverse, int ifTrue, int ifFalse, int k, List<Long> to) {
    if (k < 0) {
      throw new IllegalArgumentException("compared with " + k);
    }
    if (ifTrue > 0) {
      to.add(instruction(code, A, 0, ifTrue, k));
    }
    if (ifFalse > 0) {
      to.add(instruction(inverse, A, 0, ifFalse, k));
    }
  }

  private static int onStack(int word) {
    return -Integer.BYTES * (word + 1);
  }

  private static long instruction(int code, int to, int from, int offset, int immediate) {
    return code
        | (long) to << 8
        | (long) from << 12
        | (long) (offset & 0xffff) << 16
        | (long) immediate << 32;
  }
}
