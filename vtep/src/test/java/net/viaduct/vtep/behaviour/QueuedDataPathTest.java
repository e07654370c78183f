package net.viaduct.vtep.behaviour;

import java.util.List;
import java.util.Optional;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The behaviour suite in memory with a queue on each host that is hardly noticed. */
@ParameterizedClass
@MethodSource("tunnels")
class QueuedDataPathTest extends DataPathBehaviour {
  @Parameter private Tunnel tunnel;

  static List<Tunnel> tunnels() {
    return Tunnel.all().stream()
        .filter(tunnel -> tunnel.over() == Tunnel.Over.BOTH)
        .filter(tunnel -> tunnel.type() != EncapsulationType.VXLAN_GPE)
        .filter(tunnel -> tunnel.type() != EncapsulationType.VXLAN_GBP)
        .toList();
  }

  @Override
  protected Rig openRig() {
    MemoryRig memory = new MemoryRig(tunnel);
    for (int host = 0; host < memory.hosts(); host++) {
      memory.await(memory.control(host).changeUnderlayQueue(Optional.of(TestQueues.LARGE)));
    }
    return memory;
  }
}
