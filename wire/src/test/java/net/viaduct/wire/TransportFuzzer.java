package net.viaduct.wire;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.ip.TcpHeader;
import net.viaduct.wire.ip.UdpHeader;
import net.viaduct.wire.tunnel.VxlanHeader;

/** Fuzzes {@link UdpHeader}, {@link TcpHeader} and {@link VxlanHeader}. */
final class TransportFuzzer {
  private TransportFuzzer() {}

  /** Jazzer's entry. */
  public static void fuzzerTestOneInput(byte[] data) {
    FuzzTarget.run(TransportFuzzer::probe, data);
  }

  static int probe(MemorySegment s, long at, int lengthBytes) {
    int read = 0;
    if (UdpHeader.check(s, at, lengthBytes) == null) {
      int payloadBytes = UdpHeader.lengthBytes(s, at) - UdpHeader.SIZE_BYTES;
      read += UdpHeader.sourcePort(s, at) + UdpHeader.checksum(s, at);
      if (VxlanHeader.fits(payloadBytes)) {
        long vxlanAt = at + UdpHeader.SIZE_BYTES;
        read += VxlanHeader.vni(s, vxlanAt);
        read += VxlanHeader.hasValidVni(s, vxlanAt) ? 1 : 0;
        read += VxlanHeader.reservedBitsAreZero(s, vxlanAt) ? 1 : 0;
      }
    }
    if (TcpHeader.check(s, at, lengthBytes) == null) {
      read += Checksum.sum(s, at, TcpHeader.sizeBytes(s, at));
      read += TcpHeader.sequence(s, at) + TcpHeader.urgentPointer(s, at);
    }
    return read;
  }
}
