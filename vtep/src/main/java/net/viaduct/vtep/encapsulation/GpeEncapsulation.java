package net.viaduct.vtep.encapsulation;

import net.viaduct.io.Frame;
import net.viaduct.vtep.DropReason;
import net.viaduct.wire.tunnel.VxlanGpeHeader;
import org.jspecify.annotations.Nullable;

/** VXLAN-GPE with Ethernet in it (R24). Stateless: safe from any thread. */
final class GpeEncapsulation implements Encapsulation {
  GpeEncapsulation() {}

  @Override
  public int headerBytes() {
    return VxlanGpeHeader.SIZE_BYTES;
  }

  @Override
  public void write(Frame frame, int vni, int flowHash) {
    VxlanGpeHeader.write(frame.memory(), frame.start() - VxlanGpeHeader.SIZE_BYTES, vni);
  }

  @Override
  public @Nullable DropReason read(Frame datagram, TunnelHeader header) {
    if (!VxlanGpeHeader.fits(datagram.lengthBytes())) {
      return DropReason.DATAGRAM_TOO_SHORT;
    }
    var s = datagram.memory();
    long at = datagram.start();
    if (VxlanGpeHeader.version(s, at) != VxlanGpeHeader.VERSION) {
      return DropReason.UNKNOWN_TUNNEL_VERSION;
    }
    if (!VxlanGpeHeader.hasValidVni(s, at)) {
      return DropReason.VNI_FLAG_MISSING;
    }
    if (VxlanGpeHeader.isControl(s, at)) {
      return DropReason.CONTROL_DATAGRAM;
    }
    if (VxlanGpeHeader.nextProtocol(s, at) != VxlanGpeHeader.NEXT_ETHERNET) {
      return DropReason.UNKNOWN_INNER_PROTOCOL;
    }
    boolean reserved = !VxlanGpeHeader.reservedBitsAreZero(s, at);
    header.set(
        EncapsulationType.VXLAN_GPE,
        VxlanGpeHeader.SIZE_BYTES,
        VxlanGpeHeader.vni(s, at),
        reserved);
    return null;
  }
}
