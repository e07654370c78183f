package net.viaduct.vtep.multicast;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.vtep.multicast.membership.MembershipReport;
import net.viaduct.vtep.multicast.membership.MembershipReport.Kind;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.multicast.MldMessage;

/**
 * Reads MLD of both versions: reports are told to the network, a query is kept. What is malformed,
 * or was not sent on this link (RFC 9777 section 5.2.13: hop limit 1, a link-local or no source),
 * is not heeded. Owned by the data-path thread.
 */
final class MldReader {
  private static final long NS_PER_MS = 1_000_000L;
  private static final long NS_PER_SECOND = 1_000_000_000L;

  private final MembershipReport report = new MembershipReport();
  private final HeardQuery query = new HeardQuery().of(false);

  MldReader() {}

  /** Reads a message, which may be no MLD at all; true if it is a query. */
  boolean read(SnoopedNetwork network, Object place, Frame frame, FlowKey key, long nowNs) {
    MemorySegment s = frame.memory();
    long at = frame.start() + key.transportOffset();
    int bytes = key.networkEnd() - key.transportOffset();
    if (bytes < Icmpv6.HEADER_SIZE_BYTES
        || !MldMessage.isType(Icmpv6.type(s, at))
        || !isSound(frame, key, at, bytes)) {
      return false;
    }
    switch (Icmpv6.type(s, at)) {
      case MldMessage.QUERY -> {
        readQuery(s, at, bytes);
        return isLinkLocal(key);
      }
      case MldMessage.V1_REPORT -> first(Kind.JOIN, s, at);
      case MldMessage.DONE -> first(Kind.CHANGE_TO_INCLUDE, s, at);
      default -> {
        readRecords(network, place, s, at, nowNs);
        return false;
      }
    }
    tell(network, place, nowNs);
    return false;
  }

  HeardQuery query() {
    return query;
  }

  private static boolean isSound(Frame frame, FlowKey key, long at, int bytes) {
    MemorySegment s = frame.memory();
    long ipAt = frame.start() + key.networkOffset();
    boolean unspecified = (key.sourceHigh() | key.sourceLow()) == 0;
    return Ipv6Header.hopLimit(s, ipAt) == 1
        && (unspecified || isLinkLocal(key))
        && MldMessage.check(s, at, bytes) == null
        && (frame.offload().isChecksumPartial() || Icmpv6.hasValidChecksum(s, ipAt, at, bytes));
  }

  private static boolean isLinkLocal(FlowKey key) {
    return key.sourceHigh() >>> 54 == 0x3fa; // fe80::/10
  }

  private void readQuery(MemorySegment s, long at, int bytes) {
    int version = MldMessage.queryVersion(bytes);
    boolean second = version == 2;
    query.version(version + 1);
    MembershipReport asked =
        query.begin(
            MldMessage.groupHigh(s, at),
            MldMessage.groupLow(s, at),
            MldMessage.maxResponseDelayMs(s, at, version) * NS_PER_MS,
            second ? MldMessage.queryIntervalSeconds(s, at) * NS_PER_SECOND : 0,
            second && MldMessage.suppressesRouters(s, at));
    for (int i = 0; second && i < MldMessage.querySources(s, at); i++) {
      asked.source(MldMessage.querySourceHigh(s, at, i), MldMessage.querySourceLow(s, at, i));
    }
  }

  private void first(Kind kind, MemorySegment s, long at) {
    report.begin(kind, 2, MldMessage.groupHigh(s, at), MldMessage.groupLow(s, at));
  }

  private void readRecords(
      SnoopedNetwork network, Object place, MemorySegment s, long at, long nowNs) {
    long recordAt = at + MldMessage.FIRST_RECORD_OFFSET;
    for (int i = MldMessage.records(s, at); i > 0; i--) {
      Kind kind = RecordKinds.of(s, recordAt);
      if (kind != null) {
        report.begin(
            kind,
            3,
            MldMessage.recordGroupHigh(s, recordAt),
            MldMessage.recordGroupLow(s, recordAt));
        for (int source = 0; RecordKinds.hasSource(kind, s, recordAt, source); source++) {
          report.source(
              MldMessage.recordSourceHigh(s, recordAt, source),
              MldMessage.recordSourceLow(s, recordAt, source));
        }
        tell(network, place, nowNs);
      }
      recordAt += MldMessage.recordSizeBytes(s, recordAt);
    }
  }

  private void tell(SnoopedNetwork network, Object place, long nowNs) {
    network.onReport(place, report, false, nowNs);
  }
}
