package net.viaduct.cli.transition;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.Refusal;

/** A file that names machines, one a line, with what is said about each. */
final class MachineSet {
  private MachineSet() {}

  /**
   * Reads it; what follows a # is left out.
   *
   * @param least how many words a line has at least
   * @return the words of each line
   * @throws Refusal if it cannot be read, or a line has too few words
   */
  static List<List<String>> read(Path file, int least) {
    List<List<String>> all = new ArrayList<>();
    int number = 0;
    try {
      for (String line : Files.readAllLines(file)) {
        number++;
        String words = line.replaceFirst("#.*", "").strip();
        if (!words.isEmpty()) {
          List<String> one = List.of(words.split("\\s+", -1));
          if (one.size() < least) {
            throw new Refusal(
                ExitCode.FAILED,
                "%s:%d: '%s' should be: MAC HOST [DEVICE [PORT]]".formatted(file, number, line));
          }
          all.add(one);
        }
      }
    } catch (IOException e) {
      throw new Refusal(ExitCode.FAILED, "cannot read " + file + ": " + e.getMessage());
    }
    return all;
  }
}
