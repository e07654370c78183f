package net.viaduct.controller.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Page;
import net.viaduct.controller.store.Range;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged stays, and what cannot be done is said. */
class HardTimesTest {
  private static final int KILLS = 12;
  private static final int CHANGES = 1_000;
  private static final int MOST_BEFORE_A_KILL = 150;

  @TempDir Path directory;

  private static List<String> writer(Path file, int from) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin/java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        WritingProcess.class.getName(),
        file.toString(),
        String.valueOf(from));
  }

  @Test
  void shouldLoseNothingAcknowledgedWhenKilledAtRandomPoints()
      throws IOException, InterruptedException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Path file = directory.resolve("c.db");
    int acknowledged = -1;
    for (int kill = 0; kill < KILLS || acknowledged < CHANGES; kill++) {
      acknowledged =
          writeAndKill(file, acknowledged + 1, random.nextInt(MOST_BEFORE_A_KILL), random);
      acknowledged = requireWhole(file, acknowledged, "seed " + seed + ", kill " + kill);
    }
  }

  /** Lets a process write until some are acknowledged, and kills it in the middle of the next. */
  private static int writeAndKill(Path file, int from, int count, Random random)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(writer(file, from)).redirectErrorStream(true).start();
    int last = from - 1;
    try (BufferedReader lines = process.inputReader()) {
      assertThat(lines.readLine()).isEqualTo("ready");
      for (int i = 0; i < count; i++) {
        last = Integer.parseInt(lines.readLine());
      }
      long endNs = System.nanoTime() + random.nextInt(1_000_000);
      while (System.nanoTime() < endNs) {
        Thread.onSpinWait();
      }
      assertThat(process.toHandle().destroyForcibly()).isTrue(); // its output can still be read
      String line = lines.readLine();
      while (line != null && line.matches("[0-9]+")) {
        last = Integer.parseInt(line);
        line = lines.readLine();
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    return last;
  }

  /** Each number up to the last acknowledged is there, and both values of each or none. */
  private static int requireWhole(Path file, int acknowledged, String when) {
    try (SqliteStore store = SqliteStore.open(file, 1_000_000)) {
      List<String> a = numbers(store, "a/");
      assertThat(numbers(store, "b/")).as(when).isEqualTo(a);
      assertThat(a).as(when).hasSizeGreaterThan(acknowledged);
      assertThat(store.revision()).as(when).isEqualTo(a.size());
      return a.size() - 1;
    }
  }

  private static List<String> numbers(SqliteStore store, String prefix) {
    List<String> numbers = new ArrayList<>();
    Page page = store.range(Range.first(prefix, 500));
    while (true) {
      page.entries().stream().map(Entry::key).map(k -> k.substring(2)).forEach(numbers::add);
      if (!page.hasMore()) {
        return numbers;
      }
      page = store.range(Range.first(prefix, 500).after(page));
    }
  }

  @Test
  void shouldSayThatTheDiskIsFullAndKeepWhatWasAcknowledged()
      throws IOException, InterruptedException {
    assumeTrue(canMount(), "mounting a small file system needs root or user namespaces");
    Path mount = Files.createDirectory(directory.resolve("small"));
    Path saved = directory.resolve("saved");
    List<String> command =
        new ArrayList<>(
            List.of(
                "unshare",
                "-Urm",
                "sh",
                "-c",
                "mount -t tmpfs -o size=2m none \"$0\" && cd / && \"$@\"; mkdir "
                    + saved
                    + " && cp -a \"$0\"/. "
                    + saved,
                mount.toString()));
    command.addAll(writer(mount.resolve("c.db"), 0));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines;
    try (BufferedReader reader = process.inputReader()) {
      lines = reader.readAllLines();
    } finally {
      process.destroy();
    }
    assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
    assertThat(lines.getLast())
        .isEqualTo("failed: the store cannot write: the disk is full; nothing was changed");
    int acknowledged = Integer.parseInt(lines.get(lines.size() - 2));
    assertThat(requireWhole(saved.resolve("c.db"), acknowledged, "disk full"))
        .as("nothing that was refused is there")
        .isEqualTo(acknowledged);
  }

  private static boolean canMount() throws InterruptedException {
    try {
      Process process = new ProcessBuilder("unshare", "-Urm", "true").start();
      return process.waitFor() == 0;
    } catch (IOException _) {
      return false;
    }
  }
}
