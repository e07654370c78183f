package net.viaduct.wire;

import java.lang.foreign.MemorySegment;

/**
 * A VLAN tag, IEEE 802.1Q section 9; two in a row are QinQ (IEEE 802.1ad). Stateless: safe from any
 * thread. {@code at} is the first byte of the tag: the EtherType field of an {@link EthernetHeader}
 * is the first tag's TPID, and the EtherType proper, or the next tag, follows behind the tag.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------------------------------+-----+-+-----------------------+
 * |  TPID: 0x8100 or 0x88a8       | PCP |D|        VLAN id        |
 * +-------------------------------+-----+-+-----------------------+
 * </pre>
 */
public final class VlanTag {
  /** TPID and TCI. */
  public static final int SIZE_BYTES = 4;

  /** Where the first tag of a frame begins, counted from the frame's first byte. */
  public static final int FIRST_TAG_OFFSET = EthernetHeader.ADDRESSES_SIZE_BYTES;

  /** The largest VLAN id that a network may use; 4,095 is reserved. */
  public static final int MAX_VLAN_ID = 4094;

  private static final int TPID_OFFSET = 0;
  private static final int TCI_OFFSET = 2;
  private static final int NEXT_ETHER_TYPE_OFFSET = 4;
  private static final int VLAN_ID_MASK = 0x0fff;
  private static final int DROP_ELIGIBLE_FLAG = 0x1000;
  private static final int PRIORITY_SHIFT = 13;

  private VlanTag() {}

  /**
   * Whether a frame is tagged and has the whole of its first tag and the EtherType behind it.
   *
   * @param frameAt the frame's first byte
   * @param lengthBytes the frame's length
   */
  public static boolean isPresent(MemorySegment s, long frameAt, int lengthBytes) {
    return lengthBytes >= EthernetHeader.SIZE_BYTES + SIZE_BYTES
        && EtherType.isVlan(EthernetHeader.etherType(s, frameAt));
  }

  /**
   * Whether a frame has a tag that only carries a priority, and no other behind it: it belongs to
   * no VLAN (IEEE 802.1Q section 9.6).
   */
  public static boolean isPriorityOnly(MemorySegment s, long frameAt, int lengthBytes) {
    long tagAt = frameAt + FIRST_TAG_OFFSET;
    return isPresent(s, frameAt, lengthBytes)
        && vlanId(s, tagAt) == 0
        && !EtherType.isVlan(nextEtherType(s, tagAt));
  }

  /** The tag's own EtherType. */
  public static int tpid(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + TPID_OFFSET);
  }

  /** Priority, drop eligibility and VLAN id in one. */
  public static int tci(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + TCI_OFFSET);
  }

  /** VLAN id, 0 to 4,095; 0 means that the tag only carries a priority. */
  public static int vlanId(MemorySegment s, long at) {
    return tci(s, at) & VLAN_ID_MASK;
  }

  /** Priority code point, 0 to 7. */
  public static int priority(MemorySegment s, long at) {
    return tci(s, at) >>> PRIORITY_SHIFT;
  }

  /** Whether the frame may be dropped first. */
  public static boolean isDropEligible(MemorySegment s, long at) {
    return (tci(s, at) & DROP_ELIGIBLE_FLAG) != 0;
  }

  /** The EtherType behind the tag. */
  public static int nextEtherType(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + NEXT_ETHER_TYPE_OFFSET);
  }

  /**
   * Writes a tag.
   *
   * @param tpid {@link EtherType#VLAN} or {@link EtherType#SERVICE_VLAN}
   * @param tci priority, drop eligibility and VLAN id, 16 bits
   */
  public static void write(MemorySegment s, long at, int tpid, int tci) {
    NetworkOrder.u16(s, at + TPID_OFFSET, tpid);
    NetworkOrder.u16(s, at + TCI_OFFSET, tci);
  }

  /** The TCI of these parts. */
  public static int tciOf(int vlanId, int priority, boolean dropEligible) {
    return (vlanId & VLAN_ID_MASK)
        | ((priority & 7) << PRIORITY_SHIFT)
        | (dropEligible ? DROP_ELIGIBLE_FLAG : 0);
  }

  /**
   * Takes the first tag out of a frame: the addresses move back by {@link #SIZE_BYTES}, and the
   * frame begins at {@code frameAt + SIZE_BYTES} from now on.
   */
  public static void strip(MemorySegment s, long frameAt) {
    moveAddresses(s, frameAt, frameAt + SIZE_BYTES);
  }

  /**
   * Puts a tag into a frame: the addresses move forward by {@link #SIZE_BYTES}, and the frame
   * begins at {@code frameAt - SIZE_BYTES} from now on.
   */
  public static void insert(MemorySegment s, long frameAt, int tpid, int tci) {
    moveAddresses(s, frameAt, frameAt - SIZE_BYTES);
    write(s, frameAt - SIZE_BYTES + FIRST_TAG_OFFSET, tpid, tci);
  }

  private static void moveAddresses(MemorySegment s, long from, long to) {
    long first = NetworkOrder.i64(s, from);
    int rest = NetworkOrder.i32(s, from + 8);
    NetworkOrder.i64(s, to, first);
    NetworkOrder.i32(s, to + 8, rest);
  }
}
