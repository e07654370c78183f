package net.viaduct.vtep.behaviour;

import java.util.List;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The behaviour suite in memory with workers on each host, which do their cycles in turn. */
@ParameterizedClass
@MethodSource("tunnels")
class WorkersDataPathTest extends DataPathBehaviour {
  @Parameter private Tunnel tunnel;

  static List<Tunnel> tunnels() {
    return Tunnel.all().stream()
        .filter(tunnel -> tunnel.over() == Tunnel.Over.BOTH)
        .filter(tunnel -> tunnel.type() != EncapsulationType.VXLAN_GPE)
        .toList();
  }

  @Override
  protected Rig openRig() {
    return MemoryRig.withWorkers(tunnel, 3);
  }
}
