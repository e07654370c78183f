package net.viaduct.vtep.encapsulation;

import net.viaduct.io.Frame;
import net.viaduct.vtep.DropReason;
import net.viaduct.wire.tunnel.VxlanGbpHeader;
import net.viaduct.wire.tunnel.VxlanHeader;
import org.jspecify.annotations.Nullable;

/**
 * Plain VXLAN (R1). A group that somebody sends all the same is read; whether it means anything is
 * its network's affair. Stateless: safe from any thread.
 */
final class VxlanEncapsulation implements Encapsulation {
  VxlanEncapsulation() {}

  @Override
  public int headerBytes() {
    return VxlanHeader.SIZE_BYTES;
  }

  @Override
  public void write(Frame frame, int vni, int flowHash) {
    VxlanHeader.write(frame.memory(), frame.start() - VxlanHeader.SIZE_BYTES, vni);
  }

  @Override
  public @Nullable DropReason read(Frame datagram, TunnelHeader header) {
    return readVxlan(datagram, header);
  }

  static @Nullable DropReason readVxlan(Frame datagram, TunnelHeader header) {
    if (!VxlanHeader.fits(datagram.lengthBytes())) {
      return DropReason.DATAGRAM_TOO_SHORT;
    }
    var s = datagram.memory();
    long at = datagram.start();
    if (!VxlanHeader.hasValidVni(s, at)) {
      return DropReason.VNI_FLAG_MISSING;
    }
    boolean reserved = !VxlanGbpHeader.reservedBitsAreZero(s, at);
    header.set(EncapsulationType.VXLAN, VxlanHeader.SIZE_BYTES, VxlanHeader.vni(s, at), reserved);
    if (VxlanGbpHeader.hasGroup(s, at)) {
      header.group(
          VxlanGbpHeader.group(s, at),
          VxlanGbpHeader.forbidsLearning(s, at),
          VxlanGbpHeader.isPolicyApplied(s, at));
    }
    return null;
  }
}
