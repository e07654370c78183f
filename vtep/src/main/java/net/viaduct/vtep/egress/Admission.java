package net.viaduct.vtep.egress;

import net.viaduct.io.Frame;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.forward.FrameRules;
import net.viaduct.vtep.output.SuperFrames;
import net.viaduct.vtep.tables.Network;
import net.viaduct.wire.EthernetHeader;
import org.jspecify.annotations.Nullable;

/** Whether a frame from a port may go on. Stateless: safe from any thread. */
final class Admission {
  /** Why not, or null. */
  @Nullable DropReason check(Frame frame, Network network) {
    if (!EthernetHeader.fits(frame.lengthBytes())) {
      return DropReason.FRAME_TOO_SHORT;
    }
    if (network.stripsTags()) {
      FrameRules.stripTags(frame);
    }
    return SuperFrames.isSound(frame)
        ? FrameRules.check(frame, network)
        : DropReason.INVALID_OFFLOAD;
  }
}
