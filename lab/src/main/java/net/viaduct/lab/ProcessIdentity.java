package net.viaduct.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process that is not mistaken for a later one of the same number. Immutable.
 *
 * @param pid the kernel's number
 * @param startTicks when it started, in clock ticks since the machine's start: field 22 of {@code
 *     /proc/PID/stat}, proc(5)
 */
record ProcessIdentity(long pid, long startTicks) {
  private static final int START_FIELD_BEHIND_NAME = 19;

  /** The process with this number now. */
  static Optional<ProcessIdentity> of(long pid) {
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc/" + pid + "/stat"));
      String stat = new String(bytes, StandardCharsets.ISO_8859_1);
      String behindName = stat.substring(stat.lastIndexOf(')') + 2);
      String[] fields = behindName.split(" ", -1);
      if (fields[0].equals("Z")) { // it has ended; only its parent has not looked yet
        return Optional.empty();
      }
      return Optional.of(new ProcessIdentity(pid, Long.parseLong(fields[START_FIELD_BEHIND_NAME])));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static ProcessIdentity current() {
    return of(ProcessHandle.current().pid()).orElseThrow();
  }

  boolean isAlive() {
    return of(pid).equals(Optional.of(this));
  }
}
