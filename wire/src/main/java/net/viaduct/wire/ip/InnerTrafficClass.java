package net.viaduct.wire.ip;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.Checksum;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.NetworkOrder;
import net.viaduct.wire.VlanTag;

/**
 * The traffic class (DSCP and ECN) of the IP packet in an Ethernet frame, behind up to {@value
 * #MOST_TAGS} VLAN tags. Stateless: safe from any thread; any bytes may be read.
 */
public final class InnerTrafficClass {
  /** The frame is no IP packet, or not a whole one. */
  public static final int NONE = -1;

  private static final int MOST_TAGS = 4;

  private InnerTrafficClass() {}

  /**
   * Where the IP header begins, counted from the frame's first byte, or {@link #NONE}.
   *
   * @param at the frame's first byte
   */
  public static int ipOffset(MemorySegment s, long at, int lengthBytes) {
    int typeOffset = EthernetHeader.ADDRESSES_SIZE_BYTES;
    for (int tags = 0; tags <= MOST_TAGS; tags++) {
      if (typeOffset + 2 > lengthBytes) {
        return NONE;
      }
      int type = NetworkOrder.u16(s, at + typeOffset);
      if (!EtherType.isVlan(type)) {
        int offset = typeOffset + 2;
        return isIp(s, at + offset, type, lengthBytes - offset) ? offset : NONE;
      }
      typeOffset += VlanTag.SIZE_BYTES;
    }
    return NONE;
  }

  private static boolean isIp(MemorySegment s, long ipAt, int type, int availableBytes) {
    return switch (type) {
      case EtherType.IPV4 -> Ipv4Header.checkHeader(s, ipAt, availableBytes) == null;
      case EtherType.IPV6 -> Ipv6Header.checkHeader(s, ipAt, availableBytes) == null;
      default -> false;
    };
  }

  /**
   * The traffic class, 0 to 255.
   *
   * @param ipAt where {@link #ipOffset} is
   */
  public static int read(MemorySegment s, long ipAt) {
    return Ipv4Header.version(s, ipAt) == 4
        ? Ipv4Header.trafficClass(s, ipAt)
        : Ipv6Header.trafficClass(s, ipAt);
  }

  /**
   * Sets the traffic class, and brings IPv4's checksum along: one that was wrong stays wrong.
   *
   * @param ipAt where {@link #ipOffset} is
   */
  public static void write(MemorySegment s, long ipAt, int value) {
    if (Ipv4Header.version(s, ipAt) != 4) {
      Ipv6Header.trafficClass(s, ipAt, value);
      return;
    }
    int before = NetworkOrder.u16(s, ipAt);
    Ipv4Header.trafficClass(s, ipAt, value);
    int checksum = Ipv4Header.checksum(s, ipAt);
    Ipv4Header.checksum(s, ipAt, Checksum.update(checksum, before, NetworkOrder.u16(s, ipAt)));
  }
}
