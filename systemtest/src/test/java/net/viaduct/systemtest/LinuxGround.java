package net.viaduct.systemtest;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import net.viaduct.io.Port;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.linux.PacketPort;
import net.viaduct.io.linux.TapPort;
import net.viaduct.io.rtnetlink.LinkKind;
import net.viaduct.io.rtnetlink.LinkSpec;
import net.viaduct.io.rtnetlink.Links;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.vtep.behaviour.Tunnel;
import net.viaduct.wire.IpAddress;

/**
 * What outlives a test, because it takes longer to make than a test takes: namespaces on a switch,
 * and cables between hosts and machines, every second of them a tap, the others veth pairs. Owned
 * by the test's thread.
 */
final class LinuxGround implements AutoCloseable {
  static final int HOSTS = 3;

  private static final int UNDERLAY_MTU = 9000;
  private static final int MTU = 1500;
  private static final int FOREIGN = 99;

  private final DistinctErrors errors = new DistinctErrors(System::nanoTime);
  private final Tunnel tunnel;
  private final int readers;
  private final Lab lab;
  private final LabSwitch underlay;
  private final NetNamespace machines;
  private final Rtnetlink machinesNet;
  private final List<LabHost> hosts = new ArrayList<>();
  private final LabHost foreign;
  private final List<Deque<Cable>> unplugged = new ArrayList<>();
  private int made;

  /** A port of a host, and the socket at its other end. */
  record Cable(Port port, PacketPort end) {}

  LinuxGround(Path directory, Tunnel tunnel) {
    this(directory, tunnel, 1);
  }

  /** Ground for hosts that read each port by so many threads. */
  LinuxGround(Path directory, Tunnel tunnel, int readers) {
    this.tunnel = tunnel;
    this.readers = readers;
    lab = SystemLab.open(directory);
    underlay = new LabSwitch(lab, "sw", UNDERLAY_MTU);
    machines = lab.createNamespace("machines");
    silence(machines);
    machinesNet = machines.rtnetlink();
    lab.closeWithLab(machinesNet);
    for (int i = 0; i < HOSTS; i++) {
      hosts.add(emulated("h" + i, i + 1));
      unplugged.add(new ArrayDeque<>());
    }
    foreign = emulated("foreign", FOREIGN);
  }

  private LabHost emulated(String name, int last) {
    List<IpAddress> addresses = tunnel.addresses(last);
    IpAddress first = addresses.getFirst();
    LabHost host = new LabHost(lab, underlay, name, first, first.isIpv4() ? 24 : 64);
    silence(host.namespace());
    IpAddress ipv6 = addresses.getLast();
    if (!ipv6.isIpv4()) {
      host.namespace().sysctl("net/ipv6/conf/" + LabHost.UPLINK + "/disable_ipv6", "0");
      host.net().addresses().add(host.uplinkIndex(), ipv6, 64);
    }
    return host;
  }

  /** No device says anything by itself. */
  private static void silence(NetNamespace namespace) {
    namespace.sysctl("net/ipv6/conf/all/disable_ipv6", "1");
    namespace.sysctl("net/ipv6/conf/default/disable_ipv6", "1");
  }

  Tunnel tunnel() {
    return tunnel;
  }

  NetNamespace host(int index) {
    return hosts.get(index).namespace();
  }

  NetNamespace foreign() {
    return foreign.namespace();
  }

  /** A cable of a host that nobody uses. */
  Cable plug(int host) {
    Cable cable = unplugged.get(host).poll();
    return cable != null ? cable : make(hosts.get(host), made++);
  }

  /** Takes a cable back. */
  void unplug(int host, Cable cable) {
    unplugged.get(host).add(cable);
  }

  private Cable make(LabHost at, int number) {
    String name = "p" + number;
    String inside = "m" + number;
    Port port = number % 2 == 0 ? tap(at, name, inside) : veth(at, name, inside);
    lab.closeWithLab(port);
    PacketPort end = machines.call(() -> new PacketPort(inside, errors));
    lab.closeWithLab(end);
    return new Cable(port, end);
  }

  private Port tap(LabHost at, String name, String inside) {
    TapPort port = at.namespace().call(() -> new TapPort(name, MTU, errors, readers));
    Links links = at.net().links();
    links.move(links.require(name).index(), machines.descriptor(), inside);
    machinesNet.links().up(machinesNet.links().require(inside).index());
    return port;
  }

  private Port veth(LabHost at, String name, String inside) {
    LinkKind.PeerSpec end = new LinkKind.PeerSpec(inside, MTU, 0);
    Links links = at.net().links();
    LinkKind pair = new LinkKind.Veth(end, machines.descriptor());
    int index = links.create(new LinkSpec(name, pair).withMtu(MTU));
    machinesNet.links().up(machinesNet.links().require(inside).index());
    links.up(index);
    return at.namespace().call(() -> new PacketPort(name, errors, readers));
  }

  @Override
  public void close() {
    lab.close();
  }
}
