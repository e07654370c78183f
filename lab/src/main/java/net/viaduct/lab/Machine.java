package net.viaduct.lab;

import java.util.List;
import net.viaduct.io.IoFailure;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.linux.PingSocket;
import net.viaduct.io.rtnetlink.Link;
import net.viaduct.io.rtnetlink.LinkKind;
import net.viaduct.io.rtnetlink.LinkSpec;
import net.viaduct.io.rtnetlink.Links;
import net.viaduct.io.rtnetlink.Neighbour;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.wire.IpAddress;

/**
 * An emulated machine (a VM, a container): a namespace with one device, which is attached to a port
 * of a host. Owned by the thread that builds the laboratory.
 */
public final class Machine {
  /** The machine's device. */
  public static final String DEVICE = "eth0";

  private static final String NEXT_DEVICE = "next0";
  private static final String LAST_DEVICE = "last0";

  private final MachineSpec spec;
  private final NetNamespace namespace;
  private final Rtnetlink net;
  private final Lab lab;

  /** Makes a machine that is not attached to anything. */
  public Machine(Lab lab, MachineSpec spec) {
    this.lab = lab;
    this.spec = spec;
    namespace = lab.createNamespace(spec.name());
    net = namespace.rtnetlink();
    lab.closeWithLab(net);
    announceItself();
  }

  /** What it is called. */
  public String name() {
    return spec.name();
  }

  /** Its name and addresses. */
  public MachineSpec spec() {
    return spec;
  }

  /** Where it is. */
  public NetNamespace namespace() {
    return namespace;
  }

  /** Its network configuration. */
  public Rtnetlink net() {
    return net;
  }

  /**
   * Attaches it to a host by a veth pair.
   *
   * @param hostDevice the name of the end that stays on the host, for a {@code device:} port
   */
  public void attachVeth(LabHost host, String hostDevice) {
    cable(host, hostDevice, DEVICE);
    configure();
  }

  /**
   * Lays a second cable, to the host that it will move to; the machine's end is down.
   *
   * @param hostDevice the name of the end that stays on that host
   */
  public void prepareMove(LabHost host, String hostDevice) {
    cable(host, hostDevice, NEXT_DEVICE);
  }

  /**
   * Pulls the first cable and uses the second, with the same addresses. It still knows its
   * neighbours, as a VM that moved with its memory does.
   */
  public void move() {
    Links links = net.links();
    int old = links.require(DEVICE).index();
    int next = links.require(NEXT_DEVICE).index();
    List<Neighbour> known =
        net.neighbours().list().stream()
            .filter(entry -> entry.index() == old && entry.mac() != 0)
            .filter(entry -> !entry.ip().isMulticast())
            .toList();
    links.down(old);
    links.rename(old, LAST_DEVICE);
    net.addresses().remove(old, spec.ipv4(), spec.ipv4PrefixLength());
    links.rename(next, DEVICE);
    configure();
    known.forEach(entry -> net.neighbours().setStale(next, entry.ip(), entry.mac()));
    links.delete(old); // takes the kernel tens of milliseconds, so it comes last
  }

  /**
   * Has the kernel send a gratuitous ARP (RFC 5227 section 3) when a device comes up, if it can.
   */
  private void announceItself() {
    try {
      namespace.sysctl("net/ipv4/conf/all/arp_notify", "1");
    } catch (IoFailure e) {
      // where /proc/sys cannot be written, the first frame that it sends tells where it is
    }
  }

  /** Gives the machine a tap that a program made on a host, as its device. */
  public void adoptTap(LabHost host, String tap) {
    Links links = host.net().links();
    links.move(links.require(tap).index(), namespace.descriptor(), DEVICE);
    Link moved = net.links().require(DEVICE);
    net.links().mac(moved.index(), spec.mac());
    configure();
  }

  private void cable(LabHost host, String hostDevice, String machineDevice) {
    LinkKind.PeerSpec end = new LinkKind.PeerSpec(machineDevice, spec.mtuBytes(), spec.mac());
    LinkKind veth = new LinkKind.Veth(end, namespace.descriptor());
    Links links = host.net().links();
    int index = links.create(new LinkSpec(hostDevice, veth).withMtu(spec.mtuBytes()));
    links.disableIpv6Autoconfiguration(index);
    links.up(index);
  }

  private void configure() {
    Links links = net.links();
    int index = links.require(DEVICE).index();
    links.mtu(index, spec.mtuBytes());
    links.disableIpv6Autoconfiguration(index);
    net.addresses().add(index, spec.ipv4(), spec.ipv4PrefixLength());
    links.up(index);
    net.addresses().add(index, spec.ipv6(), spec.ipv6PrefixLength()); // IPv6 only where it is up
  }

  /** Opens a socket that pings from inside; it is closed with the laboratory. */
  public PingSocket pingSocket(boolean ipv6) {
    PingSocket socket = namespace.call(() -> PingSocket.open(ipv6));
    lab.closeWithLab(socket);
    return socket;
  }

  /** Its address. */
  public IpAddress ip(boolean ipv6) {
    return ipv6 ? spec.ipv6() : spec.ipv4();
  }

  @Override
  public String toString() {
    return spec.name();
  }
}
