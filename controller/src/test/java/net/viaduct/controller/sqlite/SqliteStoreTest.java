package net.viaduct.controller.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreContract;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.StoreModelContract;
import net.viaduct.controller.store.Transaction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract on SQLite, and what is SQLite's own. */
class SqliteStoreTest extends StoreContract {
  private static final long HISTORY = 100_000;

  @TempDir Path directory;

  @Override
  protected Store open() {
    return SqliteStore.open(directory.resolve("state/controller.db"), HISTORY);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void shouldBehaveLikeAMapOfMaps(long seed) throws InterruptedException {
    new StoreModelContract(store, seed).run(400);
  }

  @Test
  void shouldRefuseAFileThatIsInUse() {
    assertThatThrownBy(this::open)
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining("in use by another controller");
  }

  @Test
  void shouldRefuseAFileOfAnotherKind() throws IOException, SQLException {
    Path text = directory.resolve("text.db");
    Files.writeString(text, "no database, but longer than the header of one".repeat(50));
    assertThatThrownBy(() -> SqliteStore.open(text, HISTORY))
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining("not a database");
    Path other = directory.resolve("other.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + other);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE things(name TEXT)");
    }
    assertThatThrownBy(() -> SqliteStore.open(other, HISTORY))
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining("another program");
  }

  @Test
  void shouldForgetByItselfWhatIsOlderThanTheHistory() {
    store.close();
    store = SqliteStore.open(directory.resolve("short.db"), 100);
    for (int i = 0; i < 2_500; i++) {
      store.commit(new Transaction(List.of(), List.of(new Operation.Put("a", String.valueOf(i)))));
    }
    assertThat(store.oldestRevision()).isGreaterThanOrEqualTo(1_000);
    assertThat(store.revision() - store.oldestRevision()).isGreaterThanOrEqualTo(100);
    assertThat(store.get("a").orElseThrow().value()).isEqualTo("2499");
  }

  @Test
  void shouldTellWhenItIsClosed() {
    store.close();
    assertThatThrownBy(
            () -> store.commit(new Transaction(List.of(), List.of(new Operation.Put("a", "1")))))
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining("closed");
    store = open();
  }

  /** The key of the authority that hosts trust is in it. */
  @Test
  void shouldBeForItsOwnerOnlyAlsoIfItWasNotBefore() throws IOException {
    store.commit(new Transaction(List.of(), List.of(new Operation.Put("a", "1"))));
    assertThat(modes()).hasSize(4).containsOnly("rw-------");
    store.close();
    for (Path file : files()) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
    }
    store = open();
    assertThat(store.get("a").orElseThrow().value()).isEqualTo("1");
    assertThat(modes()).hasSize(4).containsOnly("rw-------");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("state"))) {
      return files.toList();
    }
  }

  private List<String> modes() throws IOException {
    List<String> modes = new ArrayList<>();
    for (Path file : files()) {
      modes.add(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
    return modes;
  }
}
