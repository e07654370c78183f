package net.viaduct.lab.link;

import net.viaduct.io.linux.DeviceOffload;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.rtnetlink.LinkKind;
import net.viaduct.io.rtnetlink.LinkSpec;
import net.viaduct.io.rtnetlink.Links;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Uplink;

/**
 * A switch behind an emulated link: the cable is cut in two, and both ends lie in a namespace where
 * a {@link LinkCarrier} joins them. Owned by the thread that builds the laboratory.
 *
 * <p>Offloads are off where frames enter the link, so that what is on it is what would be on a
 * wire.
 */
public final class LinkedUplink implements Uplink {
  private static final String NEAR = "-a";
  private static final String FAR = "-b";

  private final LabSwitch behind;
  private final NetNamespace wire;
  private final Rtnetlink net;

  /**
   * A place to plug in.
   *
   * @param wire where the ends to be joined lie
   * @param net the network configuration of that namespace
   */
  public LinkedUplink(LabSwitch behind, NetNamespace wire, Rtnetlink net) {
    this.behind = behind;
    this.wire = wire;
    this.net = net;
  }

  /** The device of the wire's namespace towards the host. */
  public static String nearDevice(String port) {
    return port + NEAR;
  }

  /** The device of the wire's namespace towards the switch. */
  public static String farDevice(String port) {
    return port + FAR;
  }

  @Override
  public void attach(String port, NetNamespace other, String device) {
    Links links = net.links();
    LinkKind.PeerSpec end = new LinkKind.PeerSpec(device, behind.mtuBytes(), 0);
    LinkKind cable = new LinkKind.Veth(end, other.descriptor());
    int near = links.create(new LinkSpec(nearDevice(port), cable).withMtu(behind.mtuBytes()));
    behind.attach(port, wire, farDevice(port));
    int far = links.require(farDevice(port)).index();
    for (int index : new int[] {near, far}) {
      links.disableIpv6Autoconfiguration(index);
      links.up(index);
    }
    other.run(() -> DeviceOffload.switchOff(device));
    behind.namespace().run(() -> DeviceOffload.switchOff(port));
  }
}
