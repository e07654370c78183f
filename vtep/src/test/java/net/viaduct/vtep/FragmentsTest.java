package net.viaduct.vtep;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static net.viaduct.vtep.behaviour.Frames.udp;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.io.memory.MemoryUnderlay;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.MemoryRig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two hosts on an underlay of 1,500 bytes, with machines that send frames of 1,500 bytes too. */
@Tag("R7")
class FragmentsTest {
  private static final int BLUE = 100;
  private static final long A = mac(1);
  private static final long B = mac(2);
  private static final int LARGE = 1500;

  private final MemoryRig rig =
      new MemoryRig(
          2,
          MemoryRig.impatient(VtepConfig.DEFAULT),
          (underlay, _) -> {
            ((MemoryUnderlay) underlay).fragments(false, true);
            return underlay;
          });
  private final MemoryPort a = new MemoryPort("a");
  private final MemoryPort b = new MemoryPort("b");

  private void start() {
    for (int host = 0; host < 2; host++) {
      rig.host(host).underlay().mtuBytes(1500);
      FloodList other = new FloodList.Remotes(List.of(rig.endpoint(1 - host)));
      rig.await(rig.control(host).addNetwork(new NetworkConfig(BLUE, "blue", other)));
    }
    rig.attach(0, BLUE, a);
    rig.attach(1, BLUE, b);
    a.inject(broadcast(A));
    b.inject(broadcast(B));
    rig.settle();
    a.takeAll();
    b.takeAll();
  }

  @AfterEach
  void close() {
    for (int host = 0; host < 2; host++) {
      Conservation.check(rig.view(host));
      assertThat(rig.host(host).errors().snapshot()).isEmpty();
    }
    rig.close();
  }

  @Test
  void shouldDropAndCountWhatCameInFragments() {
    start();
    a.inject(frame(B, A, LARGE, 1));
    a.inject(frame(B, A, 100, 2));
    rig.settle();
    assertThat(b.takeAll()).hasSize(1);
    assertThat(rig.view(1).drops()).containsEntry(DropReason.OUTER_FRAGMENTS, 1L);
  }

  @Test
  void shouldTakeWhatCameInFragmentsWhereThatIsConfigured() {
    rig.host(1).underlay().fragments(true, true);
    start();
    byte[] large = frame(B, A, LARGE, 1);
    a.inject(large);
    rig.settle();
    assertThat(b.takeAll()).extracting(MemoryFrame::bytes).containsExactly(large);
    assertThat(rig.view(1).drops()).containsEntry(DropReason.OUTER_FRAGMENTS, 0L);
  }

  @Test
  void shouldNotTellASenderWhoseFramesAreFragmented() {
    start();
    a.inject(udp(B, A, 1000, LARGE - 28));
    rig.settle();
    assertThat(a.takeAll()).as("no ICMP").isEmpty();
    assertThat(rig.view(0).drops()).containsEntry(DropReason.DATAGRAM_LARGER_THAN_PATH_MTU, 0L);
  }
}
