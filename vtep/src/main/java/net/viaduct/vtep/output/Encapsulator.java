package net.viaduct.vtep.output;

import net.viaduct.io.Frame;
import net.viaduct.vtep.tables.Network;
import net.viaduct.wire.tunnel.VxlanHeader;

/**
 * Writes the VXLAN header into the headroom directly in front of a frame (R1). Stateless: safe from
 * any thread.
 */
public final class Encapsulator {
  /** An encapsulator. */
  public Encapsulator() {}

  /** Encapsulates; the frame itself stays as it is, so that ports can take it too. */
  public void encapsulate(Network network, Frame frame) {
    frame.prepend(VxlanHeader.SIZE_BYTES);
    VxlanHeader.write(frame.memory(), frame.start(), network.vni());
    frame.strip(VxlanHeader.SIZE_BYTES);
  }
}
