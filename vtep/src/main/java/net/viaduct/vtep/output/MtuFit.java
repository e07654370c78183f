package net.viaduct.vtep.output;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.VlanTag;

/** Whether a frame can go through a device of some MTU. Stateless: safe from any thread. */
public final class MtuFit {
  private static final int MOST_TAGS = 2;

  private MtuFit() {}

  /**
   * Whether what the frame is, or what each segment of a super-frame will be, fits; Ethernet header
   * and VLAN tags do not count.
   */
  public static boolean fits(Frame frame, int mtuBytes) {
    return frame.lengthBytes() - EthernetHeader.SIZE_BYTES <= mtuBytes
        || largestSegmentBytes(frame) - linkHeaderBytes(frame) <= mtuBytes;
  }

  private static int largestSegmentBytes(Frame frame) {
    return frame.offload().isSuperFrame()
        ? SuperFrames.headerBytes(frame) + frame.offload().segmentBytes()
        : frame.lengthBytes();
  }

  private static int linkHeaderBytes(Frame frame) {
    MemorySegment memory = frame.memory();
    long tagAt = frame.start() + VlanTag.FIRST_TAG_OFFSET;
    int bytes = EthernetHeader.SIZE_BYTES;
    for (int tags = 0; tags < MOST_TAGS; tags++) {
      if (frame.lengthBytes() < bytes + VlanTag.SIZE_BYTES
          || !EtherType.isVlan(VlanTag.tpid(memory, tagAt))) {
        break;
      }
      tagAt += VlanTag.SIZE_BYTES;
      bytes += VlanTag.SIZE_BYTES;
    }
    return bytes;
  }
}
