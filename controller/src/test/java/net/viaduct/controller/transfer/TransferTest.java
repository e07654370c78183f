package net.viaduct.controller.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import net.viaduct.controller.Controller;
import net.viaduct.controller.ControllerConfig;
import net.viaduct.controller.sqlite.SqliteSnapshot;
import net.viaduct.controller.sqlite.SqliteStore;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Outcome;
import net.viaduct.controller.store.Page;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.Transaction;
import net.viaduct.runtime.SystemClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store as a file and back, and files that are none. */
class TransferTest {
  private static final long HISTORY = 100_000;

  @TempDir Path directory;
  private Store store;
  private Path file;

  @BeforeEach
  void open() {
    store = SqliteStore.open(directory.resolve("from.db"), HISTORY);
    file = directory.resolve("export.jsonl");
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static void put(Store store, String key, String value) {
    put(store, List.of(new Operation.Put(key, value)));
  }

  private static void put(Store store, List<Operation> operations) {
    assertThat(store.commit(new Transaction(List.of(), operations)))
        .isInstanceOf(Outcome.Committed.class);
  }

  private static Map<String, String> content(Store store) {
    Map<String, String> content = new TreeMap<>();
    Page page = store.range(Range.first("", 333));
    page.entries().forEach(it -> content.put(it.key(), it.value()));
    while (page.hasMore()) {
      page = store.range(Range.first("", 333).after(page));
      page.entries().forEach(it -> content.put(it.key(), it.value()));
    }
    content.remove(Lineage.KEY);
    return content;
  }

  private void fill(int count) {
    for (int i = 0; i < count; i++) {
      put(store, "k/" + i, "{\"text\":\"äöü \\\"€\uD83D\uDE00 \\n" + i + "\"}");
    }
  }

  private Exporter.Summary export() throws IOException {
    return new Exporter(store::range, Clock.systemUTC()).toFile(file);
  }

  private static Exporter.Summary importInto(Store store, Path file, boolean replace)
      throws IOException {
    return new Importer(store, new SecureRandom()).from(file, replace);
  }

  @Test
  void shouldGiveAnotherStoreAllThatWasExported() throws IOException {
    fill(1_234);
    put(store, "big", "x".repeat(Store.MOST_VALUE_CHARACTERS));
    put(store, List.of(new Operation.Delete("k/7")));
    Exporter.Summary exported = export();
    assertThat(exported).isEqualTo(new Exporter.Summary(store.revision(), 1_234));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .as("it has secrets in it")
        .isEqualTo("rw-------");
    try (Store to = SqliteStore.open(directory.resolve("to.db"), HISTORY)) {
      assertThat(importInto(to, file, false)).isEqualTo(exported);
      assertThat(content(to)).isEqualTo(content(store)).hasSize(1_234);
      assertThat(Lineage.of(to)).as("its revisions are others").isNotEmpty();
      String first = Lineage.of(to);
      importInto(to, file, true);
      assertThat(Lineage.of(to)).isNotEqualTo(first);
      UnfinishedImport.requireNone(to);
    }
  }

  @Test
  void shouldExportOneMomentWhileOthersWrite() throws IOException {
    AtomicBoolean enough = new AtomicBoolean();
    fill(600);
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(() -> {
          for (int i = 0; !enough.get(); i++) {
            put(
                store,
                List.of(new Operation.Put("a/" + i, "new"), new Operation.Put("z/" + i, "new")));
          }
        });
    try {
      for (int i = 0; i < 20; i++) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long newest = store.revision();
        try (SqliteSnapshot snapshot = SqliteSnapshot.open(directory.resolve("from.db"))) {
          Exporter.Summary summary = new Exporter(snapshot::range, Clock.systemUTC()).write(out);
          assertThat(summary.revision()).isGreaterThanOrEqualTo(newest);
        }
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(count(lines, "\"a/")).isEqualTo(count(lines, "\"z/"));
      }
    } finally {
      enough.set(true);
      writing.join();
    }
  }

  @Test
  void shouldGoOnWithWhatTheStoreHasForgottenMeanwhile() {
    fill(20);
    try (SqliteSnapshot snapshot = SqliteSnapshot.open(directory.resolve("from.db"))) {
      Page first = snapshot.range(Range.first("", 10));
      for (int i = 0; i < 20; i++) {
        put(store, "k/" + i, "new");
      }
      store.forgetBefore(store.revision());
      Page rest = snapshot.range(new Range("", first.entries().getLast().key(), 100, 0));
      assertThat(rest.entries())
          .hasSize(10)
          .allSatisfy(entry -> assertThat(entry.value()).contains("text"));
    }
  }

