package net.viaduct.wire;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.dhcp.DhcpMessage;

/** Fuzzes {@link DhcpMessage}. */
final class DhcpFuzzer {
  private DhcpFuzzer() {}

  /** Jazzer's entry. */
  public static void fuzzerTestOneInput(byte[] data) {
    FuzzTarget.run(DhcpFuzzer::probe, data);
  }

  static int probe(MemorySegment s, long at, int lengthBytes) {
    if (DhcpMessage.check(s, at, lengthBytes) != null) {
      return 0;
    }
    int read = DhcpMessage.clientAddress(s, at) + DhcpMessage.yourAddress(s, at);
    read += (int) DhcpMessage.clientMac(s, at);
    read += (int) DhcpMessage.leaseSeconds(s, at, lengthBytes);
    return read + DhcpMessage.messageType(s, at, lengthBytes);
  }
}
