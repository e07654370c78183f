package net.viaduct.lab;

import net.viaduct.io.IoFailure;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.rtnetlink.LinkKind;
import net.viaduct.io.rtnetlink.LinkSpec;
import net.viaduct.io.rtnetlink.Links;
import net.viaduct.io.rtnetlink.Rtnetlink;

/**
 * An emulated Ethernet switch: a namespace with a bridge that sends groups to all ports. Owned by
 * the thread that builds the laboratory.
 */
public final class LabSwitch implements Uplink {
  private static final String BRIDGE = "switch";

  /** So much more than its MTU a port lets pass, both ways: there may be a VLAN tag. */
  private static final int TAG_BYTES = 4;

  private final NetNamespace namespace;
  private final Rtnetlink net;
  private final int mtuBytes;
  private final int bridge;

  /**
   * Makes a switch.
   *
   * @param shortName of its namespace
   * @param mtuBytes of its ports and of what is attached to them
   */
  public LabSwitch(Lab lab, String shortName, int mtuBytes) {
    this.mtuBytes = mtuBytes;
    namespace = lab.createNamespace(shortName);
    net = namespace.rtnetlink();
    lab.closeWithLab(net);
    LinkKind kind = new LinkKind.Bridge(false);
    bridge = net.links().create(new LinkSpec(BRIDGE, kind).withMtu(mtuBytes));
    net.links().disableIpv6Autoconfiguration(bridge);
    net.links().up(bridge);
  }

  /** Where it is. */
  public NetNamespace namespace() {
    return namespace;
  }

  /** The largest IP packet that it carries. */
  public int mtuBytes() {
    return mtuBytes;
  }

  /**
   * Plugs a cable into a port and gives its other end to a namespace; that end is down.
   *
   * @param port the name of the port, unique in this switch
   * @param device the name of the other end
   */
  @Override
  public void attach(String port, NetNamespace other, String device) {
    LinkKind.PeerSpec end = new LinkKind.PeerSpec(device, mtuBytes, 0);
    LinkKind cable = new LinkKind.Veth(end, other.descriptor());
    Links links = net.links();
    int index = links.create(new LinkSpec(port, cable).withMtu(mtuBytes));
    links.disableIpv6Autoconfiguration(index);
    links.master(index, bridge);
    links.up(index);
  }

  /**
   * Makes a port drop what is larger, both ways, without telling anybody. Super-frames pass as they
   * are: who sends through it must not offload segmentation.
   *
   * @param port its name
   * @param packetBytes of the largest IP packet that passes
   */
  public void narrow(String port, int packetBytes) {
    passPacketsAsTheyAre();
    net.links().mtu(net.links().require(port).index(), packetBytes - TAG_BYTES);
  }

  /** With bridge-nf-call, packets for a port are cut or dropped at its MTU, as a router would. */
  private void passPacketsAsTheyAre() {
    for (String tables : new String[] {"iptables", "ip6tables"}) {
      try {
        namespace.sysctl("net/bridge/bridge-nf-call-" + tables, "0");
      } catch (IoFailure e) {
        // the kernel has no such thing
      }
    }
  }

  /** Makes a device of its namespace, which a program made there, one of its ports. */
  public void adopt(String port) {
    Links links = net.links();
    int index = links.require(port).index();
    links.mtu(index, mtuBytes);
    links.disableIpv6Autoconfiguration(index);
    links.master(index, bridge);
    links.up(index);
  }
}
