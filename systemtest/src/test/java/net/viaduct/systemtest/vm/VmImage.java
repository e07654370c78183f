package net.viaduct.systemtest.vm;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.viaduct.systemtest.SystemLab;
import org.junit.jupiter.api.Assumptions;

/**
 * What a virtual machine boots from. Immutable.
 *
 * @param kernel Debian's, for virtual machines
 * @param fileSystem in memory: busybox, iproute2, the modules of tunnels
 */
record VmImage(Path kernel, Path fileSystem) {
  private static final String EMULATOR = "qemu-system-x86_64";
  private static final long PATIENCE_SECONDS = 120;

  /**
   * Makes the image if it is not there, of packages that {@code ./test} has downloaded; skips the
   * test with the reason where it cannot be had.
   */
  static VmImage prepared() throws Exception {
    Assumptions.assumeTrue(isInstalled(EMULATOR), "no " + EMULATOR + " to run a VM with");
    Path output = Files.createTempFile("viaduct-vm", ".out");
    Path errors = Files.createTempFile("viaduct-vm", ".err");
    Path script = SystemLab.launcher().resolveSibling("build/vm/image");
    try {
      Process process =
          new ProcessBuilder(script.toString(), "--offline")
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile())
              .start();
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!ended || process.exitValue() != 0) {
        process.destroyForcibly();
        Assumptions.abort("no VM image: " + Files.readString(errors).strip());
      }
      Path directory = Path.of(Files.readString(output).strip());
      return new VmImage(directory.resolve("vmlinuz"), directory.resolve("initramfs.gz"));
    } finally {
      Files.delete(output);
      Files.delete(errors);
    }
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }
}