  private static long count(List<String> lines, String text) {
    return lines.stream().filter(line -> line.startsWith("{\"key\":" + text)).count();
  }

  @Test
  void shouldChangeNothingWhenAFileIsDamaged() throws IOException {
    fill(20);
    export();
    byte[] right = Files.readAllBytes(file);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Path damaged = directory.resolve("damaged.jsonl");
    try (Store to = SqliteStore.open(directory.resolve("to.db"), HISTORY)) {
      for (int i = 0; i < 500; i++) {
        byte[] wrong = damage(right, random);
        Files.write(damaged, wrong);
        assertThatThrownBy(() -> importInto(to, damaged, true))
            .as("seed %d, %d", seed, i)
            .isInstanceOf(ExportDamaged.class)
            .hasMessageMatching("(?s)line [0-9]+: .+");
      }
      assertThat(to.revision()).isZero();
    }
  }

  private static byte[] damage(byte[] right, Random random) {
    byte[] wrong = right.clone();
    int at = random.nextInt(right.length);
    switch (random.nextInt(4)) {
      case 0 -> wrong[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> wrong = java.util.Arrays.copyOf(right, at);
      case 2 -> wrong = java.util.Arrays.copyOf(right, right.length + 1 + random.nextInt(9));
      default -> { // a line is missing
        List<String> lines =
            new ArrayList<>(new String(right, StandardCharsets.UTF_8).lines().toList());
        lines.remove(random.nextInt(lines.size()));
        wrong = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
      }
    }
    return wrong;
  }

  @Test
  void shouldSayWhatIsWrongWithAFile() throws IOException {
    fill(2);
    export();
    List<String> lines = Files.readAllLines(file);
    assertProblem(List.of("hello"), "line 1: is not JSON");
    assertProblem(List.of("{}"), "line 1: this is no export of 'viaduct controller export'");
    assertProblem(
        List.of("{\"viaductExport\":2}"), "line 1: the format is 2, this version knows 1");
    assertProblem(lines.subList(0, 2), "line 3: the file ends here, and the export does not");
    assertProblem(
        List.of(lines.get(0), lines.get(2), lines.get(1), lines.get(3)),
        "line 3: 'k/0' is out of order");
    assertProblem(
        List.of(lines.get(0), lines.get(1), lines.get(3)), "line 3: there should be 2 keys, not 1");
    assertProblem(
        List.of(lines.get(0), lines.get(1).replace("äöü", "aou"), lines.get(2), lines.get(3)),
        "line 4: the checksum is another one");
  }

  private void assertProblem(List<String> lines, String problem) throws IOException {
    Path wrong = Files.write(directory.resolve("wrong.jsonl"), lines);
    assertThatThrownBy(() -> importInto(store, wrong, true))
        .isInstanceOf(ExportDamaged.class)
        .hasMessageStartingWith(problem);
  }

  @Test
  void shouldOverwriteNothingUnlessTold() throws IOException {
    fill(3);
    export();
    put(store, "more", "1");
    long before = store.revision();
    assertThatThrownBy(() -> importInto(store, file, false))
        .isInstanceOf(StoreFailure.class)
        .hasMessage("the store is not empty; --replace throws away what it has");
    assertThat(store.revision()).isEqualTo(before);
    importInto(store, file, true);
    assertThat(content(store)).hasSize(3).doesNotContainKey("more");
  }

  @Test
  void shouldLetNoControllerUseHalfAnImport() throws IOException {
    fill(350);
    export();
    Path half = directory.resolve("half.db");
    try (Store to = SqliteStore.open(half, HISTORY)) {
      Store failing = FailingStore.after(to, 3);
      assertThatThrownBy(() -> importInto(failing, file, false))
          .isInstanceOf(StoreFailure.class)
          .hasMessage("the disk is gone");
    }
    ControllerConfig config = ControllerConfig.of(half, directory.resolve("c.sock"));
    assertThatThrownBy(
            () -> Controller.start(config, new SystemClock(), Clock.systemUTC(), "1").close())
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining("not finished")
        .hasMessageContaining("--replace");
    try (Store to = SqliteStore.open(half, HISTORY)) {
      assertThatThrownBy(() -> importInto(to, file, false)).hasMessageContaining("not finished");
      assertThatThrownBy(
              () -> new Exporter(to::range, Clock.systemUTC()).toFile(directory.resolve("no")))
          .hasMessageContaining("not finished");
      assertThat(directory.resolve("no")).doesNotExist();
      assertThat(directory.resolve("no.unfinished")).doesNotExist();
      importInto(to, file, true);
      assertThat(content(to)).isEqualTo(content(store));
    }
    Controller.start(config, new SystemClock(), Clock.systemUTC(), "1").close();
  }
}
