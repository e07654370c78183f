package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system in memory that has room for little. Owned by the test's thread. */
final class SmallDisk implements AutoCloseable {
  private static final int BLOCK_BYTES = 4_096;

  private final Path directory;
  private final Path filler;

  /**
   * Mounts one, or skips the test where that may not be.
   *
   * @param directory which is made
   */
  SmallDisk(Path directory, int megabytes) throws IOException {
    this.directory = Files.createDirectory(directory);
    filler = directory.resolve("filler");
    int exit = run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "none", "" + directory);
    assumeTrue(exit == 0, "no file system can be mounted here");
  }

  private static int run(String... command) throws IOException {
    return new ProcessBuilder(command).inheritIO().start().onExit().join().exitValue();
  }

  Path directory() {
    return directory;
  }

  /** Takes all the room that there is. */
  void fill() throws IOException {
    try (OutputStream out = Files.newOutputStream(filler)) {
      byte[] block = new byte[BLOCK_BYTES];
      while (true) {
        try {
          out.write(block);
        } catch (IOException _) {
          return; // it is full
        }
      }
    }
  }

  /** Gives it back. */
  void free() throws IOException {
    Files.delete(filler);
  }

  @Override
  public void close() throws IOException {
    assertThat(run("umount", directory.toString())).isZero();
  }
}
