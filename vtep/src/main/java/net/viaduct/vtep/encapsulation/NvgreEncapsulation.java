package net.viaduct.vtep.encapsulation;

import net.viaduct.io.Frame;
import net.viaduct.vtep.DropReason;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.Malformation;
import net.viaduct.wire.tunnel.NvgreHeader;
import org.jspecify.annotations.Nullable;

/**
 * NVGRE (R23), which is GRE with a key of two parts to those who know no more than that: a peer
 * whose key is a VSID times 256. Stateless: safe from any thread.
 */
final class NvgreEncapsulation implements Encapsulation {
  /** A peer that speaks of one key only would not know other flow ids. */
  private static final int NO_FLOW_ID = 0;

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
    NvgreHeader.write(frame.memory(), frame.start() - NvgreHeader.SIZE_BYTES, vni, NO_FLOW_ID);
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
