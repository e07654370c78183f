package net.viaduct.vtep.multicast.querier;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.vtep.multicast.membership.MembershipTimes;
import net.viaduct.vtep.multicast.packet.ControlPacket;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.multicast.IgmpMessage;
import net.viaduct.wire.multicast.MldMessage;

/**
 * Writes queries of IGMPv3 (RFC 9776 section 4.1) and MLDv2 (RFC 9777 section 5.1), which machines
 * of older versions understand as queries of theirs. Stateless: safe from any thread.
 */
public final class QueryFrame {
  private static final int ALL_SYSTEMS = 0xe000_0001;
  private static final long ALL_NODES_HIGH = 0xff02_0000_0000_0000L;
  private static final long NS_PER_MS = 1_000_000L;
  private static final long NS_PER_SECOND = 1_000_000_000L;

  private QueryFrame() {}

  /**
   * Writes an IGMP query.
   *
   * @param group 0 to ask about all groups
   * @param answerNs within which time machines answer
   */
  public static void writeIgmp(
      Frame frame, long mac, int source, int group, long answerNs, MembershipTimes times) {
    long at = ControlPacket.clearIgmp(frame, IgmpMessage.V3_QUERY_SIZE_BYTES);
    int to = group == 0 ? ALL_SYSTEMS : group;
    ControlPacket.writeIgmp(frame, mac, source, to, IgmpMessage.V3_QUERY_SIZE_BYTES);
    MemorySegment s = frame.memory();
    int deciseconds = (int) (answerNs / (100 * NS_PER_MS));
    IgmpMessage.begin(s, at, IgmpMessage.QUERY, deciseconds, group);
    IgmpMessage.queryV3(s, at, times.robustness(), intervalSeconds(times), 0);
    IgmpMessage.writeChecksum(s, at, IgmpMessage.V3_QUERY_SIZE_BYTES);
  }

  /**
   * Writes an MLD query from the link-local address that belongs to the MAC address.
   *
   * @param group :: to ask about all groups
   * @param answerNs within which time machines answer
   */
  public static void writeMld(
      Frame frame, long mac, IpAddress group, long answerNs, MembershipTimes times) {
    long at = ControlPacket.clearMld(frame, MldMessage.V2_QUERY_SIZE_BYTES);
    boolean general = group.isUnspecified();
    long high = general ? ALL_NODES_HIGH : group.high();
    long low = general ? 1 : group.low();
    long ipAt = ControlPacket.writeMld(frame, mac, high, low, MldMessage.V2_QUERY_SIZE_BYTES);
    MemorySegment s = frame.memory();
    MldMessage.begin(s, at, MldMessage.QUERY, (int) (answerNs / NS_PER_MS));
    if (!general) {
      MldMessage.group(s, at, high, low);
    }
    MldMessage.queryV2(s, at, times.robustness(), intervalSeconds(times), 0);
    Icmpv6.writeChecksum(s, ipAt, at, MldMessage.V2_QUERY_SIZE_BYTES);
  }

  private static int intervalSeconds(MembershipTimes times) {
    return (int) Math.min(127, times.queryIntervalNs() / NS_PER_SECOND);
  }
}
