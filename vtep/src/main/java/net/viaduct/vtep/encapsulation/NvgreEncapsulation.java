package net.viaduct.vtep.encapsulation;

import net.viaduct.io.Frame;
import net.viaduct.vtep.DropReason;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.Malformation;
import net.viaduct.wire.tunnel.NvgreHeader;
import org.jspecify.annotations.Nullable;

/**
 * NVGRE (R23). To a peer that knows GRE with one key only, the key is a VSID times 256, as long as
 * no flows are told apart: then the hash is 0. Stateless: safe from any thread.
 */
final class NvgreEncapsulation implements Encapsulation {
  private static final int FLOW_ID_SHIFT = 24;

  NvgreEncapsulation() {}

  @Override
  public int headerBytes() {
    return NvgreHeader.SIZE_BYTES;
  }

  @Override
  public boolean carriesTags() {
    return false;
  }

  @Override
  public void write(Frame frame, int vni, int flowHash) {
    NvgreHeader.write(
        frame.memory(), frame.start() - NvgreHeader.SIZE_BYTES, vni, flowHash >>> FLOW_ID_SHIFT);
  }

  @Override
  public @Nullable DropReason read(Frame datagram, TunnelHeader header) {
    var s = datagram.memory();
    long at = datagram.start();
    if (datagram.lengthBytes() < NvgreHeader.SIZE_BYTES) {
      return DropReason.DATAGRAM_TOO_SHORT;
    }
    Malformation malformation = NvgreHeader.check(s, at, datagram.lengthBytes());
    if (malformation != null) {
      return malformation == Malformation.BAD_VERSION
          ? DropReason.UNKNOWN_TUNNEL_VERSION
          : DropReason.INVALID_TUNNEL_HEADER;
    }
    if (NvgreHeader.protocolType(s, at) != EtherType.TRANSPARENT_ETHERNET) {
      return DropReason.UNKNOWN_INNER_PROTOCOL;
    }
    int vsid = NvgreHeader.vsid(s, at);
    if (!NvgreHeader.isTenantVsid(vsid)) {
      return DropReason.RESERVED_VSID;
    }
    header.set(
        EncapsulationType.NVGRE,
        NvgreHeader.SIZE_BYTES,
        vsid,
        !NvgreHeader.reservedBitsAreZero(s, at));
    return null;
  }
}
