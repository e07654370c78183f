package net.viaduct.vtep.behaviour;

import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Port;
import net.viaduct.io.Readiness;
import net.viaduct.io.Underlay;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.io.memory.MemoryNetwork;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.io.memory.MemoryReadiness;
import net.viaduct.io.memory.MemoryUnderlay;
import net.viaduct.runtime.Agent;
import net.viaduct.runtime.CountersCapacity;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.runtime.ManualClock;
import net.viaduct.vtep.Vtep;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.VtepControl;
import net.viaduct.vtep.VtepParts;
import net.viaduct.vtep.VtepView;
import org.jspecify.annotations.Nullable;

/** Hosts in memory, all driven by the test's thread; time stands still until it is advanced. */
public final class MemoryRig implements Rig {
  /** The UDP port of all hosts. */
  public static final int PORT = Tunnel.PORT;

  private static final int MOST_CYCLES = 10_000;

  private final ManualClock clock = new ManualClock(Long.MAX_VALUE - 1_000_000_000L);
  private final MemoryNetwork network = new MemoryNetwork();
  private final List<Host> hosts = new ArrayList<>();
  private final Tunnel tunnel;
  private final int threads;

  /** A host, with what a test may want to reach into. */
  public record Host(
      Vtep vtep, MemoryUnderlay underlay, DistinctErrors errors, CountersFile counters) {}

  /** Hosts with this configuration; they never wait. */
  public MemoryRig(int count, VtepConfig config) {
    this(count, config, (underlay, _) -> underlay);
  }

  /** The same, with so many threads each, which do their cycles one after the other. */
  public MemoryRig(int count, VtepConfig config, int threads) {
    this(Tunnel.VXLAN_OVER_IPV4, count, config, (underlay, _) -> underlay, threads);
  }

  /** The same, with something between each host and its underlay, which is told the clock. */
  public MemoryRig(
      int count, VtepConfig config, BiFunction<Underlay, ManualClock, Underlay> between) {
    this(Tunnel.VXLAN_OVER_IPV4, count, config, between);
  }

  /** Three hosts with the default configuration and so many threads, driven one after the other. */
  public static MemoryRig withWorkers(Tunnel tunnel, int threads) {
    return new MemoryRig(tunnel, 3, impatient(VtepConfig.DEFAULT), (it, _) -> it, threads);
  }

  /** Three hosts with the default configuration that speak this with each other. */
  public MemoryRig(Tunnel tunnel) {
    this(tunnel, 3, impatient(VtepConfig.DEFAULT));
  }

  /** Hosts with this configuration that speak this with each other. */
  public MemoryRig(Tunnel tunnel, int count, VtepConfig config) {
    this(tunnel, count, config, (underlay, _) -> underlay);
  }

  private MemoryRig(
      Tunnel tunnel,
      int count,
      VtepConfig config,
      BiFunction<Underlay, ManualClock, Underlay> between) {
    this(tunnel, count, config, between, 1);
  }

  private MemoryRig(
      Tunnel tunnel,
      int count,
      VtepConfig config,
      BiFunction<Underlay, ManualClock, Underlay> between,
      int threads) {
    this.tunnel = tunnel;
    this.threads = threads;
    for (int i = 0; i < count; i++) {
      MemoryUnderlay underlay = network.open(tunnel.addresses(i + 1), PORT);
      underlay.mtuBytes(9000);
      underlay.threads(threads);
      hosts.add(host(underlay, between.apply(underlay, clock), config));
    }
  }

  /** Three hosts with the default configuration. */
  public MemoryRig() {
    this(Tunnel.VXLAN_OVER_IPV4);
  }

  /** The same configuration without waiting. */
  public static VtepConfig impatient(VtepConfig config) {
    return new VtepConfig(
        config.ageing(),
        config.strictReservedBits(),
        config.acceptFrom(),
        config.limits(),
        Duration.ZERO);
  }

  private Host host(MemoryUnderlay memory, Underlay underlay, VtepConfig config) {
    CountersFile counters = CountersFile.anonymous(CountersCapacity.forBlocks(4096), clock);
    DistinctErrors errors = new DistinctErrors(clock);
    List<Readiness> workers = new ArrayList<>();
    underlay.lanes().forEach(_ -> workers.add(new MemoryReadiness()));
    VtepParts parts =
        new VtepParts(
            underlay,
            new MemoryReadiness(),
            clock,
            counters,
            errors,
            bytes -> Arena.ofAuto().allocate(bytes, Long.BYTES),
            workers);
    return new Host(new Vtep(config, parts), memory, errors, counters);
  }

  /** A host. */
  public Host host(int index) {
    return hosts.get(index);
  }

  /** The underlay's network. */
  public MemoryNetwork network() {
    return network;
  }

  /** The clock of all hosts. */
  public ManualClock clock() {
    return clock;
  }

  @Override
  public Tunnel tunnel() {
    return tunnel;
  }

  @Override
  public int hosts() {
    return hosts.size();
  }

  @Override
  public VtepControl control(int host) {
    return hosts.get(host).vtep.control();
  }

  @Override
  public VtepView view(int host) {
    return hosts.get(host).vtep.view();
  }

  @Override
  public Endpoint endpoint(int host) {
    return hosts.get(host).underlay.local();
  }

  @Override
  public <T> T await(CompletableFuture<T> result) {
    settle();
    if (!result.isDone()) {
      throw new AssertionError("the command was not carried out");
    }
    return result.join();
  }

  @Override
  public MemoryMachine machine(int host, int vni, String name) {
    MemoryPort port = new MemoryPort(name, threads);
    await(control(host).attachPort(vni, port));
    return new MemoryMachine(port);
  }

  /** Attaches any port. */
  public void attach(int host, int vni, Port port) {
    await(control(host).attachPort(vni, port));
  }

  @Override
  public ForeignHost foreignHost() {
    MemoryUnderlay underlay = network.open(tunnel.addresses(99), PORT);
    underlay.mtuBytes(9000);
    return new ForeignHost(underlay, tunnel);
  }

  @Override
  public void settle() {
    int work = 1;
    for (int cycles = 0; work > 0; cycles++) {
      if (cycles == MOST_CYCLES) {
        throw new AssertionError("frames go round and round");
      }
      work = 0;
      for (Host host : hosts) {
        work += host.vtep.doWork();
        work += doWork(host.vtep.workers());
      }
    }
    hosts.forEach(host -> host.vtep.collect());
  }

  /** One thread of a host does a cycle, and no other: 1 is its first worker. */
  public void work(int host, int thread) {
    doWork(List.of(hosts.get(host).vtep.workers().get(thread - 1)));
  }

  private static int doWork(List<Agent> workers) {
    int work = 0;
    for (Agent worker : workers) {
      try {
        work += worker.doWork();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
    return work;
  }

  /** Lets time go by on all hosts. */
  public void advance(Duration time) {
    clock.advanceNs(time.toNanos());
    settle();
  }

  @Override
  public void close() {
    for (Host host : hosts) {
      host.vtep.workers().forEach(Agent::onClose);
      host.vtep.onClose();
    }
  }

  /** A machine in memory. */
  public record MemoryMachine(MemoryPort memory) implements Machine {
    @Override
    public String port() {
      return memory.name();
    }

    @Override
    public void send(byte[] frame) {
      memory.inject(frame);
    }

    @Override
    public byte @Nullable [] receive() {
      MemoryFrame frame = memory.take();
      return frame == null ? null : frame.bytes();
    }
  }
}
