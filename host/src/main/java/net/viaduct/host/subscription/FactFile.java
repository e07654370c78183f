package net.viaduct.host.subscription;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;
import net.viaduct.protocol.Changes;

/**
 * Keeps what a controller told for the next start: {@code VIAFACTS}, the length and the CRC-32C of
 * a {@code Changes} message, and the message. A file that is damaged is no file. What is new is in
 * a file beside it until it is sure to outlive the machine. Owned by the thread that follows the
 * controller.
 */
final class FactFile {
  private static final byte[] MAGIC = {'V', 'I', 'A', 'F', 'A', 'C', 'T', 'S'};
  private static final int MOST_BYTES = 1 << 30;

  private final Path file;
  private final Path fresh;

  FactFile(Path file) {
    this.file = file;
    this.fresh = file.resolveSibling(file.getFileName() + ".new");
  }

  /**
   * What was kept.
   *
   * @param changes nothing if nothing was
   * @param trouble why what was kept last cannot be read, if it is there: then it is what was kept
   *     before it
   */
  record Kept(Optional<Changes> changes, Optional<String> trouble) {}

  /** A file that is there, and is not what was written whole. */
  private static final class Damaged extends IOException {
    private static final long serialVersionUID = 1L;

    Damaged(Path file) {
      super(file + " is damaged");
    }
  }

  /**
   * Reads what was kept.
   *
   * @throws IOException if there is nothing that is whole and can be read
   */
  Kept read() throws IOException {
    try {
      Optional<Changes> newer = read(fresh);
      if (newer.isPresent()) {
        return new Kept(newer, Optional.empty());
      }
    } catch (Damaged _) {
      // the end came while it was written, and what was before it is there still
    } catch (IOException e) {
      Optional<Changes> older = read(file);
      if (older.isEmpty()) {
        throw new IOException(fresh + " cannot be read: " + e.getMessage(), e);
      }
      return new Kept(older, Optional.of(fresh + " cannot be read: " + e.getMessage()));
    }
    return new Kept(read(file), Optional.empty());
  }

  private static Optional<Changes> read(Path file) throws IOException {
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      byte[] magic = in.readNBytes(MAGIC.length);
      int length = in.readInt();
      long sum = in.readLong();
      if (!java.util.Arrays.equals(magic, MAGIC) || length < 0 || length > MOST_BYTES) {
        throw new Damaged(file);
      }
      byte[] bytes = in.readNBytes(length);
      if (bytes.length != length || sum != sum(bytes)) {
        throw new Damaged(file);
      }
      return Optional.of(Changes.parseFrom(bytes));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (EOFException | InvalidProtocolBufferException _) {
      throw new Damaged(file);
    }
  }

  /** Keeps this, so that it outlives this process; {@link #settle} has it outlive the machine. */
  void write(Changes all) throws IOException {
    byte[] bytes = all.toByteArray();
    try (FileChannel channel =
            FileChannel.open(
                fresh,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        DataOutputStream out =
            new DataOutputStream(
                new java.io.BufferedOutputStream(
                    java.nio.channels.Channels.newOutputStream(channel)))) {
      out.write(MAGIC);
      out.writeInt(bytes.length);
      out.writeLong(sum(bytes));
      out.write(bytes);
    }
  }

  /**
   * What was written last outlives a power cut from now on; after one before that there is either
   * all of it or all of what was before.
   */
  void settle() throws IOException {
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static long sum(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return sum.getValue();
  }
}
