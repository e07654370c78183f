package net.viaduct.vtep.multicast;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.vtep.multicast.membership.MembershipReport;
import net.viaduct.vtep.multicast.membership.MembershipReport.Kind;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.multicast.IgmpMessage;

/**
 * Reads IGMP of all versions: reports are told to the network, a query is kept. What is malformed
 * is not heeded. Owned by the data-path thread.
 */
final class IgmpReader {
  private static final long NS_PER_DECISECOND = 100_000_000L;
  private static final long NS_PER_SECOND = 1_000_000_000L;

  private final MembershipReport report = new MembershipReport();
  private final HeardQuery query = new HeardQuery().of(true);

  IgmpReader() {}

  /** Reads a message; true if it is a query. */
  boolean read(SnoopedNetwork network, Object place, Frame frame, FlowKey key, long nowNs) {
    MemorySegment s = frame.memory();
    long at = frame.start() + key.transportOffset();
    int bytes = key.networkEnd() - key.transportOffset();
    if (IgmpMessage.check(s, at, bytes) != null || !IgmpMessage.hasValidChecksum(s, at, bytes)) {
      return false;
    }
    switch (IgmpMessage.type(s, at)) {
      case IgmpMessage.QUERY -> {
        readQuery(s, at, bytes);
        return true;
      }
      case IgmpMessage.V1_REPORT -> old(Kind.JOIN, 1, s, at);
      case IgmpMessage.V2_REPORT -> old(Kind.JOIN, 2, s, at);
      case IgmpMessage.LEAVE -> old(Kind.CHANGE_TO_INCLUDE, 2, s, at);
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

  private void readQuery(MemorySegment s, long at, int bytes) {
    int version = IgmpMessage.queryVersion(s, at, bytes);
    boolean third = version == 3;
    query.version(version);
    long answerNs = IgmpMessage.maxResponseTimeDeciseconds(s, at, version) * NS_PER_DECISECOND;
    MembershipReport asked =
        query.begin(
            0,
            IpAddress.ipv4Low(IgmpMessage.group(s, at)),
            answerNs,
            third ? IgmpMessage.queryIntervalSeconds(s, at) * NS_PER_SECOND : 0,
            third && IgmpMessage.suppressesRouters(s, at));
    for (int i = 0; third && i < IgmpMessage.querySources(s, at); i++) {
      asked.source(0, IpAddress.ipv4Low(IgmpMessage.querySource(s, at, i)));
    }
  }

  private void old(Kind kind, int version, MemorySegment s, long at) {
    report.begin(kind, version, 0, IpAddress.ipv4Low(IgmpMessage.group(s, at)));
  }

  private void readRecords(
      SnoopedNetwork network, Object place, MemorySegment s, long at, long nowNs) {
    long recordAt = at + IgmpMessage.FIRST_RECORD_OFFSET;
    for (int i = IgmpMessage.records(s, at); i > 0; i--) {
      Kind kind = RecordKinds.of(s, recordAt);
      if (kind != null) {
        report.begin(kind, 3, 0, IpAddress.ipv4Low(IgmpMessage.recordGroup(s, recordAt)));
        for (int source = 0; RecordKinds.hasSource(kind, s, recordAt, source); source++) {
          report.source(0, IpAddress.ipv4Low(IgmpMessage.recordSource(s, recordAt, source)));
        }
        tell(network, place, nowNs);
      }
      recordAt += IgmpMessage.recordSizeBytes(s, recordAt);
    }
  }

  private void tell(SnoopedNetwork network, Object place, long nowNs) {
    network.onReport(place, report, true, nowNs);
  }
}
