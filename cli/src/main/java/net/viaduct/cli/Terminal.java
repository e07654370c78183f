package net.viaduct.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is known of the terminal, asked without the cost of {@code System.console()}. */
public final class Terminal {
  private Terminal() {}

  /** Whether standard output is a terminal on which lines can be redrawn. */
  public static boolean isStandardOutput() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      boolean dumb = "dumb".equals(System.getenv("TERM")) || System.getenv("TERM") == null;
      return (target.startsWith("/dev/pts/") || target.startsWith("/dev/tty")) && !dumb;
    } catch (IOException e) {
      return false;
    }
  }
}
