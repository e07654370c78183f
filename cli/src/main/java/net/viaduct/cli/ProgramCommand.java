package net.viaduct.cli;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How this program is started again with other arguments: by the same JVM, with the same options,
 * class path and cache. Stateless.
 */
public final class ProgramCommand {
  private ProgramCommand() {}

  /** A process that runs a command of this program. */
  public static ProcessBuilder of(String... arguments) {
    List<String> command = new ArrayList<>(prefix());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  /** All up to the main class. */
  public static List<String> prefix() {
    String java =
        ProcessHandle.current()
            .info()
            .command()
            .orElseGet(() -> home().resolve("bin/java").toString());
    List<String> own = ownCommandLine();
    int main = own.indexOf(Viaduct.class.getName());
    List<String> command = new ArrayList<>();
    command.add(java);
    if (main > 0) {
      command.addAll(own.subList(1, main + 1));
    } else { // inside another program, such as a test
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("-cp");
      command.add(System.getProperty("java.class.path", ""));
      command.add(Viaduct.class.getName());
    }
    return command;
  }

  private static Path home() {
    return Path.of(System.getProperty("java.home", "/usr"));
  }

  /** The JDK cuts what it tells of it after 4096 bytes; the kernel does not. */
  private static List<String> ownCommandLine() {
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc/self/cmdline"));
      String text = new String(bytes, Charset.defaultCharset());
      return List.of(text.split("\0", -1));
    } catch (IOException e) {
      return List.of();
    }
  }
}
