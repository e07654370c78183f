package net.viaduct.controller.sqlite;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import net.viaduct.controller.store.Page;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.StoreFailure;

/**
 * What a file has at the moment at which it is opened, also while a controller works with it: one
 * transaction that reads, which SQLite keeps from seeing what is written later. Used by one thread.
 */
public final class SqliteSnapshot implements AutoCloseable {
  private final Connection connection;
  private final SqliteReader reader;
  private final long revision;

  private SqliteSnapshot(Connection connection) throws SQLException {
    this.connection = connection;
    connection.setAutoCommit(false);
    SqliteWriter.requireOurs(connection);
    revision = SqliteWriter.newest(connection);
    reader = new SqliteReader(connection);
  }

  /**
   * Opens a file to read.
   *
   * @throws StoreFailure if it cannot be
   */
  public static SqliteSnapshot open(Path path) {
    if (!Files.exists(path)) {
      throw new StoreFailure("there is no store " + path);
    }
    Connection connection = DatabaseFile.openToRead(path);
    try {
      return new SqliteSnapshot(connection);
    } catch (SQLException e) {
      closeQuietly(connection, e);
      throw new StoreFailure("cannot read " + path + ": " + DatabaseFile.reason(e), e);
    } catch (StoreFailure e) {
      closeQuietly(connection, e);
      throw e;
    }
  }

  /** Some of the values; the revision of the range does not matter. */
  public Page range(Range range) {
    try {
      return reader.range(range, revision);
    } catch (SQLException e) {
      throw new StoreFailure("the store cannot read: " + DatabaseFile.reason(e), e);
    }
  }

  private static void closeQuietly(Connection connection, Exception because) {
    try {
      connection.close();
    } catch (SQLException e) {
      because.addSuppressed(e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new StoreFailure("cannot close the store: " + DatabaseFile.reason(e), e);
    }
  }
}
