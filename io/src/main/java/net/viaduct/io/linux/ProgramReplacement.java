package net.viaduct.io.linux;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import net.viaduct.io.IoFailure;

/**
 * Runs another program in place of this one, with the same process number, terminal and files: so
 * signals and the exit code need nobody in between. Stateless.
 */
public final class ProgramReplacement {
  private static final NativeFunction EXECVE = NativeFunction.find("execve");
  private static final AddressLayout POINTER = ValueLayout.ADDRESS;

  private ProgramReplacement() {}

  /**
   * Replaces this program. All its threads end where they are; no shutdown hook runs.
   *
   * @param command the program's path and its arguments
   * @return why it could not be done; otherwise it does not return
   */
  public static IoFailure replaceBy(List<String> command, Map<String, String> environment) {
    MemorySegment callState = NativeFunction.callState();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(command.getFirst());
      MemorySegment arguments = strings(arena, command);
      List<String> variables =
          environment.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
      int result =
          EXECVE.callInt(
              callState,
              path.address(),
              arguments.address(),
              strings(arena, variables).address(),
              0,
              0,
              0);
      return ErrorNumber.failure("run " + command.getFirst(), result);
    }
  }

  /** An array of pointers that ends with NULL. */
  private static MemorySegment strings(Arena arena, List<String> texts) {
    MemorySegment array = arena.allocate(POINTER, texts.size() + 1L);
    for (int i = 0; i < texts.size(); i++) {
      array.setAtIndex(POINTER, i, arena.allocateFrom(texts.get(i)));
    }
    return array;
  }
}
