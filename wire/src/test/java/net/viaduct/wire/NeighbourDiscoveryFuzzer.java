package net.viaduct.wire;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.neighbour.NeighbourDiscovery;
import net.viaduct.wire.neighbour.NeighbourOption;

/** Fuzzes {@link NeighbourDiscovery} and {@link NeighbourOption}: an IPv6 header and a message. */
final class NeighbourDiscoveryFuzzer {
  private NeighbourDiscoveryFuzzer() {}

  /** Jazzer's entry. */
  public static void fuzzerTestOneInput(byte[] data) {
    FuzzTarget.run(NeighbourDiscoveryFuzzer::probe, data);
  }

  static int probe(MemorySegment s, long at, int lengthBytes) {
    if (Ipv6Header.checkHeader(s, at, lengthBytes) != null) {
      return 0;
    }
    int headerBytes = Ipv6Header.SIZE_BYTES;
    return probe(s, at, at + headerBytes, lengthBytes - headerBytes);
  }

  static int probe(MemorySegment s, long ipAt, long at, int lengthBytes) {
    if (NeighbourDiscovery.check(s, ipAt, at, lengthBytes) != null) {
      return 0;
    }
    int type = Icmpv6.type(s, at);
    int read = NeighbourDiscovery.flags(s, at);
    if (type == NeighbourDiscovery.ROUTER_ADVERTISEMENT) {
      read += (int) NeighbourDiscovery.retransmitTimerMs(s, at);
    } else if (type != NeighbourDiscovery.ROUTER_SOLICITATION) {
      read += (int) NeighbourDiscovery.targetLow(s, at);
    }
    int sizeBytes = NeighbourDiscovery.sizeBytes(type);
    long end = at + lengthBytes;
    for (long o = at + sizeBytes; o < end; o += NeighbourOption.sizeBytes(s, o)) {
      read +=
          switch (NeighbourOption.type(s, o)) {
            case NeighbourOption.PREFIX_INFORMATION -> (int) NeighbourOption.prefixLow(s, o);
            case NeighbourOption.MTU -> (int) NeighbourOption.mtuBytes(s, o);
            default -> (int) NeighbourOption.mac(s, o);
          };
    }
    return read + NeighbourOption.find(s, at + sizeBytes, lengthBytes - sizeBytes, 2);
  }
}
