package net.viaduct.vtep.worker;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static net.viaduct.vtep.behaviour.Frames.vxlan;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Readiness;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.io.memory.MemoryNetwork;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.io.memory.MemoryReadiness;
import net.viaduct.io.memory.MemoryUnderlay;
import net.viaduct.runtime.AgentRunner;
import net.viaduct.runtime.CountersCapacity;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.runtime.SystemClock;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.Vtep;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.VtepParts;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.NetworkOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A host with four threads that really run, while stations move, flap and are forgotten: no flow is
 * reordered, and nothing is lost without a counted reason.
 */
class WorkersTest {
  private static final int VNI = 5000;
  private static final int THREADS = 4;
  private static final int PORTS = 4;
  private static final int REMOTES = 3;
  private static final int FLOWS = 48;
  private static final int FRAMES_OF_FLOW = 1500;
  private static final int PLENTY = 1 << 20;
  private static final int PAYLOAD_BYTES = 50;
  private static final int NUMBER_OFFSET = EthernetHeader.SIZE_BYTES;
  private static final long EVERYBODY = 0xffff_ffff_ffffL;

  private final MemoryNetwork network = new MemoryNetwork();
  private final Endpoint here = new Endpoint(IpAddress.parse("10.77.0.1"), 4789);
  private final MemoryUnderlay underlay = network.open(here);
  private final List<MemoryUnderlay> remotes = new ArrayList<>();
  private final List<MemoryPort> ports = new ArrayList<>();
  private final List<AgentRunner> runners = new ArrayList<>();
  private final Map<String, Integer> last = new HashMap<>();
  private final List<String> reordered = new ArrayList<>();
  private final long seed = System.nanoTime();
  private final SystemClock clock = new SystemClock();
  private final CountersFile counters =
      CountersFile.anonymous(CountersCapacity.forBlocks(1024), clock);
  private final Vtep vtep = vtep();

  private Vtep vtep() {
    underlay.threads(THREADS);
    underlay.queueDatagrams(PLENTY);
    DistinctErrors errors = new DistinctErrors(clock);
    List<Readiness> workers = new ArrayList<>();
    underlay.lanes().forEach(_ -> workers.add(new MemoryReadiness()));
    VtepConfig usual = VtepConfig.DEFAULT;
    VtepConfig config = new VtepConfig(usual.ageing(), false, usual.limits(), Duration.ofMillis(1));
    VtepParts parts =
        new VtepParts(
            underlay,
            new MemoryReadiness(),
            clock,
            counters,
            errors,
            bytes -> Arena.ofAuto().allocate(bytes, Long.BYTES),
            workers);
    return new Vtep(config, parts);
  }

  @BeforeEach
  void open() throws Exception {
    DistinctErrors errors = new DistinctErrors(new SystemClock());
    runners.add(new AgentRunner(vtep, errors));
    vtep.workers().forEach(worker -> runners.add(new AgentRunner(worker, errors)));
    runners.forEach(AgentRunner::start);
    List<Endpoint> others = new ArrayList<>();
    for (int i = 0; i < REMOTES; i++) {
      Endpoint at = new Endpoint(IpAddress.parse("10.77.0." + (10 + i)), 4789);
      others.add(at);
      remotes.add(network.open(at));
      remotes.getLast().queueDatagrams(PLENTY);
    }
    NetworkConfig config = new NetworkConfig(VNI, "n", new FloodList.Remotes(others));
    vtep.control().addNetwork(config).get(10, TimeUnit.SECONDS);
    for (int i = 0; i < PORTS; i++) {
      MemoryPort port = new MemoryPort("p" + i, i % 2 == 0 ? THREADS : 1);
      port.queueFrames(PLENTY);
      ports.add(port);
      vtep.control().attachPort(VNI, port).get(10, TimeUnit.SECONDS);
    }
  }

  @AfterEach
  void close() {
    runners.reversed().forEach(AgentRunner::close);
  }

  /** From a remote to a port, from a port to a remote, or from a port to a port. */
  private record Flow(int number, int from, int to) {
    long source() {
      return mac(1000 + number);
    }

    long destination() {
      return mac(2000 + number);
    }
  }

