package net.viaduct.vtep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToLongFunction;
import net.viaduct.io.Endpoint;
import net.viaduct.io.memory.Faults;
import net.viaduct.io.memory.FaultyLine;
import net.viaduct.io.memory.FaultyPort;
import net.viaduct.io.memory.FaultyUnderlay;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.MemoryRig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the lines do to frames, hosts account for every one; and nobody gets what is not his.
 */
class FaultsTest {
  private static final int HOSTS = 4;
  private static final int BLUE = 100;
  private static final Faults FAULTS =
      Faults.NONE
          .withLoss(0.1)
          .withDuplication(0.1)
          .withReordering(0.2, 3_000_000)
          .withDelay(1_000_000);

  private final List<FaultyLine<FaultyUnderlay.Received>> into = new ArrayList<>();
  private final List<FaultyLine<FaultyUnderlay.Sent>> outOf = new ArrayList<>();
  private final List<FaultyLine<MemoryFrame>> fromMachines = new ArrayList<>();
  private final List<FaultyLine<MemoryFrame>> toMachines = new ArrayList<>();
  private final List<MemoryPort> ports = new ArrayList<>();

  static long[] seeds() {
    return new long[] {1, 2, System.nanoTime()};
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void shouldAccountForEveryFrameUnderRandomFaults(long seed) {
    Random random = new Random(seed);
    MemoryRig rig =
        new MemoryRig(
            HOSTS,
            MemoryRig.impatient(VtepConfig.DEFAULT),
            (underlay, clock) -> {
              into.add(new FaultyLine<>(FAULTS, clock, random.nextLong()));
              outOf.add(new FaultyLine<>(FAULTS, clock, random.nextLong()));
              return new FaultyUnderlay(underlay, into.getLast(), outOf.getLast());
            });
    for (int host = 0; host < HOSTS; host++) {
      rig.await(rig.control(host).addNetwork(new NetworkConfig(BLUE, "blue", others(rig, host))));
      for (int i = 0; i < 3; i++) {
        MemoryPort port = new MemoryPort("p" + host + i);
        fromMachines.add(new FaultyLine<>(FAULTS, rig.clock(), random.nextLong()));
        toMachines.add(new FaultyLine<>(FAULTS, rig.clock(), random.nextLong()));
        rig.attach(host, BLUE, new FaultyPort(port, fromMachines.getLast(), toMachines.getLast()));
        ports.add(port);
      }
    }
    long injected = run(rig, random);
    for (int host = 0; host < HOSTS; host++) {
      Conservation.checkSums(rig.view(host));
    }
    checkLines(rig, injected, "seed " + seed);
    rig.close();
  }

  private static FloodList others(MemoryRig rig, int host) {
    List<Endpoint> others = new ArrayList<>();
    for (int other = 0; other < HOSTS; other++) {
      if (other != host) {
        others.add(rig.endpoint(other));
      }
    }
    return new FloodList.Remotes(others);
  }

  private long run(MemoryRig rig, Random random) {
    long injected = 0;
    for (int round = 0; round < 800; round++) {
      for (int i = random.nextInt(8); i > 0; i--) {
        int from = random.nextInt(ports.size());
        int to = random.nextInt(ports.size() + 2);
        long destination = to < ports.size() ? Frames.mac(1 + to) : 0xffff_ffff_ffffL;
        if (random.nextInt(20) == 0) {
          ports.get(random.nextInt(ports.size())).mtuBytes(random.nextBoolean() ? 40 : 1500);
        }
        ports
            .get(from)
            .inject(
                random.nextInt(10) == 0
                    ? Frames.tagged(Frames.broadcast(Frames.mac(1 + from)), 3)
                    : Frames.frame(destination, Frames.mac(1 + from), random.nextInt(400), round));
        injected++;
      }
      rig.clock().advanceNs(300_000);
      rig.settle();
    }
    for (int i = 0; i < 100; i++) {
      rig.clock().advanceNs(1_000_000);
      rig.settle();
    }
    return injected;
  }

  private void checkLines(MemoryRig rig, long injected, String as) {
    assertThat(sum(rig, "egress-received-frames")).as(as).isEqualTo(injected + net(fromMachines));
    assertThat(sum(rig, "ingress-received-datagrams"))
        .as(as)
        .isEqualTo(sum(rig, "egress-sent-datagrams") + net(outOf) + net(into));
    long delivered = sum(rig, "egress-delivered-frames") + sum(rig, "ingress-delivered-frames");
    long taken = ports.stream().mapToLong(port -> port.takeAll().size()).sum();
    assertThat(taken).as(as).isPositive().isLessThanOrEqualTo(delivered + net(toMachines));
  }

  private static <T> long net(List<FaultyLine<T>> lines) {
    ToLongFunction<FaultyLine<T>> more = line -> line.duplicated() - line.lost();
    assertThat(lines).allMatch(line -> line.underway() == 0);
    assertThat(lines).allMatch(line -> line.lost() > 0 && line.duplicated() > 0);
    return lines.stream().mapToLong(more).sum();
  }

  private static long sum(MemoryRig rig, String counter) {
    long sum = 0;
    for (int host = 0; host < HOSTS; host++) {
      sum += rig.view(host).counters().values().get(counter);
    }
    return sum;
  }
}
