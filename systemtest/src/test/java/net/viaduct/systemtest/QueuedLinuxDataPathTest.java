package net.viaduct.systemtest;

import java.nio.file.Path;
import java.util.Optional;
import net.viaduct.vtep.behaviour.DataPathBehaviour;
import net.viaduct.vtep.behaviour.Rig;
import net.viaduct.vtep.behaviour.TestQueues;
import net.viaduct.vtep.behaviour.Tunnel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The behaviour suite on real devices with a queue on each host that is hardly noticed. */
class QueuedLinuxDataPathTest extends DataPathBehaviour {
  private static final int FEW_NETWORKS = 6;

  private static @Nullable LinuxGround ground;

  @BeforeAll
  static void build(@TempDir Path directory) {
    ground = new LinuxGround(directory, Tunnel.VXLAN_OVER_IPV4);
  }

  @AfterAll
  static void remove() {
    if (ground != null) {
      ground.close();
      ground = null;
    }
  }

  @Override
  protected Rig openRig() {
    LinuxRig linux = new LinuxRig(ground);
    for (int host = 0; host < linux.hosts(); host++) {
      linux.await(linux.control(host).changeUnderlayQueue(Optional.of(TestQueues.LARGE)));
    }
    return linux;
  }

  @Override
  protected int networksAtOnce() {
    return FEW_NETWORKS;
  }
}
