package net.viaduct.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A writer that takes, writes and gives back blocks as fast as it can, and readers that check what
 * must hold of every block that they see: its number of names goes with its kind, its kind with its
 * label, and its values were never another block's.
 */
@Timeout(120)
class CountersFileStressTest {
  private static final CounterLayout SMALL = new CounterLayout("small", List.of("number", "copy"));
  private static final CounterLayout LARGE =
      new CounterLayout("large", IntStream.range(0, 60).mapToObj(i -> "name-" + i).toList());
  private static final int ROUNDS = 2_000;

  @TempDir private Path directory;

  @Test
  void shouldNeverShowHalfABlockWhenReadWhileItIsWritten() throws Exception {
    ManualClock clock = new ManualClock();
    List<String> failures = new ArrayList<>();
    try (CountersFile file = create(clock)) {
      Thread reader = Thread.ofPlatform().start(() -> readInThisProcess(failures));
      int cycles = writeWhile(file, clock, reader);
      reader.join();
      assertThat(cycles).isPositive();
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void shouldNeverShowHalfABlockWhenReadByAnotherProcess() throws Exception {
    ManualClock clock = new ManualClock();
    try (CountersFile file = create(clock)) {
      Process reader = java(ReaderProcess.class, path());
      try (BufferedReader output = reader.inputReader(StandardCharsets.UTF_8)) {
        Thread exit = Thread.ofPlatform().start(() -> waitFor(reader));
        writeWhile(file, clock, exit);
        assertThat(output.lines()).containsExactly("all blocks were whole");
        assertThat(reader.waitFor()).isZero();
      } finally {
        reader.destroyForcibly();
      }
    }
  }

  @Test
  void shouldTellTheLastValuesWhenTheWriterHangsOrWasKilled() throws Exception {
    Process writer = java(HangingProcess.class, path());
    try (BufferedReader output = writer.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo("hanging");
      CountersReader reader = CountersReader.open(path());
      assertHanging(reader, writer);
      assertThat(catchThrowable(() -> create(new ManualClock())))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another process writes its counters there");

      writer.destroyForcibly().waitFor();

      assertHanging(reader, writer);
      assertHanging(CountersReader.open(path()), writer);
      try (CountersFile successor = create(new ManualClock())) {
        assertThat(successor.snapshot().blocks()).isEmpty();
        assertHanging(reader, writer);
        assertThat(CountersReader.open(path()).pid()).isEqualTo(ProcessHandle.current().pid());
      }
    } finally {
      writer.destroyForcibly();
    }
  }

  /** Reads many times, then says whether all was well. */
  static final class ReaderProcess {
    private ReaderProcess() {}

    public static void main(String[] args) throws IOException {
      CountersReader reader = CountersReader.open(Path.of(args[0]));
      int seen = 0;
      for (int i = 0; i < ROUNDS; i++) {
        seen += checked(reader.snapshot());
      }
      System.out.println(seen > ROUNDS ? "all blocks were whole" : "only " + seen + " blocks");
    }
  }

  /** Dies only by force, in the middle of taking a block. */
  static final class HangingProcess {
    private HangingProcess() {}

    public static void main(String[] args) throws Exception {
      CountersFile file =
          CountersFile.create(
              Path.of(args[0]), CountersCapacity.forBlocks(8), new ManualClock(), Instant.EPOCH);
      file.allocate(SMALL, "s-7").add(0, 7);
      file.allocate(LARGE, "half a block");
      // As if it had been stopped there: the second entry's sequence is odd.
      file.beginChange(CountersFormat.HEADER_BYTES + CountersFormat.ENTRY_BYTES);
      System.out.println("hanging");
      Thread.currentThread().join();
    }
  }

  private static void assertHanging(CountersReader reader, Process writer) throws IOException {
    CountersSnapshot snapshot = reader.snapshot();
    assertThat(snapshot.pid()).isEqualTo(writer.pid());
    assertThat(snapshot.closed()).isFalse();
    assertThat(snapshot.busyBlocks()).isEqualTo(1);
    assertThat(snapshot.blocks()).hasSize(1);
    assertThat(snapshot.blocks().getFirst().values()).containsEntry("number", 7L);
  }

  private void readInThisProcess(List<String> failures) {
    try {
      CountersReader reader = CountersReader.open(path());
      for (int i = 0; i < ROUNDS; i++) {
        checked(reader.snapshot());
      }
    } catch (IOException | RuntimeException e) {
      failures.add(e.toString());
    }
  }

  /** The invariant; returns how many blocks were seen. */
  private static int checked(CountersSnapshot snapshot) {
    for (CounterValues block : snapshot.blocks()) {
      boolean small = block.kind().equals("small");
      long number = Long.parseLong(block.label().substring(2));
      boolean whole =
          block.label().startsWith(small ? "s-" : "l-")
              && block.values().size() == (small ? 2 : 60)
              && block.values().values().stream().allMatch(value -> value == 0 || value == number);
      if (!whole) {
        throw new IllegalStateException("half a block: " + block);
      }
    }
    return snapshot.blocks().size();
  }

  private static int writeWhile(CountersFile file, ManualClock clock, Thread reading) {
    Random random = new Random(42);
    Deque<CounterBlock> held = new ArrayDeque<>();
    int number = 1;
    while (reading.isAlive()) {
      boolean small = random.nextBoolean();
      CounterBlock block = file.allocate(small ? SMALL : LARGE, (small ? "s-" : "l-") + number);
      for (int i = 0; i < block.layout().names().size(); i++) {
        block.add(i, number);
      }
      held.add(block);
      number++;
      if (held.size() > 8) {
        file.release(held.remove());
      }
      clock.advanceNs(CountersFile.RELEASE_GRACE_NS / 2); // used again as soon as may be
    }
    return number;
  }

  private static Process java(Class<?> main, Path argument) throws Exception {
    String classes = locationOf(CountersFile.class) + ":" + locationOf(main);
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-cp",
            classes,
            main.getName(),
            argument.toString())
        .redirectErrorStream(true)
        .start();
  }

  private static Path locationOf(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static void waitFor(Process process) {
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Path path() {
    return directory.resolve("h1.counters");
  }

  private CountersFile create(ManualClock clock) throws IOException {
    return CountersFile.create(path(), CountersCapacity.forBlocks(32), clock, Instant.EPOCH);
  }
}
