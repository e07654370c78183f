package net.viaduct.lab;

import java.time.Duration;
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
import org.jspecify.annotations.Nullable;

/**
 * An emulated machine (a VM, a container): a namespace with one device, which is attached to a port
 * of a host. Owned by the thread that builds the laboratory.
 */
public final class Machine {
  /** The machine's device. */
  public static final String DEVICE = "eth0";

  private static final String NEXT_DEVICE = "next0";
  private static final String NEXT_BUT_ONE_DEVICE = "next1";
  private static final String LAST_DEVICE = "last0";

  private static final Duration CARRIER_TIMEOUT = Duration.ofSeconds(5);

  private final MachineSpec spec;
  private final NetNamespace namespace;
  private final Rtnetlink net;
  private final Lab lab;
  private @Nullable Cable nextCable;

  /** What its device is called: as {@link #DEVICE}, but after it has changed over. */
  private String device = DEVICE;

  /** The end of a cable that stays where the machine is plugged in. */
  private record Cable(NetNamespace namespace, String device) {}

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
   * Plugs it into a port of a switch.
   *
   * @param port the name of the port, unique in the switch
   */
  public void plug(LabSwitch wire, String port) {
    cable(wire, port, DEVICE);
    configure();
  }

  /** Lays a second cable, to a port of a switch; the machine's end is down. */
  public void prepareMove(LabSwitch wire, String port) {
    cable(wire, port, nextDevice());
    nextCable = new Cable(wire.namespace(), port);
  }

  private void cable(LabSwitch wire, String port, String machineDevice) {
    wire.attach(port, namespace, machineDevice);
    net.links().mac(net.links().require(machineDevice).index(), spec.mac());
  }

  /**
   * Lays a second cable, to the host that it will move to; the machine's end is down.
   *
   * @param hostDevice the name of the end that stays on that host
   */
  public void prepareMove(LabHost host, String hostDevice) {
    cable(host, hostDevice, nextDevice());
    nextCable = new Cable(host.namespace(), hostDevice);
  }

  /**
   * Pulls the first cable and uses the second, with the same addresses. It still knows its
   * neighbours, as a VM that moved with its memory does.
   */
  public void move() {
    Links links = net.links();
    int old = links.require(device).index();
    int next = links.require(nextDevice()).index();
    List<Neighbour> known = knownNeighbours(old);
    links.down(old);
    links.rename(old, LAST_DEVICE);
    net.addresses().remove(old, spec.ipv4(), spec.ipv4PrefixLength());
    links.rename(next, DEVICE);
    device = DEVICE;
    configure();
    known.forEach(entry -> net.neighbours().setStale(next, entry.ip(), entry.mac()));
    links.delete(old); // takes the kernel tens of milliseconds, so it comes last
  }

  /**
   * The same without a moment in which it has no cable: for some milliseconds it hears both. It
   * tells nobody; its next frame comes by the second.
   */
  public void changeOver() {
    Links links = net.links();
    int old = links.require(device).index();
    int next = links.require(nextDevice()).index();
    List<Neighbour> known = knownNeighbours(old);
    links.mtu(next, spec.mtuBytes());
    links.disableIpv6Autoconfiguration(next);
    links.up(next);
    awaitNextCable();
    known.forEach(entry -> net.neighbours().setStale(next, entry.ip(), entry.mac()));
    net.addresses().add(next, spec.ipv6(), spec.ipv6PrefixLength());
    net.addresses().add(next, spec.ipv4(), spec.ipv4PrefixLength());
    net.addresses().remove(old, spec.ipv4(), spec.ipv4PrefixLength());
    net.addresses().remove(old, spec.ipv6(), spec.ipv6PrefixLength());
    links.down(old);
    links.delete(old);
    device = nextDevice();
  }

  /** What a second cable's end is called: one that is up cannot be renamed by every kernel. */
  private String nextDevice() {
    return device.equals(NEXT_DEVICE) ? NEXT_BUT_ONE_DEVICE : NEXT_DEVICE;
  }

  /** A device whose other end was just put up drops what it should send for a moment. */
  private void awaitNextCable() {
    Cable cable = nextCable;
    if (cable != null) {
      CarrierWait.await(
          cable.namespace(), List.of(cable.device()), CARRIER_TIMEOUT, System::nanoTime);
    }
  }

  private List<Neighbour> knownNeighbours(int device) {
    return net.neighbours().list().stream()
        .filter(entry -> entry.index() == device && entry.mac() != 0)
        .filter(entry -> !entry.ip().isMulticast())
        .toList();
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
