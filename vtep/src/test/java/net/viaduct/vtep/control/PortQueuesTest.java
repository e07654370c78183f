package net.viaduct.vtep.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Pollable;
import net.viaduct.io.Port;
import net.viaduct.io.Readiness;
import net.viaduct.io.memory.MemoryNetwork;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.io.memory.MemoryUnderlay;
import net.viaduct.runtime.CountersCapacity;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.runtime.ManualClock;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.VtepParts;
import net.viaduct.vtep.counting.Layouts;
import net.viaduct.vtep.settings.PortSettings;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.PortDevice;
import net.viaduct.vtep.tables.PortToken;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** Which thread waits for which queue of a device. */
class PortQueuesTest {
  private static final int WORKERS = 3;

  private final ManualClock clock = new ManualClock();
  private final CountersFile counters =
      CountersFile.anonymous(CountersCapacity.forBlocks(64), clock);
  private final List<Waiting> waiting = new ArrayList<>();
  private final PortDevices devices = new PortDevices(parts());
  private final Network network =
      new Network(
          0,
          new NetworkConfig(100, "blue", new FloodList.Remotes(List.of())),
          counters.allocate(Layouts.NETWORK, "blue"));

  /** What a thread waits for: a token of each source, which is there once. */
  private static final class Waiting implements Readiness {
    private final List<Pollable> sources = new ArrayList<>();
    private final List<Integer> tokens = new ArrayList<>();
    private boolean refuses;

    @Override
    public void add(Pollable source, int token) {
      if (refuses) {
        throw new IllegalStateException("told to refuse");
      }
      assertThat(sources).doesNotContain(source);
      sources.add(source);
      tokens.add(token);
    }

    @Override
    public void remove(Pollable source) {
      int at = sources.indexOf(source);
      assertThat(at).as("waited for").isNotNegative();
      sources.remove(at);
      tokens.remove(at);
    }

    @Override
    public int await(int[] tokens, long timeoutNs) {
      return 0;
    }

    @Override
    public void wake() {}

    @Override
    public void close() {}
  }

  private VtepParts parts() {
    MemoryUnderlay underlay =
        new MemoryNetwork().open(new Endpoint(IpAddress.parse("10.77.0.1"), 4789));
    underlay.threads(WORKERS + 1);
    IntStream.rangeClosed(0, WORKERS).forEach(_ -> waiting.add(new Waiting()));
    return new VtepParts(
        underlay,
        waiting.getFirst(),
        clock,
        counters,
        new DistinctErrors(clock),
        bytes -> Arena.ofAuto().allocate(bytes, Long.BYTES),
        List.copyOf(waiting.subList(1, waiting.size())));
  }

  private LocalPort attach(int index, Port port, PortSettings settings) {
    String name = port.name() + "." + index;
    LocalPort local =
        new LocalPort(
            index,
            name,
            devices.of(port),
            network,
            settings,
            counters.allocate(Layouts.PORT, name),
            64);
    devices.add(local);
    return local;
  }

  /** By queue: which thread waits for it; -1 if none does, or several do. */
  private List<Integer> lanes(LocalPort port) {
    PortDevice device = port.device();
    List<Integer> lanes = new ArrayList<>();
    for (int queue = 0; queue < device.sourceCount(); queue++) {
      int token = PortToken.of(device.lead().index(), queue);
      List<Integer> threads =
          IntStream.rangeClosed(0, WORKERS)
              .filter(thread -> waiting.get(thread).tokens.contains(token))
              .boxed()
              .toList();
      for (int thread : threads) {
        assertThat(device.readBy(thread, token)).isSameAs(device.source(queue));
      }
      lanes.add(threads.size() == 1 ? threads.getFirst() : -1);
    }
    return lanes;
  }

  @Test
  void shouldGiveEachQueueAThreadAndTheFirstToTheOwner() {
    for (int index = 0; index < 5; index++) {
      LocalPort port = attach(index, new MemoryPort("p" + index, 4), PortSettings.DEFAULT);
      assertThat(lanes(port)).startsWith(0).containsExactlyInAnyOrder(0, 1, 2, 3);
    }
  }

  @Test
  void shouldDivideFewQueuesAmongAllWorkers() {
    int[] queues = new int[WORKERS + 1];
    for (int index = 0; index < 6; index++) {
      LocalPort port = attach(index, new MemoryPort("p" + index, 2), PortSettings.DEFAULT);
      lanes(port).forEach(lane -> queues[lane]++);
    }
    assertThat(Arrays.toString(queues)).isEqualTo("[6, 2, 2, 2]");
  }

  @Test
  void shouldGiveMoreQueuesThanThreadsToAll() {
    LocalPort port = attach(0, new MemoryPort("p", 9), PortSettings.DEFAULT);
    assertThat(lanes(port)).containsExactly(0, 1, 2, 3, 1, 2, 3, 1, 2);
  }

  @Test
  void shouldLetTheOwnerReadAllQueuesWhileSomebodyLooks() {
    LocalPort port = attach(0, new MemoryPort("p", 4), PortSettings.DEFAULT);
    List<Integer> before = lanes(port);
    devices.divide(false);
    assertThat(lanes(port)).containsExactly(0, 0, 0, 0);
    devices.divide(true);
    assertThat(lanes(port)).isEqualTo(before);
    devices.remove(port);
    waiting.forEach(each -> assertThat(each.sources).isEmpty());
  }

  @Test
  void shouldLetTheOwnerReadAllQueuesOfADeviceThatPortsShare() {
    MemoryPort shared = new MemoryPort("p", 4);
    LocalPort untagged = attach(0, shared, PortSettings.DEFAULT);
    List<Integer> before = lanes(untagged);
    LocalPort tagged = attach(1, shared, PortSettings.DEFAULT.withVlan(20));
    assertThat(lanes(untagged)).containsExactly(0, 0, 0, 0);
    devices.remove(tagged);
    assertThat(lanes(untagged)).isEqualTo(before);
  }

  @Test
  void shouldNotWaitForAnyQueueWhileTheDeviceIsHeld() {
    LocalPort port = attach(0, new MemoryPort("p", 4), PortSettings.DEFAULT);
    List<Integer> before = lanes(port);
    devices.divide(false);
    port.device().ignore();
    port.device().hold("a test");
    devices.divide(true);
    assertThat(lanes(port)).containsExactly(-1, -1, -1, -1);
    port.device().hold("");
    port.device().listen();
    assertThat(lanes(port)).isEqualTo(before);
  }

  @Test
  void shouldGiveAllOthersWhenOneIsRefused() {
    List<LocalPort> ports = new ArrayList<>();
    for (int index = 0; index < 8; index++) {
      ports.add(attach(index, new MemoryPort("p" + index, 4), PortSettings.DEFAULT));
    }
    devices.divide(false);
    waiting.get(2).refuses = true;
    devices.divide(true);
    for (LocalPort port : ports) {
      assertThat(lanes(port)).containsExactlyInAnyOrder(0, 1, -1, 3);
      assertThat(IntStream.range(0, 4).filter(i -> port.device().source(i).isSuspended()))
          .hasSize(1);
    }
  }
}
