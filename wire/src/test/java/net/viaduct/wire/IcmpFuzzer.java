package net.viaduct.wire;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.ip.Icmpv4;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6ExtensionHeaders;
import net.viaduct.wire.ip.Ipv6Header;

/** Fuzzes {@link Icmpv4} and {@link Icmpv6} with the headers that errors quote. */
final class IcmpFuzzer {
  private IcmpFuzzer() {}

  /** Jazzer's entry. */
  public static void fuzzerTestOneInput(byte[] data) {
    FuzzTarget.run(IcmpFuzzer::probe, data);
  }

  static int probe(MemorySegment s, long at, int lengthBytes) {
    if (Icmpv4.check(lengthBytes) != null || Icmpv6.check(lengthBytes) != null) {
      return 0;
    }
    int read = Icmpv4.hasValidChecksum(s, at, lengthBytes) ? 1 : 0;
    read += Icmpv4.identifier(s, at) + Icmpv4.nextHopMtuBytes(s, at);
    read += (int) Icmpv6.mtuBytes(s, at);
    long quotedAt = at + Icmpv4.HEADER_SIZE_BYTES;
    int quotedBytes = lengthBytes - Icmpv4.HEADER_SIZE_BYTES;
    if (Icmpv4.isError(s, at) && Ipv4Header.checkHeader(s, quotedAt, quotedBytes) == null) {
      read += Checksum.sum(s, quotedAt, Ipv4Header.sizeBytes(s, quotedAt));
    }
    if (Icmpv6.isError(s, at) && Ipv6Header.checkHeader(s, quotedAt, quotedBytes) == null) {
      read += (int) Ipv6ExtensionHeaders.walk(s, quotedAt, quotedBytes);
      read += Icmpv6.hasValidChecksum(s, quotedAt, at, lengthBytes) ? 1 : 0;
    }
    return read;
  }
}
