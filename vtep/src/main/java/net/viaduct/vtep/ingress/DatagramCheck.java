package net.viaduct.vtep.ingress;

import java.util.List;
import java.util.function.IntFunction;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.encapsulation.TunnelHeader;
import net.viaduct.vtep.tables.Network;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** Whether a datagram is a tunnel's, and not our own. Stateless but for what is spoken. */
public final class DatagramCheck {
  private final boolean strictReservedBits;
  private final IntFunction<EncapsulationType> spoken;
  private final IpAddress[] own;

  /**
   * A check.
   *
   * @param strictReservedBits whether reserved bits must be zero (R2)
   * @param spoken what is spoken at a local port; 0 for what comes by GRE
   * @param locals what we send from
   */
  public DatagramCheck(
      boolean strictReservedBits, IntFunction<EncapsulationType> spoken, List<Endpoint> locals) {
    this.strictReservedBits = strictReservedBits;
    this.spoken = spoken;
    this.own = locals.stream().map(Endpoint::address).toArray(IpAddress[]::new);
  }

  /**
   * Why it does not go on, or null.
   *
   * @param header what its tunnel header says, if it goes on
   */
  public @Nullable DropReason check(Frame datagram, TunnelHeader header) {
    if (!datagram.isChecksummed()) {
      return DropReason.CHECKSUM_MISSING;
    }
    if (datagram.isFragmented()) {
      return DropReason.OUTER_FRAGMENTS;
    }
    DropReason refusal = spoken.apply(datagram.localPort()).encapsulation().read(datagram, header);
    if (refusal != null) {
      return refusal;
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

  /** Why its header may not be a datagram's of this network, or null. */
  public @Nullable DropReason check(TunnelHeader header, Network network) {
    return strictReservedBits && header.hasUnknownBits(network.keepsGroups())
        ? DropReason.RESERVED_BITS_SET
        : null;
  }
}
