package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import net.viaduct.io.Frame;

/**
 * What a packet socket tells beside a frame, and the VLAN tag that the kernel took off it.
 * Stateless: safe from any thread.
 *
 * <pre>
 * struct cmsghdr { size_t len; int level; int type; };
 * struct tpacket_auxdata {           linux/if_packet.h
 *   u32 tp_status; u32 tp_len; u32 tp_snaplen;
 *   u16 tp_mac; u16 tp_net; u16 tp_vlan_tci; u16 tp_vlan_tpid;
 * };
 * </pre>
 */
final class PacketAuxiliaryData {
  /** With the header of a control message. */
  static final int SIZE_BYTES = 36;

  /** Room for one control message. */
  static final int CONTROL_BYTES = 40;

  private static final int PACKET_AUXDATA = 8;
  private static final int LEVEL_OFFSET = 8;
  private static final int TYPE_OFFSET = 12;
  private static final int STATUS_OFFSET = 16;
  private static final int TCI_OFFSET = 32;
  private static final int TPID_OFFSET = 34;
  private static final int VLAN_VALID = 1 << 4;
  private static final int TPID_VALID = 1 << 6;
  private static final short ETHER_TYPE_8021Q = (short) 0x8100;
  private static final int ADDRESSES_BYTES = 12;
  private static final int TAG_BYTES = 4;
  private static final ValueLayout.OfShort NETWORK_SHORT =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private PacketAuxiliaryData() {}

  /** Puts the VLAN tag back between the addresses and the type, if one was taken off. */
  static void restoreTag(MemorySegment s, long at, Frame frame) {
    int status = s.get(JAVA_INT_UNALIGNED, at + STATUS_OFFSET);
    boolean ours =
        s.get(JAVA_INT_UNALIGNED, at + LEVEL_OFFSET) == PacketSocket.SOL_PACKET
            && s.get(JAVA_INT_UNALIGNED, at + TYPE_OFFSET) == PACKET_AUXDATA;
    if (!ours || (status & VLAN_VALID) == 0 || frame.lengthBytes() < ADDRESSES_BYTES) {
      return;
    }
    boolean hasType = (status & TPID_VALID) != 0;
    short type = hasType ? s.get(JAVA_SHORT_UNALIGNED, at + TPID_OFFSET) : ETHER_TYPE_8021Q;
    frame.prepend(TAG_BYTES);
    MemorySegment memory = frame.memory();
    long to = frame.start();
    long firstEight = memory.get(JAVA_LONG_UNALIGNED, to + TAG_BYTES);
    int lastFour = memory.get(JAVA_INT_UNALIGNED, to + TAG_BYTES + 8);
    memory.set(JAVA_LONG_UNALIGNED, to, firstEight);
    memory.set(JAVA_INT_UNALIGNED, to + 8, lastFour);
    memory.set(NETWORK_SHORT, to + ADDRESSES_BYTES, type);
    short tag = s.get(JAVA_SHORT_UNALIGNED, at + TCI_OFFSET);
    memory.set(NETWORK_SHORT, to + ADDRESSES_BYTES + 2, tag);
  }
}
