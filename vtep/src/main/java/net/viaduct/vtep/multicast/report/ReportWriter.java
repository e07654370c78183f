package net.viaduct.vtep.multicast.report;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.forward.Originator;
import net.viaduct.vtep.multicast.membership.Group;
import net.viaduct.vtep.multicast.membership.WantedSources;
import net.viaduct.vtep.multicast.packet.ControlPacket;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.multicast.IgmpMessage;
import net.viaduct.wire.multicast.MldMessage;
import net.viaduct.wire.multicast.MulticastRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes the reports for one target in one pass: records of IGMPv3 and MLDv2 together in as few
 * messages as there can be, a message for each group in older versions. Owned by the data-path
 * thread.
 */
public final class ReportWriter {
  /** Most messages of a pass; what is due beyond waits for the next. */
  static final int MOST_MESSAGES = 64;

  /** Every link that carries IPv6 carries packets of that size. */
  private static final int MOST_FRAME_BYTES = 14 + 1280;

  private static final int ALL_ROUTERS = 0xe000_0002;
  private static final int ALL_IGMPV3_ROUTERS = 0xe000_0016;
  private static final long LINK_SCOPE_HIGH = 0xff02_0000_0000_0000L;
  private static final long ALL_ROUTERS_LOW = 2;
  private static final long ALL_MLDV2_ROUTERS_LOW = 0x16;

  private final Originator originator;
  private final long mac;
  private @Nullable ReportTarget target;
  private @Nullable Frame frame;
  private boolean ipv4;
  private int source;
  private int version;
  private int records;
  private int messageBytes;
  private int messages;

  /**
   * Writes as a host.
   *
   * @param mac of the host inside networks
   */
  public ReportWriter(Originator originator, long mac) {
    this.originator = originator;
    this.mac = mac;
  }

  /**
   * Begins.
   *
   * @param ipv4Source of IGMP; 0 is a host without an address there (RFC 4541 section 2.1.1)
   * @param igmpVersion to speak: 1 to 3; MLD's 1 is IGMP's 2, and its 2 is 3
   */
  void begin(ReportTarget to, int ipv4Source, boolean isIpv4, int igmpVersion) {
    target = to;
    source = ipv4Source;
    ipv4 = isIpv4;
    version = igmpVersion;
    messages = 0;
    frame = null;
  }

  /** Whether there may be another message, should one be needed. */
  boolean hasRoom() {
    return messages < MOST_MESSAGES;
  }

  /** Tells what is wanted of a group, because that changed. */
  void change(Group group, WantedSources wanted) {
    write(
        group,
        wanted,
        wanted.isAny() ? MulticastRecord.CHANGE_TO_EXCLUDE : MulticastRecord.CHANGE_TO_INCLUDE);
  }

  /** Tells what is wanted of a group, because somebody asked. */
  void state(Group group, WantedSources wanted) {
    write(
        group,
        wanted,
        wanted.isAny() ? MulticastRecord.MODE_IS_EXCLUDE : MulticastRecord.MODE_IS_INCLUDE);
  }

  private void write(Group group, WantedSources wanted, int recordType) {
    if (version < 3) {
      writeOld(group, wanted.isNothing());
      return;
    }
    int bytes = ipv4 ? recordBytes(8, 4, wanted) : recordBytes(20, 16, wanted);
    Frame open = frame;
    if (open != null && offset() + messageBytes + bytes > MOST_FRAME_BYTES) {
      finish();
      open = null;
    }
    if (open == null) {
      open = begin();
    }
    long at = open.start() + offset() + messageBytes;
    if (ipv4) {
      writeIgmpRecord(open.memory(), at, group, wanted, recordType);
    } else {
      writeMldRecord(open.memory(), at, group, wanted, recordType);
    }
    records++;
    messageBytes += bytes;
  }

  private int offset() {
    return ipv4 ? ControlPacket.IGMP_OFFSET : ControlPacket.MLD_OFFSET;
  }

  private static int recordBytes(int headerBytes, int addressBytes, WantedSources wanted) {
    return headerBytes + addressBytes * wanted.count();
  }

