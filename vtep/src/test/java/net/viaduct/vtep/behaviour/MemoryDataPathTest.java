package net.viaduct.vtep.behaviour;

import java.util.List;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The behaviour suite in memory, for every encapsulation over every underlay. */
@ParameterizedClass
@MethodSource("tunnels")
class MemoryDataPathTest extends DataPathBehaviour {
  @Parameter private Tunnel tunnel;

  static List<Tunnel> tunnels() {
    return Tunnel.all();
  }

  @Override
  protected Rig openRig() {
    return new MemoryRig(tunnel);
  }
}
