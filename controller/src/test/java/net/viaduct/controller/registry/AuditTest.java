package net.viaduct.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import net.viaduct.controller.sqlite.SqliteStore;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.Transaction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit log stays short, and loses only what is oldest. */
class AuditTest {
  private static final Actor ANNA = new Actor("anna", "admin", "socket");

  @TempDir Path directory;
  private Store store;

  @BeforeEach
  void fill() {
    store = SqliteStore.open(directory.resolve("c.db"), 100_000);
    Clock clock = Clock.fixed(Instant.ofEpochSecond(1_000_000), ZoneOffset.UTC);
    Audit audit = new Audit(clock, 0);
    for (int i = 0; i < 1_050; i++) {
      store.commit(new Transaction(List.of(), List.of(audit.entry(ANNA, List.of("change " + i)))));
    }
  }

  @AfterEach
  void close() {
    store.close();
  }

  private List<Entry> entries() {
    return store.range(Range.first(Audit.PREFIX, 10_000)).entries();
  }

  @Test
  void shouldDeleteTheOldestEntriesWhenThereAreTooMany() {
    Audit.trim(store, 250);
    List<Entry> left = entries();
    assertThat(left).hasSizeBetween(250, 349);
    assertThat(left.getLast().value()).contains("change 1049");
    assertThat(left.getFirst().value()).contains("change " + (1_050 - left.size()));
  }

  @Test
  void shouldDeleteNoMoreWhenSeveralControllersDoSoAtOnce() {
    List<CompletableFuture<Void>> all =
        IntStream.range(0, 4)
            .mapToObj(_ -> CompletableFuture.runAsync(() -> Audit.trim(store, 250)))
            .toList();
    all.forEach(CompletableFuture::join);
    assertThat(entries()).hasSizeGreaterThanOrEqualTo(250);
    Audit.trim(store, 250);
    assertThat(entries()).hasSizeBetween(250, 349);
  }
}
