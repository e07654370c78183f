package net.viaduct.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountersFileTest {
  private static final CounterLayout PORT = new CounterLayout("port", List.of("in", "out"));
  private static final CounterLayout DROPS =
      new CounterLayout("drops", IntStream.range(0, 60).mapToObj(i -> "reason-" + i).toList());
  private static final Instant START = Instant.ofEpochMilli(1_700_000_000_123L);

  private final ManualClock clock = new ManualClock(Long.MAX_VALUE - 10);
  @TempDir private Path directory;

  @Test
  void shouldShowBlocksWithTheirNamesWhenReadThroughTheFile() throws IOException {
    try (CountersFile file = create(CountersCapacity.DEFAULT)) {
      CounterBlock vm1 = file.allocate(PORT, "vm1");
      CounterBlock drops = file.allocate(DROPS, "vm1 überall");
      vm1.add(1, 7);
      drops.add(59, 3);

      CountersSnapshot read = CountersReader.open(path()).snapshot();

      assertThat(read.pid()).isEqualTo(ProcessHandle.current().pid());
      assertThat(read.startedAt()).isEqualTo(START);
      assertThat(read.closed()).isFalse();
      assertThat(read.busyBlocks()).isZero();
      assertThat(read.blocks()).hasSize(2);
      assertThat(read.blocks().getFirst().kind()).isEqualTo("port");
      assertThat(read.blocks().getFirst().label()).isEqualTo("vm1");
      assertThat(read.blocks().getFirst().values()).containsExactlyEntriesOf(values(0, 7));
      assertThat(read.blocks().getLast().label()).isEqualTo("vm1 überall");
      assertThat(read.blocks().getLast().values()).hasSize(60).containsEntry("reason-59", 3L);
      assertThat(read).isEqualTo(file.snapshot());
    }
  }

  @Test
  void shouldBeReadableByItsGroupOnlyAndGoWhenClosed() throws IOException {
    CountersFile file = create(CountersCapacity.forBlocks(4));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
        .isEqualTo("rw-r-----");
    CountersReader reader = CountersReader.open(path());
    CounterBlock block = file.allocate(PORT, "vm1");
    file.close();
    file.close();

    block.add(0, 1); // a late writer must not crash
    assertThat(directory).isEmptyDirectory();
    assertThat(reader.snapshot().closed()).isTrue();
    assertThat(reader.snapshot().blocks().getFirst().values()).containsEntry("in", 1L);
  }

  @Test
  void shouldNotRemoveTheFileOfASuccessorWhenClosed() throws IOException {
    CountersFile first = create(CountersCapacity.forBlocks(4));
    Files.delete(path());
    try (CountersFile second = create(CountersCapacity.forBlocks(4))) {
      first.close();
      assertThat(CountersReader.open(path()).snapshot()).isEqualTo(second.snapshot());
    }
  }

  @Test
  void shouldRefuseWhenTheFileIsInUseAndReplaceItWhenItsWriterIsGone() throws IOException {
    Files.write(path(), new byte[10]);
    try (CountersFile first = create(CountersCapacity.forBlocks(4))) {
      assertThatThrownBy(() -> create(CountersCapacity.forBlocks(4)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("writes counters there already");
      assertThat(CountersReader.open(path()).snapshot()).isEqualTo(first.snapshot());
    }
  }

  @Test
  void shouldStartEachBlockOnACacheLineOfItsOwn() {
    CountersFile file = anonymous(CountersCapacity.forBlocks(8));
    for (int i = 0; i < 4; i++) {
      assertThat(file.allocate(PORT, "p" + i).values().address() % 64).isZero();
      assertThat(file.allocate(DROPS, "d" + i).values().address() % 64).isZero();
    }
  }

  @Test
  void shouldUseABlockAgainWhenItsGraceIsOver() {
    CountersFile file = anonymous(new CountersCapacity(2, 128));
    CounterBlock first = file.allocate(PORT, "first");
    first.add(0, 5);
    file.allocate(PORT, "second");
    file.release(first);
    assertThat(labels(file)).containsExactly("second");
    clock.advanceNs(CountersFile.RELEASE_GRACE_NS - 1);
    assertThatIllegalStateException()
        .isThrownBy(() -> file.allocate(PORT, "third"))
        .withMessageContaining("2 blocks are taken");

    clock.advanceNs(1);
    CounterBlock third = file.allocate(PORT, "third");

    assertThat(third.get(0)).isZero();
    assertThat(third.values().address()).isEqualTo(first.values().address());
    assertThat(labels(file)).containsExactly("third", "second");
  }

  @Test
  void shouldTakeALargerFreeBlockWhenNothingElseIsLeft() {
    CountersFile file = anonymous(new CountersCapacity(4, 512));
    CounterBlock large = file.allocate(DROPS, "large");
    file.release(large);
    assertThatIllegalStateException()
        .isThrownBy(() -> file.allocate(PORT, "small"))
        .withMessageContaining("512 bytes of values are taken");

    clock.advanceNs(CountersFile.RELEASE_GRACE_NS);
    file.release(file.allocate(PORT, "small"));
    clock.advanceNs(CountersFile.RELEASE_GRACE_NS);

    assertThat(file.allocate(DROPS, "large again").get(59)).isZero();
  }

  @Test
  void shouldRefuseABlockThatIsNotInUse() {
    CountersFile file = anonymous(CountersCapacity.forBlocks(2));
    CounterBlock block = file.allocate(PORT, "vm1");
    file.release(block);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> file.release(block))
        .withMessageContaining("vm1");
  }

  @Test
  void shouldCutALabelBetweenTwoCharactersWhenItIsTooLong() {
    CountersFile file = anonymous(CountersCapacity.forBlocks(2));
    file.allocate(PORT, "x" + "ü".repeat(100));
    assertThat(labels(file)).containsExactly("x" + "ü".repeat(47));
  }

  @Test
  void shouldRefuseLayoutsWhenTheirNamesDoNotFit() {
    CountersFile file = anonymous(CountersCapacity.forBlocks(2_000));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> file.allocate(new CounterLayout("x", List.of("n".repeat(256))), "x"))
        .withMessageContaining("256 bytes");
    assertThatIllegalStateException()
        .isThrownBy(() -> {
          for (int i = 0; i < 1_000; i++) {
            file.allocate(new CounterLayout("kind " + i, DROPS.names()), "x");
          }
        })
        .withMessageContaining("no room for the names");
    assertThat(file.snapshot().blocks()).hasSizeGreaterThan(50);
  }

  @Test
  void shouldHoldTenThousandBlocksByDefault() throws IOException {
    try (CountersFile file = create(CountersCapacity.DEFAULT)) {
      for (int i = 0; i < 10_000; i++) {
        file.allocate(i % 2 == 0 ? PORT : DROPS, "block " + i);
      }
      assertThat(CountersReader.open(path()).snapshot().blocks()).hasSize(10_000);
    }
  }

  @Test
  void shouldSayWhatIsWrongWhenTheFileIsNotOfThisKind() throws IOException {
    Files.write(path(), new byte[0]);
    assertUnreadable("not a counters file: 0 bytes");
    Files.write(path(), "x".repeat(1_000).getBytes(StandardCharsets.UTF_8));
    assertUnreadable("not a counters file");
    assertThatThrownBy(() -> CountersReader.open(directory.resolve("absent")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("absent");
  }

  @Test
  void shouldSayWhatIsWrongWhenTheFileIsCutShortOrOfAnotherVersion() throws IOException {
    byte[] whole = wholeFile();
    for (int length : new int[] {127, 128, 500, whole.length - 1}) {
      Files.write(path(), Arrays.copyOf(whole, length));
      assertUnreadable(length < 128 ? "127 bytes" : "cut short");
    }
    byte[] other = whole.clone();
    other[CountersFormat.VERSION_OFFSET] = 9;
    Files.write(path(), other);
    assertUnreadable("counters of version 9, this program reads version 1");
  }

  /** Seeded, so that a failure can be repeated: the message tells seed and byte. */
  @Test
  void shouldReadOrRefuseButNeverFailOtherwiseWhenBytesAreDamaged() throws IOException {
    byte[] whole = wholeFile();
    long seed = 4_711;
    Random random = new Random(seed);
    int firstValue = whole.length - 2 * 512;
    for (int round = 0; round < 3_000; round++) {
      byte[] damaged = whole.clone();
      // Half of the damage goes where the structure is: header and first entries.
      int at = random.nextInt(round % 2 == 0 ? 400 : firstValue);
      damaged[at] = (byte) random.nextInt();
      Files.write(path(), damaged);
      try {
        CountersReader.open(path()).snapshot();
      } catch (CountersFormatException e) {
        assertThat(e).hasMessageContaining(path().toString());
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", round " + round + ", byte " + at, e);
      }
    }
  }

  private byte[] wholeFile() throws IOException {
    try (CountersFile file = create(CountersCapacity.forBlocks(2))) {
      file.allocate(PORT, "vm1");
      file.allocate(DROPS, "vm1");
      return Files.readAllBytes(path());
    }
  }

  private void assertUnreadable(String reason) {
    assertThatThrownBy(() -> CountersReader.open(path()))
        .isInstanceOf(CountersFormatException.class)
        .hasMessageContaining(path().toString())
        .hasMessageContaining(reason);
  }

  private static Map<String, Long> values(long in, long out) {
    Map<String, Long> values = new LinkedHashMap<>();
    values.put("in", in);
    values.put("out", out);
    return values;
  }

  private static List<String> labels(CountersFile file) {
    return file.snapshot().blocks().stream().map(CounterValues::label).toList();
  }

  private Path path() {
    return directory.resolve("h1.counters");
  }

  private CountersFile anonymous(CountersCapacity capacity) {
    return CountersFile.anonymous(capacity, clock);
  }

  private CountersFile create(CountersCapacity capacity) throws IOException {
    return CountersFile.create(path(), capacity, clock, START);
  }
}
