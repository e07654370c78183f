package net.viaduct.vtep.ingress;

import net.viaduct.io.Frame;
import net.viaduct.vtep.DropReason;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.tunnel.VxlanHeader;
import org.jspecify.annotations.Nullable;

/** Whether a datagram is VXLAN, and not our own. Immutable. */
public final class DatagramCheck {
  private final boolean strictReservedBits;
  private final long ownHigh;
  private final long ownLow;

  /**
   * A check.
   *
   * @param strictReservedBits whether reserved bits must be zero (R2)
   * @param own the address that we send from
   */
  public DatagramCheck(boolean strictReservedBits, IpAddress own) {
    this.strictReservedBits = strictReservedBits;
    this.ownHigh = own.high();
    this.ownLow = own.low();
  }

  /** Why it does not go on, or null. */
  @Nullable DropReason check(Frame datagram) {
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
    return datagram.sourceLow() == ownLow && datagram.sourceHigh() == ownHigh
        ? DropReason.OWN_DATAGRAM
        : null;
  }
}
