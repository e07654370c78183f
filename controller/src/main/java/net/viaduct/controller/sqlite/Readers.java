package net.viaduct.controller.sqlite;

import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import net.viaduct.controller.store.StoreFailure;

/**
 * Lends connections that read, one to each that asks, for the time of one question. Safe from any
 * thread.
 */
final class Readers implements AutoCloseable {
  private static final int COUNT = 4;
  private static final int MOST_WAIT_SECONDS = 10;

  private final BlockingQueue<SqliteReader> idle = new ArrayBlockingQueue<>(COUNT);
  private volatile boolean closed;

  /** A question to a reader. */
  interface Question<T> {
    T ask(SqliteReader reader) throws SQLException;
  }

  Readers(DatabaseFile file) {
    try {
      for (int i = 0; i < COUNT; i++) {
        idle.add(new SqliteReader(file.openToRead()));
      }
    } catch (SQLException e) {
      close();
      throw new StoreFailure("cannot read the store: " + DatabaseFile.reason(e), e);
    }
  }

  <T> T read(Question<T> question) {
    SqliteReader reader = borrow();
    try {
      return question.ask(reader);
    } catch (SQLException e) {
      throw new StoreFailure("the store cannot read: " + DatabaseFile.reason(e), e);
    } finally {
      giveBack(reader);
    }
  }

  private SqliteReader borrow() {
    try {
      SqliteReader reader = closed ? null : idle.poll(MOST_WAIT_SECONDS, TimeUnit.SECONDS);
      if (reader == null) {
        throw new StoreFailure(closed ? "the store is closed" : "the store is busy; try again");
      }
      return reader;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreFailure("interrupted while waiting for the store", e);
    }
  }

  private void giveBack(SqliteReader reader) {
    if (closed) {
      closeOne(reader);
    } else {
      idle.add(reader);
    }
  }

  /** Closes those that are not lent; each that is, when it comes back. */
  @Override
  public void close() {
    closed = true;
    for (int i = 0; i < COUNT; i++) {
      SqliteReader reader = idle.poll();
      if (reader != null) {
        closeOne(reader);
      }
    }
  }

  private static void closeOne(SqliteReader reader) {
    try {
      reader.close();
    } catch (SQLException e) {
      throw new StoreFailure("cannot close the store: " + DatabaseFile.reason(e), e);
    }
  }
}
