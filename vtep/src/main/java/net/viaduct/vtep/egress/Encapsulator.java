package net.viaduct.vtep.egress;

import net.viaduct.io.Frame;
import net.viaduct.vtep.tables.Network;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.tunnel.VxlanHeader;

/**
 * Writes the VXLAN header into the headroom directly in front of a frame (R1), and tells the flow
 * by whose hash the UDP source port is chosen (R5). Owned by the data-path thread.
 */
final class Encapsulator {
  private final FlowKey flow = new FlowKey();

  /** Encapsulates; the frame itself stays as it is, so that ports can take it too. */
  int encapsulate(Network network, Frame frame) {
    flow.parse(frame.memory(), frame.start(), frame.lengthBytes());
    frame.prepend(VxlanHeader.SIZE_BYTES);
    VxlanHeader.write(frame.memory(), frame.start(), network.vni());
    frame.strip(VxlanHeader.SIZE_BYTES);
    return flow.hash();
  }
}
