package net.viaduct.vtep.ingress;

import net.viaduct.io.Frame;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.forward.FrameRules;
import net.viaduct.vtep.tables.Network;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.tunnel.VxlanHeader;
import org.jspecify.annotations.Nullable;

/** Takes the inner frame out of a datagram. Stateless: safe from any thread. */
final class Decapsulator {
  /** Strips the VXLAN header; why the inner frame does not go on, or null. */
  @Nullable DropReason decapsulate(Frame frame, Network network) {
    frame.strip(VxlanHeader.SIZE_BYTES);
    if (network.stripsTags()) {
      FrameRules.stripPriority(frame);
    }
    return EthernetHeader.fits(frame.lengthBytes())
        ? FrameRules.check(frame, network)
        : DropReason.INNER_FRAME_TOO_SHORT;
  }
}
