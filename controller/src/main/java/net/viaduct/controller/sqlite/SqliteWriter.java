package net.viaduct.controller.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.viaduct.controller.store.Condition;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Outcome;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.Transaction;

/**
 * Writes transactions as statements. Owned by the committer's thread after it was made. One that
 * has failed is to be closed, which takes back what it began.
 *
 * <p>Each value that a key ever had is a row, the newest one is what it has now, and one without
 * text tells that it lost it. {@code fact} holds the oldest revision that can be asked for.
 */
final class SqliteWriter implements AutoCloseable {
  /** "VIAD", by which {@code file} and we know the database. */
  private static final int APPLICATION_ID = 0x56494144;

  private static final int LAYOUT = 1;

  private static final List<String> TABLES =
      List.of(
          "CREATE TABLE version(key TEXT NOT NULL, revision INTEGER NOT NULL,"
              + " created INTEGER NOT NULL, value TEXT, PRIMARY KEY(key, revision))"
              + " STRICT, WITHOUT ROWID",
          "CREATE INDEX version_by_revision ON version(revision)",
          "CREATE TABLE fact(name TEXT PRIMARY KEY, number INTEGER NOT NULL)"
              + " STRICT, WITHOUT ROWID",
          "INSERT INTO fact VALUES('oldest', 0)",
          "PRAGMA application_id = " + APPLICATION_ID,
          "PRAGMA user_version = " + LAYOUT);

  private final Connection connection;
  private final SqliteReader reader;
  private final PreparedStatement insert;
  private long newest;
  private long oldest;

  SqliteWriter(Connection connection) {
    this.connection = connection;
    try {
      connection.setAutoCommit(false);
      prepareTables();
      this.reader = new SqliteReader(connection);
      this.insert =
          connection.prepareStatement(
              "INSERT INTO version(key, revision, created, value) VALUES(?, ?, ?, ?)");
      readRevisions();
    } catch (SQLException e) {
      closeQuietly();
      throw new StoreFailure("cannot use the store: " + DatabaseFile.reason(e), e);
    } catch (StoreFailure e) {
      closeQuietly();
      throw e;
    }
  }

  private void prepareTables() throws SQLException {
    if (number(connection, "PRAGMA user_version") == 0
        && number(connection, "SELECT count(*) FROM sqlite_schema") == 0) {
      try (Statement statement = connection.createStatement()) {
        for (String sql : TABLES) {
          statement.execute(sql);
        }
      }
      connection.commit();
    } else {
      requireOurs(connection);
    }
  }

  /** Nothing, if it is a database of a layout that we know. */
  static void requireOurs(Connection connection) throws SQLException {
    long layout = number(connection, "PRAGMA user_version");
    if (number(connection, "PRAGMA application_id") != APPLICATION_ID) {
      throw new StoreFailure("it is a database of another program");
    } else if (layout != LAYOUT) {
      throw new StoreFailure(
          "its layout is " + layout + ", this version knows " + LAYOUT + ": use a newer viaduct");
    }
  }

  private void readRevisions() throws SQLException {
    oldest = oldest(connection);
    newest = newest(connection);
    connection.commit();
  }

  private static long oldest(Connection connection) throws SQLException {
    return number(connection, "SELECT number FROM fact WHERE name = 'oldest'");
  }

  /** The newest revision, also if what it changed is forgotten. */
  static long newest(Connection connection) throws SQLException {
    long written = number(connection, "SELECT coalesce(max(revision), 0) FROM version");
    return Math.max(oldest(connection), written);
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  long newest() {
    return newest;
  }

  long oldest() {
    return oldest;
  }

  /**
   * Carries out transactions one after the other, each whole or not at all, and brings them to disk
   * together.
   *
   * @return what became of each
   */
  List<Outcome> write(List<Transaction> transactions) {
    long revision = newest;
    try {
      List<Outcome> outcomes = new ArrayList<>(transactions.size());
      for (Transaction transaction : transactions) {
        Optional<Condition> untrue = untrue(transaction);
        if (untrue.isPresent()) {
          outcomes.add(new Outcome.Refused(untrue.get()));
        } else {
          revision++;
          apply(transaction, revision);
          outcomes.add(new Outcome.Committed(revision));
        }
      }
      connection.commit();
      newest = revision;
      return outcomes;
    } catch (SQLException e) {
      throw new StoreFailure("the store cannot write: " + DatabaseFile.reason(e), e);
    }
  }

  private Optional<Condition> untrue(Transaction transaction) throws SQLException {
    for (Condition condition : transaction.conditions()) {
      boolean isTrue =
          switch (condition) {
            case Condition.Unchanged it ->
                reader.get(it.key(), Long.MAX_VALUE).map(Entry::modified).orElse(0L)
                    == it.modified();
            case Condition.Exists it -> reader.get(it.key(), Long.MAX_VALUE).isPresent();
            case Condition.NoneBelow it ->
                reader.range(Range.first(it.prefix(), 1), Long.MAX_VALUE).entries().isEmpty();
          };
      if (!isTrue) {
        return Optional.of(condition);
      }
    }
    return Optional.empty();
  }

  private void apply(Transaction transaction, long revision) throws SQLException {
    for (Operation operation : transaction.operations()) {
      Optional<Entry> before = reader.get(operation.key(), Long.MAX_VALUE);
      switch (operation) {
        case Operation.Put put ->
            insert(put.key(), revision, before.map(Entry::created).orElse(revision), put.value());
        case Operation.Delete delete -> {
          if (before.isPresent()) {
            insert(delete.key(), revision, before.get().created(), null);
          }
        }
      }
    }
  }

  private void insert(
      String key, long revision, long created, @org.jspecify.annotations.Nullable String value)
      throws SQLException {
    insert.setString(1, key);
    insert.setLong(2, revision);
    insert.setLong(3, created);
    insert.setString(4, value);
    insert.executeUpdate();
  }

  /**
   * Forgets superseded values of some revisions.
   *
   * @param before the oldest revision that can be asked for afterwards
   */
  void forget(long before) {
    try {
      try (PreparedStatement superseding =
              connection.prepareStatement(
                  "SELECT key, max(revision) FROM version WHERE revision > ? AND revision <= ?"
                      + " GROUP BY key");
          PreparedStatement delete =
              connection.prepareStatement(
                  "DELETE FROM version WHERE key = ? AND (revision < ?"
                      + " OR (revision = ? AND value IS NULL))");
          PreparedStatement remember =
              connection.prepareStatement("UPDATE fact SET number = ? WHERE name = 'oldest'")) {
        superseding.setLong(1, oldest);
        superseding.setLong(2, before);
        forgetEach(superseding, delete);
        remember.setLong(1, before);
        remember.executeUpdate();
      }
      connection.commit();
      oldest = before;
    } catch (SQLException e) {
      throw new StoreFailure("the store cannot forget: " + DatabaseFile.reason(e), e);
    }
  }

  private static void forgetEach(PreparedStatement superseding, PreparedStatement delete)
      throws SQLException {
    record Superseding(String key, long revision) {}
    List<Superseding> found = new ArrayList<>();
    try (ResultSet rows = superseding.executeQuery()) {
      while (rows.next()) {
        found.add(new Superseding(rows.getString(1), rows.getLong(2)));
      }
    }
    for (Superseding each : found) {
      delete.setString(1, each.key());
      delete.setLong(2, each.revision());
      delete.setLong(3, each.revision());
      delete.executeUpdate();
    }
  }

  @Override
  public void close() {
    closeQuietly();
  }

  private void closeQuietly() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new StoreFailure("cannot close the store: " + DatabaseFile.reason(e), e);
    }
  }
}