  private static List<Flow> flows() {
    return IntStream.range(0, FLOWS)
        .mapToObj(i ->
            switch (i % 3) {
              case 0 -> new Flow(i, PORTS + i % REMOTES, i / 3 % PORTS);
              case 1 -> new Flow(i, i / 3 % PORTS, PORTS + i / 3 % REMOTES);
              default -> new Flow(i, i / 3 % PORTS, (i / 3 + 1) % PORTS);
            })
        .toList();
  }

  private void send(int place, byte[] frame) {
    if (place < PORTS) {
      ports.get(place).inject(frame);
    } else {
      long flow = NetworkOrder.u48(MemorySegment.ofArray(frame), 6);
      int sourcePort = 49_152 + (int) (flow * 31 % 1000);
      remotes.get(place - PORTS).send(sourcePort, here, vxlan(VNI, frame));
    }
  }

  private static byte[] numbered(long destination, long source, int number) {
    byte[] frame = frame(destination, source, PAYLOAD_BYTES, 0);
    NetworkOrder.i32(MemorySegment.ofArray(frame), NUMBER_OFFSET, number);
    return frame;
  }

  /** Takes all that has arrived, and looks at its order. */
  private int receive() {
    int count = 0;
    for (int i = 0; i < PORTS; i++) {
      for (MemoryFrame each : ports.get(i).takeAll()) {
        look("port " + i, each.bytes(), 0);
        count++;
      }
    }
    for (int i = 0; i < REMOTES; i++) {
      for (MemoryDatagram each = remotes.get(i).take();
          each != null;
          each = remotes.get(i).take()) {
        look("remote " + i, each.payload(), 8);
        count++;
      }
    }
    return count;
  }

  private void look(String at, byte[] bytes, int offset) {
    MemorySegment s = MemorySegment.ofArray(bytes);
    long destination = EthernetHeader.destination(s, offset);
    if (bytes.length - offset < NUMBER_OFFSET + PAYLOAD_BYTES || destination == EVERYBODY) {
      return;
    }
    String flow = at + ": " + EthernetHeader.source(s, offset) + " to " + destination;
    int number = NetworkOrder.i32(s, offset + NUMBER_OFFSET);
    Integer before = last.put(flow, number);
    if (before != null && before >= number) {
      reordered.add(flow + ": " + number + " after " + before);
    }
  }

  private Map<String, Long> counters() {
    return vtep.view().counters().values();
  }

  @Test
  @Timeout(120)
  void shouldKeepFlowsInOrderWhileStationsMoveAndFlap() {
    SplittableRandom random = new SplittableRandom(seed);
    List<Flow> flows = flows();
    long injected = 0;
    int broadcasts = 0;
    for (int number = 0; number < FRAMES_OF_FLOW; number++) {
      for (Flow flow : flows) {
        // destinations are unknown at first, move, and flap between two places
        if (random.nextInt(400) == 0) {
          int place = random.nextInt(4) == 0 ? random.nextInt(PORTS + REMOTES) : flow.to();
          send(place, broadcast(flow.destination()));
          injected++;
        }
        // and so do sources, of which single frames come from elsewhere
        if (random.nextInt(800) == 0) {
          send(random.nextInt(PORTS + REMOTES), broadcast(flow.source()));
          injected++;
        }
        send(flow.from(), numbered(flow.destination(), flow.source(), number));
        injected++;
      }
      if (number % 16 == 0) {
        broadcasts += receive();
      }
    }
    long total = injected;
    await(() -> received() == total && isSettled());
    receive();
    runners.reversed().forEach(AgentRunner::close);
    assertThat(received()).isEqualTo(injected);
    Conservation.checkSums(vtep.view());
    assertThat(reordered).as("seed %d", seed).isEmpty();
    assertThat(forwardedByWorkers()).as("forwarded by workers").isPositive();
    assertThat(broadcasts).isPositive();
  }

  private long forwardedByWorkers() {
    return counters.snapshot().blocks().stream()
        .filter(block -> block.label().startsWith("worker-"))
        .mapToLong(block -> block.values().get("forwarded-frames"))
        .sum();
  }

  private long received() {
    Map<String, Long> now = counters();
    return now.get("egress-received-frames") + now.get("ingress-received-datagrams");
  }

  private boolean isSettled() {
    return ports.stream().allMatch(MemoryPort::isEmpty) && !underlay.isReady();
  }

  private static void await(BooleanSupplier what) {
    while (!what.getAsBoolean()) {
      LockSupport.parkNanos(1_000_000);
    }
  }
}
