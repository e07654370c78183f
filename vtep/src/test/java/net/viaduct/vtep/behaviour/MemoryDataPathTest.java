package net.viaduct.vtep.behaviour;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The behaviour suite in memory, where time can pass, for every encapsulation over every underlay.
 */
@ParameterizedClass
@MethodSource("tunnels")
class MemoryDataPathTest extends DataPathBehaviour {
  @Parameter private Tunnel tunnel;

  private MemoryRig memory;

  static List<Tunnel> tunnels() {
    return Tunnel.all();
  }

  @Override
  protected Rig openRig() {
    memory = new MemoryRig(tunnel);
    return memory;
  }

  @Test
  @DisplayName("R10: a station is forgotten after the ageing time, and flooded to again")
  void shouldForgetStationWhenItIsSilentForTooLong() {
    networkByGroup(BLUE, 1);
    Machine a = rig.machine(0, BLUE, "a");
    Machine b = rig.machine(1, BLUE, "b");
    Machine c = rig.machine(2, BLUE, "c");
    send(a, broadcast(A));
    expect(b, broadcast(A));
    expect(c, broadcast(A));
    memory.advance(Duration.ofSeconds(299));
    send(b, frame(A, B));
    expect(c);
    memory.advance(Duration.ofSeconds(303));
    assertThat(rig.view(1).station(BLUE, A)).isEmpty();
    byte[] lost = frame(A, B, 46, 7);
    send(b, lost);
    expect(c, lost);
  }
}
