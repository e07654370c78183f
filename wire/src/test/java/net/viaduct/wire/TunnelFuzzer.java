package net.viaduct.wire;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.ip.InnerTrafficClass;
import net.viaduct.wire.tunnel.CopyRequest;
import net.viaduct.wire.tunnel.GeneveHeader;
import net.viaduct.wire.tunnel.GeneveOption;
import net.viaduct.wire.tunnel.NvgreHeader;
import net.viaduct.wire.tunnel.VxlanGbpHeader;
import net.viaduct.wire.tunnel.VxlanGpeHeader;
import net.viaduct.wire.tunnel.VxlanHeader;

/** Fuzzes the tunnel headers, and the traffic class of what is in a tunnel. */
final class TunnelFuzzer {
  private TunnelFuzzer() {}

  /** Jazzer's entry. */
  public static void fuzzerTestOneInput(byte[] data) {
    FuzzTarget.run(TunnelFuzzer::probe, data);
  }

  static int probe(MemorySegment s, long at, int lengthBytes) {
    int read = probeVxlan(s, at, lengthBytes);
    if (GeneveHeader.check(s, at, lengthBytes) == null) {
      read += GeneveHeader.vni(s, at) + GeneveHeader.protocolType(s, at);
      int end = GeneveHeader.sizeBytes(s, at);
      int offset = GeneveHeader.MIN_SIZE_BYTES;
      while (offset < end) {
        read += GeneveOption.optionClass(s, at + offset) + GeneveOption.type(s, at + offset);
        offset += GeneveOption.sizeBytes(s, at + offset);
      }
      FuzzTarget.require(offset == end, "options end where the header does");
    }
    if (NvgreHeader.check(s, at, lengthBytes) == null) {
      read += NvgreHeader.vsid(s, at) + NvgreHeader.flowId(s, at);
      read += NvgreHeader.protocolType(s, at) + (NvgreHeader.reservedBitsAreZero(s, at) ? 1 : 0);
    }
    if (CopyRequest.isPresent(s, at, lengthBytes)) {
      read += CopyRequest.seconds(s, at);
    }
    return read + probeTrafficClass(s, at, lengthBytes);
  }

  private static int probeVxlan(MemorySegment s, long at, int lengthBytes) {
    if (!VxlanHeader.fits(lengthBytes) || !VxlanGpeHeader.fits(lengthBytes)) {
      return 0;
    }
    int read = VxlanGbpHeader.group(s, at) + VxlanGpeHeader.nextProtocol(s, at);
    read += VxlanGbpHeader.hasGroup(s, at) && VxlanGbpHeader.forbidsLearning(s, at) ? 1 : 0;
    read += VxlanGbpHeader.reservedBitsAreZero(s, at) ? 1 : 0;
    read += VxlanGpeHeader.reservedBitsAreZero(s, at) ? 1 : 0;
    return read + VxlanGpeHeader.vni(s, at) + VxlanGpeHeader.version(s, at);
  }

  private static int probeTrafficClass(MemorySegment s, long at, int lengthBytes) {
    int offset = InnerTrafficClass.ipOffset(s, at, lengthBytes);
    if (offset < 0) {
      return 0;
    }
    int before = InnerTrafficClass.read(s, at + offset);
    InnerTrafficClass.write(s, at + offset, before ^ 0xff);
    FuzzTarget.require(
        InnerTrafficClass.read(s, at + offset) == (before ^ 0xff), "the traffic class was set");
    return before;
  }
}
