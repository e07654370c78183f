package net.viaduct.wire;

import static net.viaduct.wire.FuzzTarget.require;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.multicast.IgmpMessage;
import net.viaduct.wire.multicast.MulticastRecord;

/** Fuzzes {@link IgmpMessage}. */
final class IgmpFuzzer {
  private IgmpFuzzer() {}

  /** Jazzer's entry. */
  public static void fuzzerTestOneInput(byte[] data) {
    FuzzTarget.run(IgmpFuzzer::probe, data);
  }

  static int probe(MemorySegment s, long at, int lengthBytes) {
    if (IgmpMessage.check(s, at, lengthBytes) != null) {
      return 0;
    }
    int read = IgmpMessage.group(s, at);
    if (IgmpMessage.type(s, at) == IgmpMessage.V3_REPORT) {
      long recordAt = at + IgmpMessage.FIRST_RECORD_OFFSET;
      for (int i = 0; i < IgmpMessage.records(s, at); i++) {
        read += IgmpMessage.recordGroup(s, recordAt) + MulticastRecord.type(s, recordAt);
        for (int j = 0; j < MulticastRecord.sources(s, recordAt); j++) {
          read += IgmpMessage.recordSource(s, recordAt, j);
        }
        recordAt += IgmpMessage.recordSizeBytes(s, recordAt);
      }
      require(recordAt <= at + lengthBytes, "records");
    } else if (IgmpMessage.type(s, at) == IgmpMessage.QUERY) {
      int version = IgmpMessage.queryVersion(s, at, lengthBytes);
      read += IgmpMessage.maxResponseTimeDeciseconds(s, at, version);
      if (version == 3) {
        read += IgmpMessage.robustness(s, at) + IgmpMessage.queryIntervalSeconds(s, at);
        for (int j = 0; j < IgmpMessage.querySources(s, at); j++) {
          read += IgmpMessage.querySource(s, at, j);
        }
      }
    }
    return read;
  }
}
