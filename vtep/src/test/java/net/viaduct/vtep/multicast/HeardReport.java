package net.viaduct.vtep.multicast;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.vtep.forward.HostAddress;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.multicast.IgmpMessage;
import net.viaduct.wire.multicast.MldMessage;
import net.viaduct.wire.multicast.MulticastRecord;

/**
 * What a report of IGMP or MLD says about one group.
 *
 * @param ours whether a host of ours wrote it
 * @param from its IP source
 * @param type of the message
 * @param record type of the record; 0 in older versions
 */
record HeardReport(
    boolean ours, IpAddress from, int type, int record, IpAddress group, List<IpAddress> sources) {

  /** All that the frames say, in their order; what is no report is left out. */
  static List<HeardReport> of(List<byte[]> frames) {
    List<HeardReport> all = new ArrayList<>();
    for (byte[] frame : frames) {
      MemorySegment s = MemorySegment.ofArray(frame);
      FlowKey key = new FlowKey();
      key.parse(s, 0, frame.length);
      if (key.ipProtocol() == IpProtocol.IGMP) {
        addIgmp(s, key, all);
      } else if (key.isIpv6() && key.ipProtocol() == IpProtocol.ICMPV6) {
        addMld(s, key, all);
      }
    }
    return all;
  }

  private static void addIgmp(MemorySegment s, FlowKey key, List<HeardReport> all) {
    long at = key.transportOffset();
    int bytes = key.networkEnd() - key.transportOffset();
    int type = IgmpMessage.type(s, at);
    if (IgmpMessage.check(s, at, bytes) != null || !IgmpMessage.hasValidChecksum(s, at, bytes)) {
      throw new AssertionError("damaged IGMP");
    }
    if (type != IgmpMessage.V3_REPORT) {
      if (type != IgmpMessage.QUERY) {
        all.add(of(s, key, type, 0, IpAddress.ofIpv4(IgmpMessage.group(s, at)), List.of()));
      }
      return;
    }
    long recordAt = at + IgmpMessage.FIRST_RECORD_OFFSET;
    for (int i = 0; i < IgmpMessage.records(s, at); i++) {
      List<IpAddress> sources = new ArrayList<>();
      for (int j = 0; j < MulticastRecord.sources(s, recordAt); j++) {
        sources.add(IpAddress.ofIpv4(IgmpMessage.recordSource(s, recordAt, j)));
      }
      IpAddress group = IpAddress.ofIpv4(IgmpMessage.recordGroup(s, recordAt));
      all.add(of(s, key, type, MulticastRecord.type(s, recordAt), group, sources));
      recordAt += IgmpMessage.recordSizeBytes(s, recordAt);
    }
  }

  private static void addMld(MemorySegment s, FlowKey key, List<HeardReport> all) {
    long at = key.transportOffset();
    int type = Icmpv6.type(s, at);
    if (!MldMessage.isType(type) || type == MldMessage.QUERY) {
      return;
    }
    if (type != MldMessage.V2_REPORT) {
      IpAddress group = new IpAddress(MldMessage.groupHigh(s, at), MldMessage.groupLow(s, at));
      all.add(of(s, key, type, 0, group, List.of()));
      return;
    }
    long recordAt = at + MldMessage.FIRST_RECORD_OFFSET;
    for (int i = 0; i < MldMessage.records(s, at); i++) {
      IpAddress group =
          new IpAddress(
              MldMessage.recordGroupHigh(s, recordAt), MldMessage.recordGroupLow(s, recordAt));
      all.add(of(s, key, type, MulticastRecord.type(s, recordAt), group, List.of()));
      recordAt += MldMessage.recordSizeBytes(s, recordAt);
    }
  }

  private static HeardReport of(
      MemorySegment s,
      FlowKey key,
      int type,
      int record,
      IpAddress group,
      List<IpAddress> sources) {
    boolean ours = HostAddress.isOurs(EthernetHeader.source(s, 0));
    IpAddress from = new IpAddress(key.sourceHigh(), key.sourceLow());
    return new HeardReport(ours, from, type, record, group, sources);
  }
}
