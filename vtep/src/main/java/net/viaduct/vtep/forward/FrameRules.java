package net.viaduct.vtep.forward;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.tables.Network;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.MacAddress;
import net.viaduct.wire.VlanTag;
import org.jspecify.annotations.Nullable;

/**
 * What holds for the frames of a network in both directions. Stateless: safe from any thread; for
 * frames that have a whole Ethernet header.
 */
public final class FrameRules {
  /** 01-80-C2-00-00-00 to 0F, IEEE 802.1Q table 8-1: not forwarded by bridges (R66). */
  private static final long RESERVED_GROUP = 0x0180_c200_0000L;

  private static final long RESERVED_GROUP_MASK = 0xffff_ffff_fff0L;

  private FrameRules() {}

  /** Why a frame is not forwarded, or null. */
  public static @Nullable DropReason check(Frame frame, Network network) {
    MemorySegment memory = frame.memory();
    long at = frame.start();
    long source = EthernetHeader.source(memory, at);
    if (MacAddress.isGroup(source) || MacAddress.isZero(source)) {
      return DropReason.INVALID_SOURCE_ADDRESS;
    }
    long destination = EthernetHeader.destination(memory, at);
    if ((destination & RESERVED_GROUP_MASK) == RESERVED_GROUP
        && !network
            .config()
            .settings()
            .multicast()
            .carries((int) destination & 0xf, EthernetHeader.etherType(memory, at))) {
      return DropReason.RESERVED_GROUP_ADDRESS;
    }
    if (EtherType.isVlan(EthernetHeader.etherType(memory, at))
        && !network.carriesTags()
        && !VlanTag.isPriorityOnly(memory, at, frame.lengthBytes())) {
      return DropReason.TAGGED_FRAME;
    }
    return null;
  }

  /** Takes all VLAN tags off. */
  public static void stripTags(Frame frame) {
    while (VlanTag.isPresent(frame.memory(), frame.start(), frame.lengthBytes())) {
      VlanTag.strip(frame.memory(), frame.start());
      frame.strip(VlanTag.SIZE_BYTES);
    }
  }

  /** Takes a tag off that only carries a priority. */
  public static void stripPriority(Frame frame) {
    if (VlanTag.isPriorityOnly(frame.memory(), frame.start(), frame.lengthBytes())) {
      stripTags(frame);
    }
  }
}
