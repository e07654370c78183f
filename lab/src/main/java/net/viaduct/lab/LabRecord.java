package net.viaduct.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import net.viaduct.io.IoFailure;
import net.viaduct.io.linux.NetNamespace;

/**
 * What one run made, as it is written down in its directory: a line for each namespace and process.
 * Any thread.
 */
public final class LabRecord {
  private static final String FILE = "made";
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final Path directory;
  private final ProcessIdentity owner;

  private LabRecord(Path directory, ProcessIdentity owner) {
    this.directory = directory;
    this.owner = owner;
  }

  static LabRecord create(Path directory, ProcessIdentity owner) {
    LabRecord made = new LabRecord(directory, owner);
    made.append("owner " + owner.pid() + " " + owner.startTicks());
    return made;
  }

  /** Reads the record of a run; empty if the directory is none or its record is not whole. */
  static Optional<LabRecord> read(Path directory) {
    return lines(directory).stream()
        .filter(line -> line.startsWith("owner "))
        .findFirst()
        .flatMap(LabRecord::identity)
        .map(owner -> new LabRecord(directory, owner));
  }

  private static Optional<ProcessIdentity> identity(String line) {
    String[] words = line.split(" ", -1);
    boolean whole = words.length == 3 && (words[1] + words[2]).matches("[0-9]{2,30}");
    return whole
        ? Optional.of(new ProcessIdentity(Long.parseLong(words[1]), Long.parseLong(words[2])))
        : Optional.empty();
  }

  private static List<String> lines(Path directory) {
    try {
      return Files.readAllLines(directory.resolve(FILE));
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Where the run keeps its files. */
  public Path directory() {
    return directory;
  }

  /** What the names of all namespaces of the run begin with: {@code vd1234}. */
  public String prefix() {
    return String.valueOf(directory.getFileName());
  }

  /** Whether the process that began the run still is. */
  public boolean isOwnerAlive() {
    return owner.isAlive();
  }

  /** Whether what was made is to stay when the process ends. */
  public boolean isKept() {
    return lines(directory).contains("kept");
  }

  void keep() {
    append("kept");
  }

  void addNamespace(String name) {
    append("namespace " + name);
  }

  void addProcess(ProcessIdentity process) {
    append("process " + process.pid() + " " + process.startTicks());
  }

  private synchronized void append(String line) {
    try {
      Files.writeString(
          directory.resolve(FILE),
          line + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND,
          StandardOpenOption.SYNC);
    } catch (IOException e) {
      throw new IoFailure("write down in " + directory, "EIO", String.valueOf(e.getMessage()));
    }
  }

  /** The processes of the run that still are. */
  public List<Long> processes() {
    return alive().stream().map(ProcessIdentity::pid).toList();
  }

  private List<ProcessIdentity> alive() {
    return lines(directory).stream()
        .filter(line -> line.startsWith("process "))
        .map(LabRecord::identity)
        .flatMap(Optional::stream)
        .filter(ProcessIdentity::isAlive)
        .toList();
  }

  /** Ends the processes, takes the namespaces' names away, and deletes the directory. */
  void clean() {
    stopProcesses();
    for (String line : lines(directory)) {
      String name = line.substring(line.indexOf(' ') + 1);
      if (line.startsWith("namespace ") && name.startsWith(prefix() + "-")) {
        NetNamespace.delete(name);
      }
    }
    deleteDirectory();
  }

  private void stopProcesses() {
    List<ProcessIdentity> processes = alive();
    List<ProcessHandle> handles = new ArrayList<>();
    processes.forEach(each -> ProcessHandle.of(each.pid()).ifPresent(handles::add));
    handles.forEach(ProcessHandle::destroy);
    CompletableFuture<?>[] ends =
        handles.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(ends)
        .completeOnTimeout(
            null, STOP_TIMEOUT.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)
        .join();
    processes.stream()
        .filter(ProcessIdentity::isAlive)
        .forEach(each -> ProcessHandle.of(each.pid()).ifPresent(ProcessHandle::destroyForcibly));
  }

  private void deleteDirectory() {
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new IoFailure("delete " + directory, "EIO", String.valueOf(e.getMessage()));
    }
  }
}
