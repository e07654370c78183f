package net.viaduct.io.linux;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import net.viaduct.io.IoFailure;

/**
 * Names of namespaces: files below {@code /run/netns} on which namespaces are mounted, as {@code ip
 * netns} keeps them. Stateless.
 */
final class NetNamespaceNames {
  private static final Path DIRECTORY = Path.of("/run/netns");
  private static final int MS_BIND = 0x1000;
  private static final int MNT_DETACH = 2;
  private static final int NAME_BYTES_MAX = 200;

  private NetNamespaceNames() {}

  static void check(String name) {
    if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*") || name.length() > NAME_BYTES_MAX) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name for a namespace: letters, digits, '_', '-' and '.'");
    }
  }

  static Path path(String name) {
    check(name);
    return DIRECTORY.resolve(name);
  }

  static Set<String> all() {
    Set<String> names = new TreeSet<>();
    if (Files.isDirectory(DIRECTORY)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(DIRECTORY)) {
        files.forEach(file -> names.add(String.valueOf(file.getFileName())));
      } catch (IOException e) {
        throw new IoFailure("list " + DIRECTORY, "EACCES", String.valueOf(e.getMessage()));
      }
    }
    return names;
  }

  /** Gives a name to the namespace in which this thread is. */
  static void bind(String call, String name) {
    Path file = path(name);
    makeFile(call, file);
    int mounted =
        new SystemCalls().mount("/proc/thread-self/ns/net", file.toString(), "none", MS_BIND);
    if (mounted < 0) {
      deleteQuietly(file);
      throw ErrorNumber.failure(call, mounted);
    }
  }

  /** Takes a name away; false if there is none. */
  static boolean unbind(String call, String name) {
    Path file = path(name);
    if (!Files.exists(file)) {
      return false;
    }
    int unmounted = new SystemCalls().umount2(file.toString(), MNT_DETACH);
    if (unmounted < 0 && unmounted != -ErrorNumber.EINVAL) { // EINVAL: nothing is mounted on it
      throw ErrorNumber.failure(call, unmounted);
    }
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new IoFailure(call, "EBUSY", String.valueOf(e.getMessage()));
    }
    deleteQuietly(DIRECTORY); // it stays if another name is in it, or if ip made it a mount point
    return true;
  }

  private static void makeFile(String call, Path file) {
    try {
      makeDirectory();
      try {
        Files.createFile(file);
      } catch (NoSuchFileException e) { // another process took its last name away just now
        makeDirectory();
        Files.createFile(file);
      }
    } catch (FileAlreadyExistsException e) {
      throw ErrorNumber.failure(call, ErrorNumber.EEXIST, file + " exists");
    } catch (IOException e) {
      throw new IoFailure(call, "EACCES", "cannot write " + file + ": " + e.getMessage());
    }
  }

  /**
   * Makes the directory. Root of a user namespace may not write to the machine's: it gets a
   * directory in memory in its place, if its mounts are its own.
   */
  private static void makeDirectory() throws IOException {
    try {
      Files.createDirectories(DIRECTORY);
      if (Files.isWritable(DIRECTORY)) {
        return;
      }
      throw new AccessDeniedException(DIRECTORY.toString());
    } catch (FileSystemException e) {
      Path place = Files.isDirectory(DIRECTORY) ? DIRECTORY : Path.of("/run");
      if (!isUserNamespace()
          || new SystemCalls().mount("tmpfs", place.toString(), "tmpfs", 0) < 0) {
        throw e;
      }
      Files.createDirectories(DIRECTORY);
    }
  }

  /** Whether this is not the machine's own user namespace, in which all users are themselves. */
  private static boolean isUserNamespace() throws IOException {
    String map = Files.readString(Path.of("/proc/self/uid_map")).strip().replaceAll(" +", " ");
    return !map.equals("0 0 4294967295");
  }

  private static void deleteQuietly(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // only a tidy-up: what made it fail is told by the call that follows, or harms nobody
    }
  }
}
