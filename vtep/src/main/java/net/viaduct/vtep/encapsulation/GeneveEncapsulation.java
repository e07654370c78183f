package net.viaduct.vtep.encapsulation;

import net.viaduct.io.Frame;
import net.viaduct.vtep.DropReason;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.Malformation;
import net.viaduct.wire.tunnel.GeneveHeader;
import org.jspecify.annotations.Nullable;

/**
 * Geneve without options (R18 to R21). Options that arrive are checked and, as we know none,
 * ignored; a critical one makes a drop. Stateless: safe from any thread.
 */
final class GeneveEncapsulation implements Encapsulation {
  GeneveEncapsulation() {}

  @Override
  public int headerBytes() {
    return GeneveHeader.MIN_SIZE_BYTES;
  }

  @Override
  public void write(Frame frame, int vni, int flowHash) {
    GeneveHeader.write(frame.memory(), frame.start() - GeneveHeader.MIN_SIZE_BYTES, vni);
  }

  @Override
  public @Nullable DropReason read(Frame datagram, TunnelHeader header) {
    var s = datagram.memory();
    long at = datagram.start();
    if (datagram.lengthBytes() < GeneveHeader.MIN_SIZE_BYTES) {
      return DropReason.DATAGRAM_TOO_SHORT;
    }
    Malformation malformation = GeneveHeader.check(s, at, datagram.lengthBytes());
    if (malformation != null) {
      return malformation == Malformation.BAD_VERSION
          ? DropReason.UNKNOWN_TUNNEL_VERSION
          : DropReason.INVALID_TUNNEL_HEADER;
    }
    if (GeneveHeader.isControl(s, at)) {
      return DropReason.CONTROL_DATAGRAM;
    }
    if (GeneveHeader.hasCriticalOptions(s, at)) {
      return DropReason.UNKNOWN_CRITICAL_OPTION;
    }
    if (GeneveHeader.protocolType(s, at) != EtherType.TRANSPARENT_ETHERNET) {
      return DropReason.UNKNOWN_INNER_PROTOCOL;
    }
    boolean reserved = !GeneveHeader.reservedBitsAreZero(s, at);
    header.set(
        EncapsulationType.GENEVE, GeneveHeader.sizeBytes(s, at), GeneveHeader.vni(s, at), reserved);
    return null;
  }
}
