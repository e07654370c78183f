package net.viaduct.systemtest;

import java.nio.file.Path;
import java.util.List;
import net.viaduct.io.linux.UdpUnderlayConfig;
import net.viaduct.vtep.behaviour.DataPathBehaviour;
import net.viaduct.vtep.behaviour.Rig;
import net.viaduct.vtep.behaviour.Tunnel;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The behaviour suite on sockets, taps and veth pairs of the kernel with workers on each host and a
 * queue of each port for each, over IPv4 and IPv6 at once.
 */
@ParameterizedClass
@MethodSource("tunnels")
class WorkersLinuxDataPathTest extends DataPathBehaviour {
  private static final int FEW_NETWORKS = 6;
  private static final int THREADS = 3;

  private static @Nullable LinuxGround ground;

  @Parameter private Tunnel tunnel;

  static List<Tunnel> tunnels() {
    return Tunnel.all().stream()
        .filter(it -> it.type() == EncapsulationType.VXLAN && it.over() == Tunnel.Over.BOTH)
        .toList();
  }

  @BeforeParameterizedClassInvocation
  static void build(Tunnel tunnel, @TempDir Path directory) {
    ground = new LinuxGround(directory, tunnel, THREADS);
  }

  @AfterParameterizedClassInvocation
  static void remove() {
    if (ground != null) {
      ground.close();
      ground = null;
    }
  }

  @Override
  protected Rig openRig() {
    return new LinuxRig(ground, UdpUnderlayConfig.Way.SOCKETS, THREADS);
  }

  @Override
  protected int networksAtOnce() {
    return FEW_NETWORKS;
  }
}
