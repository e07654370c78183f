package net.viaduct.vtep.encapsulation;

import net.viaduct.io.Frame;
import net.viaduct.vtep.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * How a frame is wrapped and unwrapped: the only thing that differs between tunnels. Flooding,
 * learning and everything else is the same for all. Stateless: safe from any thread.
 */
public sealed interface Encapsulation
    permits VxlanEncapsulation,
        GroupEncapsulation,
        GpeEncapsulation,
        GeneveEncapsulation,
        NvgreEncapsulation {
  /** Bytes of the header that {@link #write} writes. */
  int headerBytes();

  /** Whether frames with a VLAN tag may be in it. */
  default boolean carriesTags() {
    return true;
  }

  /**
   * Writes the header into the headroom directly in front of a frame, and leaves the frame as it
   * is, so that ports can take it too.
   *
   * @param vni of the frame's network
   * @param flowHash of the frame's flow; 0 if flows are not to be told apart
   */
  void write(Frame frame, int vni, int flowHash);

  /**
   * Reads the header at the start of a datagram.
   *
   * @param header where to; not to be read if this refuses
   * @return why the datagram does not go on, or null
   */
  @Nullable DropReason read(Frame datagram, TunnelHeader header);
}
