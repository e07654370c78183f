package net.viaduct.controller.sqlite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import net.viaduct.controller.store.StoreFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The file that a store is in, for its owner only, and locked for this process, since revisions are
 * counted in memory. Used by the thread that opens and closes the store; connections may be opened
 * by any.
 */
final class DatabaseFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseFile.class);

  private static final int MOST_WAIT_MS = 10_000;
  private static final Set<PosixFilePermission> NOBODY_ELSE =
      PosixFilePermissions.fromString("rwx------");

  private final Path path;
  private final FileChannel lock;

  private DatabaseFile(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  static DatabaseFile lock(Path path) {
    Path absolute = path.toAbsolutePath();
    try {
      Path directory = absolute.getParent();
      if (directory != null && !Files.isDirectory(directory)) {
        Files.createDirectories(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      Path beside = beside(absolute, ".lock");
      makeForOwner(beside);
      FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        channel.close();
        throw new StoreFailure(path + " is in use by another controller");
      }
      makeForOwner(absolute); // SQLite gives its other files the mode of this one
      for (String suffix : List.of("", "-wal", "-shm", ".lock")) {
        narrow(beside(absolute, suffix));
      }
      return new DatabaseFile(absolute, channel);
    } catch (IOException e) {
      throw new StoreFailure("cannot use " + path + ": " + reason(e), e);
    }
  }

  private static Path beside(Path path, String suffix) {
    return path.resolveSibling(path.getFileName() + suffix);
  }

  /** The key of the authority is in it, so that whoever reads it could be a controller. */
  private static void makeForOwner(Path file) throws IOException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException _) {
      return; // what it has stays
    }
  }

  /** Takes from a file that is there what others than its owner may do with it. */
  private static void narrow(Path file) {
    try {
      if (!Files.exists(file)) {
        return;
      }
      Set<PosixFilePermission> mode = EnumSet.copyOf(NOBODY_ELSE);
      Set<PosixFilePermission> before = Files.getPosixFilePermissions(file);
      mode.retainAll(before);
      if (!mode.equals(before)) {
        Files.setPosixFilePermissions(file, mode);
        LOG.warn(
            "{} was open to others (mode {}), and is for its owner only now",
            file,
            PosixFilePermissions.toString(before));
      }
    } catch (IOException | UnsupportedOperationException e) {
      LOG.warn("{} may be open to others, which cannot be changed: {}", file, e.toString());
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException _) {
      return null; // by this process
    }
  }

  /** Opens the one connection that writes; makes the file if there is none. */
  Connection openToWrite() {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout(MOST_WAIT_MS);
    return open(config, path);
  }

  /** Opens a connection that reads. */
  Connection openToRead() {
    return openToRead(path);
  }

  /** Opens a connection that reads a file that somebody else may have locked. */
  static Connection openToRead(Path path) {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setBusyTimeout(MOST_WAIT_MS);
    return open(config, path);
  }

  private static Connection open(SQLiteConfig config, Path path) {
    try {
      return config.createConnection("jdbc:sqlite:" + path);
    } catch (SQLException e) {
      throw new StoreFailure("cannot open " + path + ": " + reason(e), e);
    }
  }

  /** What an operator can do something about, in words. */
  static String reason(Exception e) {
    if (!(e instanceof SQLiteException sqlite)) {
      return e instanceof IOException || e.getMessage() != null ? e.toString() : "unknown";
    }
    return switch (SQLiteErrorCode.getErrorCode(sqlite.getResultCode().code & 0xff)) {
      case SQLITE_FULL -> "the disk is full; nothing was changed";
      case SQLITE_NOTADB -> "it is not a database of SQLite";
      case SQLITE_CORRUPT -> "it is damaged; see 'viaduct controller import'";
      case SQLITE_CANTOPEN -> "it cannot be opened";
      case SQLITE_READONLY, SQLITE_PERM -> "it may not be written";
      case SQLITE_IOERR -> "the disk does not read or write: " + sqlite.getMessage();
      default -> String.valueOf(sqlite.getMessage());
    };
  }

  @Override
  public void close() {
    try {
      lock.close(); // the file stays: who opened it meanwhile holds a lock on it
    } catch (IOException e) {
      throw new StoreFailure("cannot close " + path, e);
    }
  }
}
