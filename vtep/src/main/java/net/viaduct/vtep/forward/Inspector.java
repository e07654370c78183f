package net.viaduct.vtep.forward;

import net.viaduct.io.Frame;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.wire.FlowKey;

/**
 * Looks at the frames by which machines find each other (ARP, ND, DHCP, IGMP, MLD) and at messages
 * of VTEPs, after their source was learned and before their destination is looked up. May answer by
 * the {@link Originator}. Sees {@link ControlFrames} only, of each kind, and says {@link
 * Verdict#PASS} of those that are none of its own. Owned by the data-path thread.
 */
public interface Inspector {
  /** What it looks for, as a trace tells it: the protocols. Any thread. */
  String subject();

  /**
   * A frame from a port.
   *
   * @param key parsed from this very frame
   */
  Verdict fromPort(LocalPort from, Frame frame, FlowKey key);

  /**
   * A frame from a tunnel, taken out of it.
   *
   * @param key parsed from this very frame
   */
  Verdict fromTunnel(Network network, Remote from, Frame frame, FlowKey key);
}
