package net.viaduct.vtep.loop;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.NetworkOrder;

/**
 * A frame that a VTEP sends out of a port to see whether it comes back. Stateless: safe from any
 * thread. Offsets and sizes are in bytes.
 *
 * <p>It goes to a locally administered group address that every bridge floods, with the EtherType
 * that IEEE 802 has for experiments:
 *
 * <pre>
 * +---------------------------------------------------------------+
 * |                     "VIADLOOP", 8 bytes                       |
 * +---------------------------------------------------------------+
 * |          number that only the sender can know, 8 bytes        |
 * +---------------------------------------------------------------+
 * |           the sender's underlay address, 16 bytes             |
 * +---------------------------------------------------------------+
 * |            the network's VNI, 4 bytes, then zeros             |
 * +---------------------------------------------------------------+
 * </pre>
 */
final class LoopFrame {
  /** 56:69:61 ("Via") as a group address. */
  static final long DESTINATION = 0x5769_6100_0001L;

  /** Local experimental EtherType 1. */
  static final int ETHER_TYPE = 0x88b5;

  private static final int SIZE_BYTES = 60;
  private static final long MAGIC = 0x5649_4144_4c4f_4f50L;
  private static final int MAGIC_OFFSET = EthernetHeader.SIZE_BYTES;
  private static final int NUMBER_OFFSET = MAGIC_OFFSET + 8;
  private static final int ADDRESS_OFFSET = NUMBER_OFFSET + 8;
  private static final int VNI_OFFSET = ADDRESS_OFFSET + 16;

  private LoopFrame() {}

  /** Whether a frame is one; it has a whole Ethernet header. */
  static boolean is(Frame frame) {
    MemorySegment s = frame.memory();
    long at = frame.start();
    return EthernetHeader.destination(s, at) == DESTINATION
        && EthernetHeader.etherType(s, at) == ETHER_TYPE
        && frame.lengthBytes() >= SIZE_BYTES
        && NetworkOrder.i64(s, at + MAGIC_OFFSET) == MAGIC;
  }

  static long number(Frame frame) {
    return NetworkOrder.i64(frame.memory(), frame.start() + NUMBER_OFFSET);
  }

  static long senderHigh(Frame frame) {
    return NetworkOrder.i64(frame.memory(), frame.start() + ADDRESS_OFFSET);
  }

  static long senderLow(Frame frame) {
    return NetworkOrder.i64(frame.memory(), frame.start() + ADDRESS_OFFSET + 8);
  }

  static int vni(Frame frame) {
    return NetworkOrder.i32(frame.memory(), frame.start() + VNI_OFFSET);
  }

  static void write(Frame frame, long mac, long number, IpAddress sender, int vni) {
    frame.lengthBytes(SIZE_BYTES);
    MemorySegment s = frame.memory();
    long at = frame.start();
    s.asSlice(at, SIZE_BYTES).fill((byte) 0);
    EthernetHeader.write(s, at, DESTINATION, mac, ETHER_TYPE);
    NetworkOrder.i64(s, at + MAGIC_OFFSET, MAGIC);
    NetworkOrder.i64(s, at + NUMBER_OFFSET, number);
    NetworkOrder.i64(s, at + ADDRESS_OFFSET, sender.high());
    NetworkOrder.i64(s, at + ADDRESS_OFFSET + 8, sender.low());
    NetworkOrder.i32(s, at + VNI_OFFSET, vni);
  }
}
