package net.viaduct.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.viaduct.io.IoFailure;

/**
 * Where runs write down what they make before they make it, so that a later one can remove what a
 * killed one left. One directory per run, which also holds its files. Any thread.
 */
public final class LabRegistry {
  /** Overrides the place; set for a process that runs in a user namespace on behalf of another. */
  public static final String DIRECTORY_VARIABLE = "VIADUCT_LAB_DIRECTORY";

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final int PREFIX_ATTEMPTS = 26;

  /** What the names of runs are that were given none. */
  private static final String NUMBERED = "vd[0-9].*";

  private final Path root;

  /** A registry in a directory, which is made when it is needed. */
  public LabRegistry(Path root) {
    this.root = root;
  }

  /** The registry of this user. */
  public static LabRegistry ofUser() {
    String given = System.getenv(DIRECTORY_VARIABLE);
    if (given != null && !given.isEmpty()) {
      return new LabRegistry(Path.of(given));
    }
    long user = ownUser();
    if (user == 0 && Files.isWritable(Path.of("/run"))) {
      return new LabRegistry(Path.of("/run/viaduct-lab"));
    }
    return new LabRegistry(
        Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "viaduct-lab-" + user));
  }

  /** The real user, which {@code /proc/self/status} tells first of four. */
  private static long ownUser() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      String users = lines.filter(line -> line.startsWith("Uid:")).findFirst().orElse("Uid:\t0");
      return Long.parseLong(users.split("\\s+", -1)[1]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long userOf(Path path) {
    try {
      Object user = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      return ((Integer) user).longValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the directories of runs are. */
  public Path root() {
    return root;
  }

  /**
   * Begins a run of this process.
   *
   * @throws IoFailure if the directory cannot be made or belongs to somebody else
   */
  LabRecord begin() {
    ProcessIdentity owner = ProcessIdentity.current();
    try {
      makeRoot();
      for (int i = 0; i < PREFIX_ATTEMPTS; i++) {
        String prefix = "vd" + owner.pid() + (i == 0 ? "" : Character.toString('a' + i));
        try {
          return LabRecord.create(Files.createDirectory(root.resolve(prefix), OWNER_ONLY), owner);
        } catch (FileAlreadyExistsException e) {
          // another run of this process, or one that was kept by an earlier process of its number
        }
      }
      throw new IoFailure("begin a run in " + root, "EEXIST", "all names are taken");
    } catch (IOException e) {
      throw new IoFailure("begin a run in " + root, "EIO", String.valueOf(e.getMessage()));
    }
  }

  /**
   * Begins a run under a name of its own, which is taken as long as anything of it is left.
   *
   * @throws IoFailure EEXIST if it is taken
   */
  LabRecord begin(String name) {
    try {
      makeRoot();
      return LabRecord.create(
          Files.createDirectory(root.resolve(name), OWNER_ONLY), ProcessIdentity.current());
    } catch (FileAlreadyExistsException e) {
      throw new IoFailure(
          "build laboratory " + name, "EEXIST", "one of that name is there; take it down first");
    } catch (IOException e) {
      throw new IoFailure("begin a run in " + root, "EIO", String.valueOf(e.getMessage()));
    }
  }

  /** What is written down about the run of a name. */
  public Optional<LabRecord> find(String name) {
    return records().stream().filter(each -> each.prefix().equals(name)).findFirst();
  }

  /**
   * Removes all of the run of a name, even if its process is alive.
   *
   * @return false if there is none
   */
  public boolean takeDown(String name) {
    Optional<LabRecord> found = find(name);
    found.ifPresent(LabRecord::clean);
    removeRootIfEmpty();
    return found.isPresent();
  }

  private void makeRoot() throws IOException {
    try {
      Files.createDirectory(root, OWNER_ONLY);
    } catch (FileAlreadyExistsException e) {
      boolean own = userOf(root) == ownUser();
      if (!own || !Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
        throw new IoFailure("use " + root, "EPERM", "it belongs to somebody else");
      }
    }
  }

  /** The runs that are written down, of whatever process. */
  public List<LabRecord> records() {
    if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    List<LabRecord> records = new ArrayList<>();
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(root)) {
      for (Path directory : directories) {
        Optional<LabRecord> read = LabRecord.read(directory);
        read.ifPresent(records::add);
      }
    } catch (IOException e) {
      throw new IoFailure("read " + root, "EIO", String.valueOf(e.getMessage()));
    }
    return records;
  }

  /**
   * Removes what runs left whose process is dead and that were not to be kept.
   *
   * @return how many runs that were
   */
  public int cleanAbandoned() {
    int cleaned = 0;
    for (LabRecord each : records()) {
      if (!each.isOwnerAlive() && !each.isKept()) {
        each.clean();
        cleaned++;
      }
    }
    removeRootIfEmpty();
    return cleaned;
  }

  /**
   * Removes what runs left whose process is dead, those that were kept too, but not those that were
   * given a name.
   *
   * @return how many runs that were
   */
  public int cleanAll() {
    return cleanUnnamed(_ -> true);
  }

  /**
   * Removes what one run left whose process is dead and that was given no name, also if it was
   * kept.
   *
   * @param prefix of the names of what it made
   * @return false if there is none
   */
  public boolean cleanUnnamed(String prefix) {
    return cleanUnnamed((LabRecord each) -> each.prefix().equals(prefix)) > 0;
  }

  private int cleanUnnamed(Predicate<LabRecord> which) {
    int cleaned = 0;
    for (LabRecord each : records()) {
      if (!each.isOwnerAlive() && each.prefix().matches(NUMBERED) && which.test(each)) {
        each.clean();
        cleaned++;
      }
    }
    removeRootIfEmpty();
    return cleaned;
  }

  void removeRootIfEmpty() {
    try {
      Files.deleteIfExists(root);
    } catch (IOException e) {
      // another run is in it
    }
  }
}
