package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program of the classic BPF (linux/filter.h) in the making: an accumulator A, an index register
 * X and a few words M. Jumps lead forward, to labels. Owned by one thread.
 *
 * <pre>
 * struct sock_filter { u16 code; u8 jt; u8 jf; u32 k; };
 * struct sock_fprog { u16 len; struct sock_filter *filter; };
 * </pre>
 */
final class ClassicBpf {
  static final int LOAD_WORD = 0x20; // A = the word at k
  static final int LOAD_SHORT = 0x28;
  static final int LOAD_WORD_AT_X = 0x40; // A = the word at X + k
  static final int LOAD_SHORT_AT_X = 0x48;
  static final int LOAD_BYTE_AT_X = 0x50;
  static final int LOAD_LENGTH = 0x80;
  static final int LOAD_M = 0x60;
  static final int SET_A = 0x00;
  static final int SET_X = 0x01;
  static final int LOAD_X_M = 0x61;
  static final int STORE_M = 0x02;
  static final int STORE_X_M = 0x03;
  static final int A_TO_X = 0x07;
  static final int ADD = 0x04;
  static final int ADD_X = 0x0c;
  static final int SUBTRACT_X = 0x1c;
  static final int MULTIPLY = 0x24;
  static final int AND = 0x54;
  static final int SHIFT_LEFT = 0x64;
  static final int SHIFT_RIGHT = 0x74;
  static final int MODULO = 0x94;
  static final int XOR_X = 0xac;
  static final int JUMP = 0x05;
  static final int JUMP_IF_EQUAL = 0x15;
  static final int JUMP_IF_AT_LEAST = 0x35;
  static final int RETURN = 0x06;
  static final int RETURN_A = 0x16;

  private static final int INSTRUCTION_BYTES = 8;

  /** {@code BPF_MAXINSNS}. */
  private static final int MOST_INSTRUCTIONS = 4096;

  private static final int MOST_SKIPPED = 255;

  private final List<Long> instructions = new ArrayList<>();
  private final Map<String, List<Jump>> jumps = new HashMap<>();

  /** Where a jump is, and where in it how much is skipped. */
  private record Jump(int at, int shift, int most) {}

  /** Appends an instruction that is no jump. */
  ClassicBpf add(int code, int k) {
    return add(code, 0, 0, k);
  }

  /** Appends an instruction, perhaps a jump over so many of those that follow. */
  ClassicBpf add(int code, int ifTrue, int ifFalse, int k) {
    instructions.add(code | (long) ifTrue << 16 | (long) ifFalse << 24 | (long) k << 32);
    return this;
  }

  /** Jumps to a label that follows, if A fits. */
  ClassicBpf jumpIf(int code, int k, String label) {
    return jump(label, 16, MOST_SKIPPED).add(code, k);
  }

  /** Jumps to a label that follows, unless A fits. */
  ClassicBpf jumpUnless(int code, int k, String label) {
    return jump(label, 24, MOST_SKIPPED).add(code, k);
  }

  /** Jumps to a label that follows. */
  ClassicBpf jump(String label) {
    return jump(label, 32, MOST_INSTRUCTIONS).add(JUMP, 0);
  }

  private ClassicBpf jump(String label, int shift, int most) {
    Jump jump = new Jump(instructions.size(), shift, most);
    jumps.computeIfAbsent(label, _ -> new ArrayList<>()).add(jump);
    return this;
  }

  /** Here is where jumps to a label lead. */
  ClassicBpf label(String label) {
    for (Jump jump : jumps.getOrDefault(label, List.of())) {
      long skipped = instructions.size() - jump.at() - 1L;
      if (skipped > jump.most()) {
        throw new IllegalStateException("too far to " + label);
      }
      instructions.set(jump.at(), instructions.get(jump.at()) | skipped << jump.shift());
    }
    jumps.remove(label);
    return this;
  }

  /** The program as it is now. */
  long[] instructions() {
    if (!jumps.isEmpty() || instructions.size() > MOST_INSTRUCTIONS) {
      throw new IllegalStateException("not a program: jumps to " + jumps.keySet());
    }
    return instructions.stream().mapToLong(Long::longValue).toArray();
  }

  /** As a {@code struct sock_fprog}, which lives as long as the arena. */
  MemorySegment program(Arena arena) {
    long[] all = instructions();
    MemorySegment filter = arena.allocate((long) all.length * INSTRUCTION_BYTES, 8);
    MemorySegment program = arena.allocate(16, 8);
    MemorySegment.copy(all, 0, filter, JAVA_LONG, 0, all.length);
    program.set(JAVA_SHORT, 0, (short) all.length);
    program.set(JAVA_LONG, 8, filter.address());
    return program;
  }
}
