package net.viaduct.controller.transfer;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Set;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Page;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.StoreFailure;
import tools.jackson.databind.node.ObjectNode;

/** Writes all that a store has at one revision. Owned by the thread that exports. */
public final class Exporter {
  private static final int PAGE = 500;
  private static final FileAttribute<?> ONLY_OWNER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Pages source;
  private final Clock clock;

  /**
   * What an export was.
   *
   * @param revision as of which it is
   * @param entries how many keys it has
   */
  public record Summary(long revision, long entries) {}

  /** Exports from a source. */
  public Exporter(Pages source, Clock clock) {
    this.source = source;
    this.clock = clock;
  }

  /**
   * Writes a file that only its owner may read, and that is there only if it is whole: it takes the
   * place of one of that name after all of it is on disk.
   */
  public Summary toFile(Path file) throws IOException {
    Path target = file.toAbsolutePath();
    Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
    Files.deleteIfExists(unfinished);
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            ONLY_OWNER)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
      Summary summary = write(out);
      out.flush();
      channel.force(true);
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      return summary;
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  /** Writes to a stream, and flushes it. */
  public Summary write(OutputStream out) throws IOException {
    MessageDigest digest = ExportFormat.digest();
    Page page = source.range(Range.first("", PAGE));
    long revision = page.revision();
    ObjectNode first = Documents.object();
    first.put(ExportFormat.FORMAT, ExportFormat.VERSION);
    first.put(ExportFormat.REVISION, revision);
    first.put(ExportFormat.AT, clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    writeLine(first, out, digest);
    long count = 0;
    while (true) {
      for (Entry entry : page.entries()) {
        if (entry.key().equals(UnfinishedImport.KEY)) {
          throw new StoreFailure(UnfinishedImport.SENTENCE);
        }
        writeLine(line(entry), out, digest);
        count++;
      }
      if (!page.hasMore()) {
        break;
      }
      page = source.range(new Range("", page.entries().getLast().key(), PAGE, revision));
    }
    ObjectNode last = Documents.object();
    last.put(ExportFormat.ENTRIES, count);
    last.put(ExportFormat.SHA256, HexFormat.of().formatHex(digest.digest()));
    writeLine(last, out, digest);
    out.flush();
    return new Summary(revision, count);
  }

  private static ObjectNode line(Entry entry) {
    ObjectNode line = Documents.object();
    line.put(ExportFormat.KEY, entry.key());
    line.put(ExportFormat.VALUE, entry.value());
    line.put(ExportFormat.CREATED, entry.created());
    line.put(ExportFormat.MODIFIED, entry.modified());
    return line;
  }

  private static void writeLine(ObjectNode line, OutputStream out, MessageDigest digest)
      throws IOException {
    byte[] bytes = (Documents.write(line) + "\n").getBytes(StandardCharsets.UTF_8);
    digest.update(bytes);
    out.write(bytes);
  }
}
