package net.viaduct.wire;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.neighbour.ArpPacket;

/** Fuzzes {@link ArpPacket}. */
final class ArpFuzzer {
  private ArpFuzzer() {}

  /** Jazzer's entry. */
  public static void fuzzerTestOneInput(byte[] data) {
    FuzzTarget.run(ArpFuzzer::probe, data);
  }

  static int probe(MemorySegment s, long at, int lengthBytes) {
    if (ArpPacket.check(s, at, lengthBytes) != null) {
      return 0;
    }
    int read = ArpPacket.operation(s, at) + ArpPacket.senderIp(s, at) + ArpPacket.targetIp(s, at);
    read += (int) (ArpPacket.senderMac(s, at) ^ ArpPacket.targetMac(s, at));
    return read + (ArpPacket.isGratuitous(s, at) || ArpPacket.isProbe(s, at) ? 1 : 0);
  }
}
