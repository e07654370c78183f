package net.viaduct.vtep.multicast;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import net.viaduct.io.Frame;
import net.viaduct.vtep.behaviour.MulticastFrames;
import net.viaduct.vtep.multicast.membership.MembershipTimes;
import net.viaduct.vtep.multicast.querier.QueryFrame;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.multicast.IgmpMessage;
import net.viaduct.wire.multicast.MldMessage;

/** What multicast routers ask. Stateless. */
final class QueryFrames {
  private static final MembershipTimes TIMES =
      new MembershipTimes(125_000_000_000L, 10_000_000_000L, 1_000_000_000L, 2);
  private static final IpAddress ALL_NODES = IpAddress.parse("ff02::1");
  private static final int IPV6 = 14;
  private static final int MLD = IPV6 + 40;

  private QueryFrames() {}

  /** IGMPv3. */
  static byte[] igmp3(long mac, int source, int group, int deciseconds) {
    Frame frame = new Frame(Arena.ofAuto().allocate(Frame.SLOT_BYTES, 64), 0);
    QueryFrame.writeIgmp(frame, mac, source, group, deciseconds * 100_000_000L, TIMES);
    return bytes(frame);
  }

  private static byte[] bytes(Frame frame) {
    return frame
        .memory()
        .asSlice(frame.start(), frame.lengthBytes())
        .toArray(ValueLayout.JAVA_BYTE);
  }

  /** IGMPv1, which has no time to answer. */
  static byte[] igmp1(long mac, int source) {
    byte[] frame = MulticastFrames.query(mac, source);
    MemorySegment s = MemorySegment.ofArray(frame);
    int at = frame.length - IgmpMessage.MIN_SIZE_BYTES;
    IgmpMessage.begin(s, at, IgmpMessage.QUERY, 0, 0);
    IgmpMessage.writeChecksum(s, at, IgmpMessage.MIN_SIZE_BYTES);
    return frame;
  }

  /** MLDv2. */
  static byte[] mld2(long mac) {
    byte[] frame = mld1(mac);
    byte[] longer = Arrays.copyOf(frame, MLD + MldMessage.V2_QUERY_SIZE_BYTES);
    MemorySegment s = MemorySegment.ofArray(longer);
    Ipv6Header.begin(s, IPV6, IpProtocol.ICMPV6, MldMessage.V2_QUERY_SIZE_BYTES);
    restoreAddresses(frame, longer);
    MldMessage.queryV2(s, MLD, 2, 125, 0);
    Icmpv6.writeChecksum(s, IPV6, MLD, MldMessage.V2_QUERY_SIZE_BYTES);
    return longer;
  }

  private static void restoreAddresses(byte[] from, byte[] to) {
    System.arraycopy(from, IPV6 + 7, to, IPV6 + 7, 33); // hop limit and addresses
  }

  /** MLDv1. */
  static byte[] mld1(long mac) {
    byte[] frame = MulticastFrames.byVersion1(mac, MldMessage.QUERY, ALL_NODES);
    MemorySegment s = MemorySegment.ofArray(frame);
    MldMessage.begin(s, MLD, MldMessage.QUERY, 10_000);
    Icmpv6.writeChecksum(s, IPV6, MLD, MldMessage.V1_SIZE_BYTES);
    return frame;
  }

  /** How many of the frames are questions about a group of IPv4. */
  static int questionsAbout(int group, List<byte[]> frames) {
    int questions = 0;
    for (byte[] frame : frames) {
      MemorySegment s = MemorySegment.ofArray(frame);
      FlowKey key = new FlowKey();
      key.parse(s, 0, frame.length);
      if (key.ipProtocol() == IpProtocol.IGMP
          && IgmpMessage.type(s, key.transportOffset()) == IgmpMessage.QUERY
          && IgmpMessage.group(s, key.transportOffset()) == group) {
        questions++;
      }
    }
    return questions;
  }
}
