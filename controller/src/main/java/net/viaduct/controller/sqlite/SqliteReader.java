package net.viaduct.controller.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.viaduct.controller.store.Change;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Keys;
import net.viaduct.controller.store.Page;
import net.viaduct.controller.store.Range;

/** Asks one connection. Owned by whoever has it at the moment. */
final class SqliteReader implements AutoCloseable {
  /** So many versions are read sooner by their keys than all changes by their revisions. */
  private static final int FEW = 1_000;

  private final Connection connection;
  private final PreparedStatement newest;
  private final PreparedStatement range;
  private final PreparedStatement changes;
  private final PreparedStatement changesOfFew;
  private final PreparedStatement areMany;

  SqliteReader(Connection connection) throws SQLException {
    this.connection = connection;
    this.newest =
        connection.prepareStatement(
            "SELECT key, value, created, revision FROM version"
                + " WHERE key = ? AND revision <= ? ORDER BY revision DESC LIMIT 1");
    this.range =
        connection.prepareStatement(
            "SELECT key, value, created, revision FROM version v"
                + " WHERE key >= ? AND key < ? AND value IS NOT NULL AND revision ="
                + " (SELECT max(revision) FROM version w WHERE w.key = v.key AND w.revision <= ?)"
                + " ORDER BY key LIMIT ?");
    String change =
        "SELECT revision, key, (SELECT value FROM version w WHERE w.key = v.key"
            + " AND w.revision < v.revision ORDER BY w.revision DESC LIMIT 1), value"
            + " FROM version v WHERE ";
    String order = " AND key >= ? AND key < ? ORDER BY revision, key LIMIT ?";
    this.changes = connection.prepareStatement(change + "revision > ? AND revision <= ?" + order);
    // a plus keeps SQLite from searching by what follows it
    this.changesOfFew =
        connection.prepareStatement(change + "+revision > ? AND +revision <= ?" + order);
    this.areMany =
        connection.prepareStatement(
            "SELECT 1 FROM version WHERE key >= ? AND key < ? LIMIT 1 OFFSET " + FEW);
  }

  Optional<Entry> get(String key, long revision) throws SQLException {
    newest.setString(1, key);
    newest.setLong(2, revision);
    try (ResultSet rows = newest.executeQuery()) {
      return rows.next() && rows.getString(2) != null ? Optional.of(entry(rows)) : Optional.empty();
    }
  }

  private static Entry entry(ResultSet rows) throws SQLException {
    return new Entry(rows.getString(1), rows.getString(2), rows.getLong(3), rows.getLong(4));
  }

  Page range(Range asked, long revision) throws SQLException {
    // one lower bound: of two, SQLite would take the first to search by, which may be far below
    String first = Keys.firstAfter(asked.after());
    range.setString(1, first.compareTo(asked.prefix()) > 0 ? first : asked.prefix());
    range.setString(2, Keys.endOf(asked.prefix()));
    range.setLong(3, revision);
    range.setLong(4, asked.limit() + 1L);
    List<Entry> entries = new ArrayList<>();
    try (ResultSet rows = range.executeQuery()) {
      while (rows.next()) {
        entries.add(entry(rows));
      }
    }
    boolean hasMore = entries.size() > asked.limit();
    return new Page(revision, hasMore ? entries.subList(0, asked.limit()) : entries, hasMore);
  }

  /** Changes after one revision and up to another, in order, at most so many. */
  List<Change> changes(String prefix, long after, long upTo, int limit) throws SQLException {
    PreparedStatement asked = areFew(prefix) ? changesOfFew : changes;
    asked.setLong(1, after);
    asked.setLong(2, upTo);
    asked.setString(3, prefix);
    asked.setString(4, Keys.endOf(prefix));
    asked.setInt(5, limit);
    List<Change> found = new ArrayList<>();
    try (ResultSet rows = asked.executeQuery()) {
      while (rows.next()) {
        found.add(
            new Change(rows.getLong(1), rows.getString(2), rows.getString(3), rows.getString(4)));
      }
    }
    return found;
  }

  private boolean areFew(String prefix) throws SQLException {
    if (prefix.isEmpty()) {
      return false;
    }
    areMany.setString(1, prefix);
    areMany.setString(2, Keys.endOf(prefix));
    try (ResultSet row = areMany.executeQuery()) {
      return !row.next();
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
