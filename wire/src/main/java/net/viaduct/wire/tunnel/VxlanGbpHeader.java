package net.viaduct.wire.tunnel;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.NetworkOrder;

/**
 * What VXLAN Group Policy adds to a {@link VxlanHeader}, draft-smith-vxlan-group-policy-05 section
 * 2, as {@code struct vxlanhdr_gbp} in include/net/vxlan.h has it. Stateless: safe from any thread.
 * Offsets and sizes are in bytes.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-------------------------------+
 * |G|R|R|R|I|R|R|R|R|D|R|R|A|R|R|R|        group policy id        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-------------+-----------------+
 * |        VXLAN network identifier (VNI)         |   reserved    |
 * +-----------------------------------------------+---------------+
 * </pre>
 *
 * <p>Without the G flag this is a plain VXLAN header, and the other fields are reserved.
 */
public final class VxlanGbpHeader {
  /** The largest group id: it has 16 bits. */
  public static final int MAX_GROUP = 0xffff;

  private static final int FLAGS_OFFSET = 0;
  private static final int GROUP_OFFSET = 2;
  private static final int VNI_OFFSET = 4;
  private static final int GROUP_FLAG = 0x8000_0000;
  private static final int VALID_VNI_FLAG = 0x0800_0000;
  private static final int DONT_LEARN_FLAG = 0x0040_0000;
  private static final int POLICY_APPLIED_FLAG = 0x0008_0000;
  private static final long RESERVED_MASK = 0x77b7_0000_0000_00ffL;

  private VxlanGbpHeader() {}

  /** Whether there is a group id: the G flag. */
  public static boolean hasGroup(MemorySegment s, long at) {
    return (NetworkOrder.i32(s, at + FLAGS_OFFSET) & GROUP_FLAG) != 0;
  }

  /** The group of the sender, 0 to 65,535; means nothing without {@link #hasGroup}. */
  public static int group(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + GROUP_OFFSET);
  }

  /** Whether the receiver must not learn the inner source from this packet: the D flag. */
  public static boolean forbidsLearning(MemorySegment s, long at) {
    return (NetworkOrder.i32(s, at + FLAGS_OFFSET) & DONT_LEARN_FLAG) != 0;
  }

  /** Whether the policy was applied already and must not be applied again: the A flag. */
  public static boolean isPolicyApplied(MemorySegment s, long at) {
    return (NetworkOrder.i32(s, at + FLAGS_OFFSET) & POLICY_APPLIED_FLAG) != 0;
  }

  /**
   * Whether all bits are zero that are reserved: those of plain VXLAN without the G flag, else
   * those that the draft has left.
   */
  public static boolean reservedBitsAreZero(MemorySegment s, long at) {
    return hasGroup(s, at)
        ? (NetworkOrder.i64(s, at + FLAGS_OFFSET) & RESERVED_MASK) == 0
        : VxlanHeader.reservedBitsAreZero(s, at);
  }

  /**
   * Writes a header with a VNI and a group; the D flag is zero, as we learn.
   *
   * @param policyApplied whether the receiver must not apply a policy again
   */
  public static void write(MemorySegment s, long at, int vni, int group, boolean policyApplied) {
    int flags = GROUP_FLAG | VALID_VNI_FLAG | (policyApplied ? POLICY_APPLIED_FLAG : 0);
    NetworkOrder.i32(s, at + FLAGS_OFFSET, flags | (group & MAX_GROUP));
    NetworkOrder.i32(s, at + VNI_OFFSET, vni << 8);
  }
}
