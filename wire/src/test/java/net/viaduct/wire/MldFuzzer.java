package net.viaduct.wire;

import static net.viaduct.wire.FuzzTarget.require;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.multicast.MldMessage;

/** Fuzzes {@link MldMessage}. */
final class MldFuzzer {
  private MldFuzzer() {}

  /** Jazzer's entry. */
  public static void fuzzerTestOneInput(byte[] data) {
    FuzzTarget.run(MldFuzzer::probe, data);
  }

  static int probe(MemorySegment s, long at, int lengthBytes) {
    if (MldMessage.check(s, at, lengthBytes) != null) {
      return 0;
    }
    int read = 0;
    if (Icmpv6.type(s, at) == MldMessage.V2_REPORT) {
      long recordAt = at + MldMessage.FIRST_RECORD_OFFSET;
      for (int i = 0; i < MldMessage.records(s, at); i++) {
        read += (int) MldMessage.recordGroupLow(s, recordAt);
        recordAt += MldMessage.recordSizeBytes(s, recordAt);
      }
      require(recordAt <= at + lengthBytes, "records");
      return read;
    }
    int version = MldMessage.queryVersion(lengthBytes);
    read += (int) MldMessage.groupLow(s, at) + MldMessage.maxResponseDelayMs(s, at, version);
    if (Icmpv6.type(s, at) == MldMessage.QUERY && version == 2) {
      read += MldMessage.robustness(s, at) + MldMessage.queryIntervalSeconds(s, at);
      long sourcesAt = at + MldMessage.V2_QUERY_SIZE_BYTES;
      int sources = MldMessage.querySources(s, at);
      if (sources > 0) {
        read += (int) NetworkOrder.i64(s, sourcesAt + (sources - 1) * 16L + 8);
      }
    }
    return read;
  }
}
