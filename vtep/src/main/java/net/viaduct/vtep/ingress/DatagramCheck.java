package net.viaduct.vtep.ingress;

import java.util.List;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.vtep.DropReason;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.tunnel.VxlanHeader;
import org.jspecify.annotations.Nullable;

/** Whether a datagram is VXLAN, and not our own. Immutable. */
public final class DatagramCheck {
  private final boolean strictReservedBits;
  private final IpAddress[] own;

  /**
   * A check.
   *
   * @param strictReservedBits whether reserved bits must be zero (R2)
   * @param locals what we send from
   */
  public DatagramCheck(boolean strictReservedBits, List<Endpoint> locals) {
    this.strictReservedBits = strictReservedBits;
    this.own = locals.stream().map(Endpoint::address).toArray(IpAddress[]::new);
  }

  /** Why it does not go on, or null. */
  @Nullable DropReason check(Frame datagram) {
    if (!datagram.isChecksummed()) {
      return DropReason.CHECKSUM_MISSING;
    }
    if (!VxlanHeader.fits(datagram.lengthBytes())) {
      return DropReason.DATAGRAM_TOO_SHORT;
    }
    if (!VxlanHeader.hasValidVni(datagram.memory(), datagram.start())) {
      return DropReason.VNI_FLAG_MISSING;
    }
    if (strictReservedBits
        && !VxlanHeader.reservedBitsAreZero(datagram.memory(), datagram.start())) {
      return DropReason.RESERVED_BITS_SET;
    }
    return isOwn(datagram) ? DropReason.OWN_DATAGRAM : null;
  }

  private boolean isOwn(Frame datagram) {
    for (IpAddress address : own) {
      if (datagram.sourceLow() == address.low() && datagram.sourceHigh() == address.high()) {
        return true;
      }
    }
    return false;
  }
}
