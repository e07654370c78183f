package net.viaduct.lab;

import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.rtnetlink.Links;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.wire.IpAddress;

/**
 * An emulated router of IPv4: a namespace that forwards between switches, and says so by ICMP if
 * something is too large for the next one. Owned by the thread that builds the laboratory.
 */
public final class LabRouter {
  private final String name;
  private final NetNamespace namespace;
  private final Rtnetlink net;
  private int legs;

  /**
   * Makes a router that is not attached to anything.
   *
   * @param name of its namespace and of its port at each switch
   */
  public LabRouter(Lab lab, String name) {
    this.name = name;
    namespace = lab.createNamespace(name);
    net = namespace.rtnetlink();
    lab.closeWithLab(net);
    namespace.sysctl("net/ipv4/ip_forward", "1");
  }

  /**
   * Attaches it to a switch.
   *
   * @param address of this leg
   */
  public void attach(LabSwitch to, IpAddress address, int prefixLength) {
    String device = "leg" + legs++;
    to.attach(name, namespace, device);
    Links links = net.links();
    int index = links.require(device).index();
    links.disableIpv6Autoconfiguration(index);
    net.addresses().add(index, address, prefixLength);
    links.up(index);
  }

  /** Where it is. */
  public NetNamespace namespace() {
    return namespace;
  }
}
