package net.viaduct.lab;

import net.viaduct.io.IoFailure;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.rtnetlink.Links;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.wire.IpAddress;

/**
 * An emulated host: a namespace with a device in the underlay. Owned by the thread that builds the
 * laboratory.
 */
public final class LabHost {
  /** The device in the underlay. */
  public static final String UPLINK = "eth0";

  private static final String NO_ADDRESSES = "1";

  private final String name;
  private final IpAddress address;
  private final NetNamespace namespace;
  private final Rtnetlink net;
  private final int uplinkIndex;

  /**
   * Makes a host and attaches it to the underlay.
   *
   * @param underlay where it is plugged in
   * @param name of its namespace and of its port at the switch
   * @param address in the underlay
   * @param prefixLength of the underlay
   */
  public LabHost(Lab lab, Uplink underlay, String name, IpAddress address, int prefixLength) {
    this.name = name;
    this.address = address;
    namespace = lab.createNamespace(name);
    keepNewDevicesSilent();
    net = namespace.rtnetlink();
    lab.closeWithLab(net);
    underlay.attach(name, namespace, UPLINK);
    Links links = net.links();
    uplinkIndex = links.require(UPLINK).index();
    links.disableIpv6Autoconfiguration(uplinkIndex);
    net.addresses().add(uplinkIndex, address, prefixLength);
    links.up(uplinkIndex);
  }

  /** Devices that programs make here, such as taps, are not to speak before a machine has them. */
  private void keepNewDevicesSilent() {
    try {
      namespace.sysctl("net/ipv6/conf/default/addr_gen_mode", NO_ADDRESSES);
    } catch (IoFailure e) {
      // where /proc/sys cannot be written they announce link-local addresses, which harms nothing
    }
  }

  /** What it is called. */
  public String name() {
    return name;
  }

  /** Its address in the underlay. */
  public IpAddress address() {
    return address;
  }

  /** Where it is. */
  public NetNamespace namespace() {
    return namespace;
  }

  /** Its network configuration. */
  public Rtnetlink net() {
    return net;
  }

  /** The index of {@link #UPLINK}. */
  public int uplinkIndex() {
    return uplinkIndex;
  }

  @Override
  public String toString() {
    return name;
  }
}
