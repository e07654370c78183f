package net.viaduct.vtep.encapsulation;

import net.viaduct.io.Frame;
import net.viaduct.vtep.DropReason;
import net.viaduct.wire.tunnel.VxlanGbpHeader;
import net.viaduct.wire.tunnel.VxlanHeader;
import org.jspecify.annotations.Nullable;

/**
 * VXLAN with the group that a frame belongs to (R25); a frame without a group goes as plain VXLAN.
 * Stateless: safe from any thread.
 */
final class GroupEncapsulation implements Encapsulation {
  GroupEncapsulation() {}

  @Override
  public int headerBytes() {
    return VxlanHeader.SIZE_BYTES;
  }

  @Override
  public void write(Frame frame, int vni, int flowHash) {
    long at = frame.start() - VxlanHeader.SIZE_BYTES;
    if (frame.group() == Frame.NO_GROUP) {
      VxlanHeader.write(frame.memory(), at, vni);
    } else {
      VxlanGbpHeader.write(frame.memory(), at, vni, frame.group(), frame.isPolicyApplied());
    }
  }

  @Override
  public @Nullable DropReason read(Frame datagram, TunnelHeader header) {
    return VxlanEncapsulation.readVxlan(datagram, header);
  }
}
