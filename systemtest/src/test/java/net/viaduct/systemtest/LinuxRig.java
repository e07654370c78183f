package net.viaduct.systemtest;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Port;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.linux.PacketPort;
import net.viaduct.io.linux.TapPort;
import net.viaduct.io.linux.UdpUnderlay;
import net.viaduct.io.linux.UdpUnderlayConfig;
import net.viaduct.io.rtnetlink.Link;
import net.viaduct.io.rtnetlink.LinkKind;
import net.viaduct.io.rtnetlink.LinkSpec;
import net.viaduct.io.rtnetlink.Links;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
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
import net.viaduct.wire.IpAddress;

/**
 * Hosts with real sockets and devices in network namespaces; every second machine is on a tap, the
 * others on a veth. Driven by the test's thread, which waits until the hosts have nothing to do.
 */
final class LinuxRig implements Rig {
  private static final int HOSTS = 3;
  private static final int PORT = 4789;
  private static final int UNDERLAY_MTU = 9000;
  private static final int MTU = 1500;
  private static final int QUIET_ROUNDS = 2;
  private static final int MOST_ROUNDS = 10_000;
  private static final Duration IDLE_WAIT = Duration.ofMillis(1);

  private final Lab lab;
  private final LabSwitch underlay;
  private final NetNamespace machines;
  private final Rtnetlink machinesNet;
  private final List<Host> hosts = new ArrayList<>();
  private final DistinctErrors errors = new DistinctErrors(System::nanoTime);
  private int made;

  private record Host(LabHost emulated, UdpUnderlay underlay, Vtep vtep) {}

  LinuxRig(Path directory) {
    lab = SystemLab.open(directory);
    underlay = new LabSwitch(lab, "sw", UNDERLAY_MTU);
    machines = lab.createNamespace("machines");
    silence(machines);
    machinesNet = machines.rtnetlink();
    lab.closeWithLab(machinesNet);
    for (int i = 0; i < HOSTS; i++) {
      hosts.add(host(i));
    }
  }

  private Host host(int index) {
    LabHost host = emulated("h" + index, index + 1);
    Endpoint local = new Endpoint(host.address(), PORT);
    UdpUnderlay sockets =
        host.namespace().call(() -> new UdpUnderlay(UdpUnderlayConfig.of(local), errors));
    VtepConfig defaults = VtepConfig.DEFAULT;
    VtepConfig config =
        new VtepConfig(
            defaults.ageing(), defaults.strictReservedBits(), defaults.limits(), IDLE_WAIT);
    CountersFile counters =
        CountersFile.anonymous(CountersCapacity.forBlocks(4096), System::nanoTime);
    EpollReadiness readiness = new EpollReadiness();
    VtepParts parts = new VtepParts(sockets, readiness, System::nanoTime, counters, errors);
    return new Host(host, sockets, new Vtep(config, parts));
  }

  private LabHost emulated(String name, int last) {
    LabHost host = new LabHost(lab, underlay, name, IpAddress.parse("10.77.0." + last), 24);
    silence(host.namespace());
    return host;
  }

  /** No device says anything by itself. */
  private static void silence(NetNamespace namespace) {
    namespace.sysctl("net/ipv6/conf/all/disable_ipv6", "1");
    namespace.sysctl("net/ipv6/conf/default/disable_ipv6", "1");
  }

  @Override
  public int hosts() {
    return HOSTS;
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
    Host at = hosts.get(host);
    String inside = "m" + made;
    boolean tap = made++ % 2 == 0;
    Port port = tap ? tap(at, name, inside) : veth(at, name, inside);
    PacketPort device = machines.call(() -> new PacketPort(inside, errors));
    lab.closeWithLab(device);
    await(at.vtep.control().attachPort(vni, port));
    return new LinuxMachine(name, device);
  }

  private Port tap(Host at, String name, String inside) {
    TapPort port = at.emulated.namespace().call(() -> new TapPort(name, MTU, errors));
    Links links = at.emulated.net().links();
    links.move(links.require(name).index(), machines.descriptor(), inside);
    Link moved = machinesNet.links().require(inside);
    machinesNet.links().up(moved.index());
    return port;
  }

  private Port veth(Host at, String name, String inside) {
    LinkKind.PeerSpec end = new LinkKind.PeerSpec(inside, MTU, 0);
    Links links = at.emulated.net().links();
    LinkKind pair = new LinkKind.Veth(end, machines.descriptor());
    int index = links.create(new LinkSpec(name, pair).withMtu(MTU));
    machinesNet.links().up(machinesNet.links().require(inside).index());
    links.up(index);
    return at.emulated.namespace().call(() -> new PacketPort(name, errors));
  }

  @Override
  public ForeignHost foreignHost() {
    LabHost host = emulated("foreign", 99);
    try {
      return LinuxForeignHost.open(lab, host, PORT);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public IpAddress group(int number) {
    return IpAddress.ofIpv4(0xef01_0100 + number);
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
  }

  // A socket that a host opens for a group has to be in the host's namespace.
  private int round() {
    int work = 0;
    for (Host host : hosts) {
      work += host.emulated.namespace().call(host.vtep::doWork);
    }
    return work;
  }

  @Override
  public boolean canAdvanceTime() {
    return false;
  }

  @Override
  public void advance(Duration time) {
    throw new UnsupportedOperationException("real time is not ours");
  }

  @Override
  public void close() {
    try {
      hosts.forEach(host -> host.vtep.onClose());
    } finally {
      lab.close();
    }
  }

  /** A socket that is no VTEP. */
  private record LinuxForeignHost(Endpoint endpoint, DatagramChannel channel)
      implements ForeignHost {
    static ForeignHost open(Lab lab, LabHost host, int port) throws IOException {
      DatagramChannel channel = host.namespace().call(() -> DatagramChannel.open());
      lab.closeWithLab(channel);
      channel.bind(new InetSocketAddress(host.address().toString(), port));
      channel.configureBlocking(false);
      return new LinuxForeignHost(new Endpoint(host.address(), port), channel);
    }

    @Override
    public void send(Endpoint destination, byte[] payload) {
      try {
        channel.send(
            ByteBuffer.wrap(payload),
            new InetSocketAddress(destination.address().toString(), destination.port()));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public Datagram receive() {
      ByteBuffer buffer = ByteBuffer.allocate(65_536);
      try {
        InetSocketAddress source = (InetSocketAddress) channel.receive(buffer);
        if (source == null) {
          return null;
        }
        byte[] payload = new byte[buffer.flip().remaining()];
        buffer.get(payload);
        IpAddress address = IpAddress.ofBytes(source.getAddress().getAddress());
        return new Datagram(new Endpoint(address, source.getPort()), payload);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }
}
