package net.viaduct.vtep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.viaduct.io.Endpoint;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.wire.MacAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Both ends of a tunnel count the same bytes: those of the inner frames. */
class BytesBetweenHostsTest {
  private static final int BLUE = 100;
  private static final long SEED = 1;

  private final MemoryRig rig = new MemoryRig();
  private final List<MemoryPort> ports = new ArrayList<>();

  @BeforeEach
  void connect() {
    for (int host = 0; host < rig.hosts(); host++) {
      List<Endpoint> others = new ArrayList<>();
      for (int other = 0; other < rig.hosts(); other++) {
        if (other != host) {
          others.add(rig.endpoint(other));
        }
      }
      rig.await(
          rig.control(host)
              .addNetwork(new NetworkConfig(BLUE, "blue", new FloodList.Remotes(others))));
      ports.add(new MemoryPort("p" + host));
      rig.attach(host, BLUE, ports.getLast());
    }
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void shouldCountTheSameBytesAtBothEndsOfEveryTunnel() {
    Random random = new Random(SEED);
    for (int i = 0; i < 500; i++) {
      int from = random.nextInt(ports.size());
      int to = random.nextInt(ports.size() + 1);
      long destination = to < ports.size() ? Frames.mac(1 + to) : MacAddress.BROADCAST;
      ports
          .get(from)
          .inject(Frames.frame(destination, Frames.mac(1 + from), random.nextInt(1400), i));
      rig.settle();
    }
    for (int one = 0; one < rig.hosts(); one++) {
      for (int other = 0; other < rig.hosts(); other++) {
        if (one != other) {
          Conservation.checkTunnel(
              rig.view(one), rig.endpoint(one), rig.view(other), rig.endpoint(other));
        }
      }
      Conservation.checkSums(rig.view(one));
    }
    assertThat(sum("ingress-received-bytes")).isPositive().isEqualTo(sum("egress-sent-bytes"));
  }

  private long sum(String counter) {
    long sum = 0;
    for (int host = 0; host < rig.hosts(); host++) {
      sum += rig.view(host).counters().values().get(counter);
    }
    return sum;
  }

  @Test
  void shouldCountNoBytesOfDatagramThatIsTooShortForAHeader() {
    for (int length = 0; length <= 8; length++) {
      rig.network().carry(new MemoryDatagram(rig.endpoint(1), rig.endpoint(0), new byte[length]));
    }
    rig.settle();
    assertThat(rig.view(0).counters().values())
        .containsEntry("ingress-received-frames", 9L)
        .containsEntry("ingress-received-bytes", 0L);
  }
}
