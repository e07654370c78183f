package net.viaduct.lab;

import java.nio.file.Path;
import net.viaduct.io.IoFailure;
import net.viaduct.io.linux.NetNamespace;
import org.junit.jupiter.api.Assumptions;

/** Opens laboratories for tests, which are skipped where no namespace can be made. */
final class LabProbe {
  private LabProbe() {}

  static Lab open(Path directory) {
    return Lab.open(registry(directory));
  }

  static LabRegistry registry(Path directory) {
    try {
      NetNamespace.createUnnamed("probe").close();
      return new LabRegistry(directory.resolve("viaduct-lab"));
    } catch (IoFailure e) {
      Assumptions.abort("no network namespace can be made here: " + e.getMessage());
      throw e;
    }
  }
}
