package net.viaduct.wire;

import static net.viaduct.wire.FuzzTarget.require;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6ExtensionHeaders;
import net.viaduct.wire.ip.Ipv6Header;

/** Fuzzes {@link Ipv4Header}, {@link Ipv6Header} and {@link Ipv6ExtensionHeaders}. */
final class IpFuzzer {
  private IpFuzzer() {}

  /** Jazzer's entry. */
  public static void fuzzerTestOneInput(byte[] data) {
    FuzzTarget.run(IpFuzzer::probe, data);
  }

  static int probe(MemorySegment s, long at, int lengthBytes) {
    int read = 0;
    if (Ipv4Header.check(s, at, lengthBytes) == null) {
      read += Ipv4Header.hasValidChecksum(s, at) ? 1 : 0;
      read += Ipv4Header.source(s, at) + Ipv4Header.destination(s, at);
      read += Ipv4Header.fragmentOffsetBytes(s, at) + Ipv4Header.protocol(s, at);
      require(Ipv4Header.totalLengthBytes(s, at) <= lengthBytes, "total length");
    }
    if (Ipv6Header.check(s, at, lengthBytes) == null) {
      int packetBytes = Ipv6Header.SIZE_BYTES + Ipv6Header.payloadLengthBytes(s, at);
      require(packetBytes <= lengthBytes, "payload length");
      long walk = Ipv6ExtensionHeaders.walk(s, at, packetBytes);
      require(Ipv6ExtensionHeaders.offsetBytes(walk) <= packetBytes, "end of the chain");
      require(
          Ipv6ExtensionHeaders.isBroken(walk)
              || Ipv6ExtensionHeaders.isLaterFragment(walk)
              || !Ipv6ExtensionHeaders.isExtension(Ipv6ExtensionHeaders.protocol(walk)),
          "the chain is not at its end");
      read += (int) (walk ^ Ipv6Header.destinationLow(s, at) ^ Ipv6Header.sourceHigh(s, at));
    }
    return read;
  }
}
