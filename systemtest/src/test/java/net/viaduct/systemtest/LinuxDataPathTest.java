package net.viaduct.systemtest;

import java.nio.file.Path;
import net.viaduct.vtep.behaviour.DataPathBehaviour;
import net.viaduct.vtep.behaviour.Rig;
import org.junit.jupiter.api.io.TempDir;

/** The behaviour suite on sockets, taps and veth pairs of the kernel. */
class LinuxDataPathTest extends DataPathBehaviour {
  @TempDir private Path directory;

  @Override
  protected Rig openRig() {
    return new LinuxRig(directory);
  }
}
