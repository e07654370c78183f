package net.viaduct.trust;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * Where a host keeps who it is: {@code identity.pem} with its key and its chain, for its owner
 * only, and {@code controllers} with an address a line. Both are replaced as a whole. Any thread,
 * one at a time.
 */
public final class IdentityDirectory {
  private static final String IDENTITY = "identity.pem";
  private static final String CONTROLLERS = "controllers";

  private final Path directory;

  /** The directory of a host. */
  public IdentityDirectory(Path directory) {
    this.directory = directory;
  }

  /** Where it is. */
  public Path path() {
    return directory;
  }

  /** Whether there is an identity in it. */
  public boolean isJoined() {
    return Files.exists(directory.resolve(IDENTITY));
  }

  /**
   * Who the host is.
   *
   * @throws TrustException if it has not joined, or what is there is damaged
   */
  public Credentials credentials() {
    Path file = directory.resolve(IDENTITY);
    try {
      Credentials found = Credentials.parse(Files.readString(file));
      if (HostId.of(found.certificate()).isEmpty()) {
        throw new TrustException("the certificate in " + file + " is not a host's");
      }
      return found;
    } catch (NoSuchFileException e) {
      throw new TrustException(
          "this host has joined no controller: there is no "
              + file
              + "; 'viaduct join --token TOKEN --controller ADDRESS' makes it",
          e);
    } catch (IOException e) {
      throw new TrustException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The addresses of controllers, in the order in which they are tried. */
  public List<String> controllers() {
    Path file = directory.resolve(CONTROLLERS);
    try {
      return Files.readAllLines(file).stream()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new TrustException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Makes the directory, for its owner only, before anything secret is in it. */
  public void prepare() throws IOException {
    if (!Files.isDirectory(directory)) {
      Path parent = directory.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  /** Keeps who the host is. */
  public void write(Credentials credentials) throws IOException {
    write(IDENTITY, credentials.pem());
  }

  /** Keeps where controllers are. */
  public void writeControllers(List<String> addresses) throws IOException {
    write(CONTROLLERS, String.join("\n", addresses) + "\n");
  }

  private void write(String name, String text) throws IOException {
    Path fresh = directory.resolve(name + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      var bytes = java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(
        fresh,
        directory.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
