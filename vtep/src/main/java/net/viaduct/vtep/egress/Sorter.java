package net.viaduct.vtep.egress;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.PortDevice;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.VlanTag;
import org.jspecify.annotations.Nullable;

/**
 * Finds out to which of the ports that share a device a frame belongs, by its VLAN tag, and takes
 * that tag off: the port's VLAN is the device's affair and not the network's (R8). Stateless: safe
 * from any thread.
 *
 * <p>A tag with VLAN id 0 only carries a priority (IEEE 802.1Q section 9.6): its frame belongs to
 * no VLAN, and so to the port without one. The priority in the tag of a port's VLAN is kept, as
 * such a tag, where the network keeps tags.
 */
final class Sorter {
  private static final int PRIORITY_BITS = 0xf000;

  /** The frame's port, or null if the device has none for its VLAN. */
  @Nullable LocalPort portOf(PortDevice device, Frame frame) {
    MemorySegment memory = frame.memory();
    long tagAt = frame.start() + VlanTag.FIRST_TAG_OFFSET;
    if (!VlanTag.isPresent(memory, frame.start(), frame.lengthBytes())
        || VlanTag.vlanId(memory, tagAt) == 0) {
      return device.port(0);
    }
    int vlan = VlanTag.vlanId(memory, tagAt);
    if (VlanTag.tpid(memory, tagAt) != EtherType.VLAN || vlan > VlanTag.MAX_VLAN_ID) {
      return null;
    }
    LocalPort port = device.port(vlan);
    if (port != null) {
      takeTagOff(frame, tagAt, port);
    }
    return port;
  }

  private static void takeTagOff(Frame frame, long tagAt, LocalPort port) {
    MemorySegment memory = frame.memory();
    int priority = VlanTag.tci(memory, tagAt) & PRIORITY_BITS;
    if (priority != 0
        && port.network().carriesTags()
        && !EtherType.isVlan(VlanTag.nextEtherType(memory, tagAt))) {
      VlanTag.write(memory, tagAt, EtherType.VLAN, priority);
      return;
    }
    VlanTag.strip(memory, frame.start());
    frame.strip(VlanTag.SIZE_BYTES);
  }
}
