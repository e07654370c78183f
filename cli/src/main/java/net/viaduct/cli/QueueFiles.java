package net.viaduct.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.viaduct.host.config.HostConfig;
import net.viaduct.runtime.CounterValues;
import net.viaduct.runtime.CountersReader;
import org.jspecify.annotations.Nullable;

/** Reads queues out of the counters files of the programs that have such. */
final class QueueFiles implements Answers {
  private static final String ENDING = ".counters";
  private static final String KIND = "queue";
  private static final String DROP = "drop-";

  private final Path directory;
  private final Optional<Path> only;

  /**
   * The files to look at.
   *
   * @param named the only one; null for all where they usually are
   */
  QueueFiles(@Nullable Path named) {
    this(HostConfig.RUN_DIRECTORY, Optional.ofNullable(named));
  }

  QueueFiles(Path directory, Optional<Path> only) {
    this.directory = directory;
    this.only = only;
  }

  @Override
  public Map<String, Object> read() {
    List<Object> queues = new ArrayList<>();
    if (only.isPresent()) {
      try {
        queues.addAll(queues(only.get()));
      } catch (IOException e) {
        throw new Refusal(ExitCode.FAILED, "cannot read " + only.get() + ": " + e.getMessage());
      }
    } else {
      files()
          .forEach(file -> {
            try {
              queues.addAll(queues(file));
            } catch (IOException _) {
              // of another version, or just removed: its program's own commands tell
            }
          });
    }
    return Map.of("queues", queues);
  }

  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*" + ENDING)) {
        found.forEach(files::add);
      } catch (IOException e) {
        throw new Refusal(ExitCode.FAILED, "cannot look into " + directory + ": " + e.getMessage());
      }
    }
    files.sort(null);
    return files;
  }

  private static List<Map<String, Object>> queues(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    String of = name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
    return CountersReader.open(file).snapshot().blocks().stream()
        .filter(block -> block.kind().equals(KIND))
        .map(block -> queue(of, block))
        .toList();
  }

  private static Map<String, Object> queue(String of, CounterValues block) {
    Map<String, Long> values = block.values();
    Map<String, Object> drops = new LinkedHashMap<>();
    values.forEach((counter, value) -> {
      if (counter.startsWith(DROP) && value > 0) {
        drops.put(counter.substring(DROP.length()), value);
      }
    });
    Map<String, Object> queue = new LinkedHashMap<>();
    queue.put("id", of + " " + block.label());
    queue.put("of", of);
    queue.put("queue", block.label());
    queue.put("backlogPackets", backlog(values, "packets"));
    queue.put("backlogBytes", backlog(values, "bytes"));
    queue.put("receivedPackets", value(values, "received-packets"));
    queue.put("receivedBytes", value(values, "received-bytes"));
    queue.put("sentPackets", value(values, "sent-packets"));
    queue.put("sentBytes", value(values, "sent-bytes"));
    queue.put("markedPackets", value(values, "marked-packets"));
    queue.put("droppedPackets", value(values, "dropped-packets"));
    queue.put("drops", drops);
    return queue;
  }

  /** The counters were not read at one moment, so that the sum may be off by what passed then. */
  private static long backlog(Map<String, Long> values, String unit) {
    long now =
        value(values, "received-" + unit)
            + value(values, "moved-in-" + unit)
            - value(values, "moved-out-" + unit)
            - value(values, "sent-" + unit)
            - value(values, "dropped-" + unit);
    return Math.max(0, now);
  }

  private static long value(Map<String, Long> values, String counter) {
    return values.getOrDefault(counter, 0L);
  }
}
