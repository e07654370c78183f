package net.viaduct.systemtest;

import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.Port;
import net.viaduct.io.PortQueue;
import net.viaduct.io.PortSender;
import net.viaduct.io.Readiness;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.linux.UdpUnderlay;
import net.viaduct.io.linux.UdpUnderlayConfig;
import net.viaduct.runtime.Agent;
import net.viaduct.runtime.CountersCapacity;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.vtep.Vtep;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.VtepControl;
import net.viaduct.vtep.VtepParts;
import net.viaduct.vtep.VtepView;
import net.viaduct.vtep.behaviour.ForeignHost;
import net.viaduct.vtep.behaviour.Machine;
import net.viaduct.vtep.behaviour.Rig;
import net.viaduct.vtep.behaviour.Tunnel;
import net.viaduct.vtep.settings.PortSettings;

/**
 * Hosts with sockets of their own on ground that lasts longer. Driven by the test's thread, which
 * waits until the hosts have nothing to do.
 */
final class LinuxRig implements Rig {
  private static final int QUIET_ROUNDS = 8;
  private static final int MOST_ROUNDS = 10_000;

  /** Fewer than usual: opening them is most of what a test costs. */
  private static final UdpUnderlayConfig.SourceRange SOURCE_PORTS =
      new UdpUnderlayConfig.SourceRange(49_152, 65_535, 32);

  private static final Duration IDLE_WAIT = Duration.ofNanos(250_000);
  private static final ReceiveBatch REST =
      new ReceiveBatch(Arena.global().allocate(8L * Frame.SLOT_BYTES, 64), 8);

  private final LinuxGround ground;
  private final UdpUnderlayConfig.Way way;
  private final int threads;
  private final List<Host> hosts = new ArrayList<>();
  private final List<Borrowed> borrowed = new ArrayList<>();
  private final List<ForeignHost> foreigners = new ArrayList<>();
  private final DistinctErrors errors = new DistinctErrors(System::nanoTime);

  private record Host(UdpUnderlay underlay, Vtep vtep) {}

  LinuxRig(LinuxGround ground) {
    this(ground, UdpUnderlayConfig.Way.SOCKETS, 1);
  }

  /** Hosts of so many threads, which the test's thread does in turn. */
  LinuxRig(LinuxGround ground, UdpUnderlayConfig.Way way, int threads) {
    this.ground = ground;
    this.way = way;
    this.threads = threads;
    for (int i = 0; i < LinuxGround.HOSTS; i++) {
      hosts.add(host(i));
    }
  }

  private Host host(int index) {
    UdpUnderlay sockets = underlay(ground.host(index), index + 1, threads);
    VtepConfig defaults = VtepConfig.DEFAULT;
    VtepConfig config =
        new VtepConfig(
            defaults.ageing(), defaults.strictReservedBits(), defaults.limits(), IDLE_WAIT);
    CountersFile counters =
        CountersFile.anonymous(CountersCapacity.forBlocks(4096), System::nanoTime);
    List<Readiness> workers = new ArrayList<>();
    sockets.lanes().forEach(_ -> workers.add(new EpollReadiness()));
    VtepParts parts =
        new VtepParts(
            sockets,
            new EpollReadiness(),
            System::nanoTime,
            counters,
            errors,
            bytes -> Arena.ofAuto().allocate(bytes, Long.BYTES),
            workers);
    return new Host(sockets, new Vtep(config, parts));
  }

  private UdpUnderlay underlay(NetNamespace namespace, int last, int lanes) {
    UdpUnderlayConfig config =
        UdpUnderlayConfig.of(tunnel().addresses(last), Tunnel.PORT)
            .withSourcePorts(SOURCE_PORTS)
            .withWay(way);
    return namespace.call(() -> new UdpUnderlay(config, errors, lanes));
  }

  @Override
  public Tunnel tunnel() {
    return ground.tunnel();
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
    for (int i = 0; i < MOST_ROUNDS && !result.isDone(); i++) {
      round();
    }
    return result.join();
  }

  @Override
  public Machine machine(int host, int vni, String name) {
    LinuxGround.Cable cable = ground.plug(host);
    Borrowed port = new Borrowed(host, cable);
    borrowed.add(port);
    await(control(host).attachPort(vni, name, port, PortSettings.DEFAULT));
    return new LinuxMachine(name, cable.end());
  }

  @Override
  public ForeignHost foreignHost() {
    ForeignHost foreign = new ForeignHost(underlay(ground.foreign(), 99, 1), tunnel());
    foreigners.add(foreign);
    return foreign;
  }

  @Override
  public void settle() {
    int quiet = 0;
    for (int rounds = 0; quiet < QUIET_ROUNDS; rounds++) {
      if (rounds == MOST_ROUNDS) {
        throw new AssertionError("frames go round and round");
      }
      quiet = round() == 0 ? quiet + 1 : 0;
    }
    hosts.forEach(host -> host.vtep.collect());
  }

  private int round() {
    int work = 0;
    for (Host host : hosts) {
      work += host.vtep.doWork();
      for (Agent worker : host.vtep.workers()) {
        work += doWork(worker);
      }
    }
    return work;
  }

  private static int doWork(Agent worker) {
    try {
      return worker.doWork();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    for (Host host : hosts) {
      host.vtep.workers().forEach(Agent::onClose);
      host.vtep.onClose();
    }
    foreigners.forEach(ForeignHost::close);
    borrowed.forEach(Borrowed::giveBack);
  }

  /** A port that stays open when it is closed, for the next test. */
  private final class Borrowed implements Port {
    private final int host;
    private final LinuxGround.Cable cable;
    private final Port port;

    private Borrowed(int host, LinuxGround.Cable cable) {
      this.host = host;
      this.cable = cable;
      this.port = cable.port();
      // what the last user has left in it
      for (PortQueue queue : port.queues()) {
        empty(queue);
      }
      empty(cable.end());
    }

    private static void empty(PortQueue queue) {
      while (queue.receive(REST) > 0) {
        continue;
      }
    }

    private void giveBack() {
      ground.unplug(host, cable);
    }

    @Override
    public String name() {
      return port.name();
    }

    @Override
    public int mtuBytes() {
      return port.mtuBytes();
    }

    @Override
    public int[] descriptors() {
      return port.descriptors();
    }

    @Override
    public int receive(ReceiveBatch batch) {
      return port.receive(batch);
    }

    @Override
    public List<PortQueue> queues() {
      return port.queues();
    }

    @Override
    public void send(SendBatch batch) {
      port.send(batch);
    }

    @Override
    public PortSender sender(int thread) {
      return port.sender(thread);
    }

    @Override
    public void takeUntagged(boolean taken) {
      port.takeUntagged(taken);
    }

    @Override
    public long lostInKernel() {
      return port.lostInKernel();
    }

    @Override
    public void close() {
      // giveBack() does
    }
  }
}