  private Frame begin() {
    Frame begun = originator.next(Direction.EGRESS);
    if (ipv4) {
      ControlPacket.clearIgmp(begun, IgmpMessage.FIRST_RECORD_OFFSET);
      messageBytes = IgmpMessage.FIRST_RECORD_OFFSET;
    } else {
      ControlPacket.clearMld(begun, MldMessage.FIRST_RECORD_OFFSET);
      messageBytes = MldMessage.FIRST_RECORD_OFFSET;
    }
    begun.lengthBytes(MOST_FRAME_BYTES);
    records = 0;
    messages++;
    frame = begun;
    return begun;
  }

  private static void writeIgmpRecord(
      MemorySegment s, long at, Group group, WantedSources wanted, int recordType) {
    IgmpMessage.beginRecord(s, at, recordType, wanted.count(), (int) group.low());
    for (int i = 0; i < wanted.count(); i++) {
      IgmpMessage.recordSource(s, at, i, (int) wanted.low(i));
    }
  }

  private static void writeMldRecord(
      MemorySegment s, long at, Group group, WantedSources wanted, int recordType) {
    MldMessage.beginRecord(s, at, recordType, wanted.count());
    MldMessage.recordAddress(s, at, 0, group.high(), group.low());
    for (int i = 0; i < wanted.count(); i++) {
      MldMessage.recordAddress(s, at, i + 1, wanted.high(i), wanted.low(i));
    }
  }

  /** Sends what was begun. */
  void finish() {
    Frame open = frame;
    ReportTarget to = target;
    if (open == null || to == null) {
      return;
    }
    frame = null;
    MemorySegment s = open.memory();
    long at = open.start() + offset();
    if (ipv4) {
      IgmpMessage.beginV3Report(s, at, records);
      IgmpMessage.writeChecksum(s, at, messageBytes);
      ControlPacket.writeIgmp(open, mac, source, ALL_IGMPV3_ROUTERS, messageBytes);
    } else {
      MldMessage.beginV2Report(s, at, records);
      long ipAt =
          ControlPacket.writeMld(open, mac, LINK_SCOPE_HIGH, ALL_MLDV2_ROUTERS_LOW, messageBytes);
      Icmpv6.writeChecksum(s, ipAt, at, messageBytes);
    }
    to.send(originator, open);
  }

  /** Older versions know groups only, and version 1 does not say that one is left. */
  private void writeOld(Group group, boolean left) {
    ReportTarget to = target;
    if (to == null || (left && version == 1)) {
      return;
    }
    messages++;
    Frame whole = originator.next(Direction.EGRESS);
    if (ipv4) {
      int type =
          left ? IgmpMessage.LEAVE : version == 1 ? IgmpMessage.V1_REPORT : IgmpMessage.V2_REPORT;
      int address = (int) group.low();
      long at = ControlPacket.clearIgmp(whole, IgmpMessage.MIN_SIZE_BYTES);
      IgmpMessage.begin(whole.memory(), at, type, 0, address);
      IgmpMessage.writeChecksum(whole.memory(), at, IgmpMessage.MIN_SIZE_BYTES);
      ControlPacket.writeIgmp(
          whole, mac, source, left ? ALL_ROUTERS : address, IgmpMessage.MIN_SIZE_BYTES);
    } else {
      long at = ControlPacket.clearMld(whole, MldMessage.V1_SIZE_BYTES);
      MldMessage.begin(whole.memory(), at, left ? MldMessage.DONE : MldMessage.V1_REPORT, 0);
      MldMessage.group(whole.memory(), at, group.high(), group.low());
      long ipAt =
          ControlPacket.writeMld(
              whole,
              mac,
              left ? LINK_SCOPE_HIGH : group.high(),
              left ? ALL_ROUTERS_LOW : group.low(),
              MldMessage.V1_SIZE_BYTES);
      Icmpv6.writeChecksum(whole.memory(), ipAt, at, MldMessage.V1_SIZE_BYTES);
    }
    to.send(originator, whole);
  }
}
