package net.viaduct.vtep.capture;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import net.viaduct.vtep.DropReason;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpAddress;

/**
 * Which frames a capture keeps; what is empty does not matter. Immutable.
 *
 * @param mac source or destination of the frame
 * @param address source or destination of the IP packet in it
 * @param transportPort source or destination port of TCP, UDP or the like
 * @param vni of the network that the frame is in
 * @param onlyDropped whether only frames are kept that were dropped, or one of their copies
 * @param reason why it must have been dropped
 */
public record CaptureFilter(
    OptionalLong mac,
    Optional<IpAddress> address,
    OptionalInt transportPort,
    OptionalInt vni,
    boolean onlyDropped,
    Optional<DropReason> reason) {
  /** Every frame. */
  public static final CaptureFilter ALL =
      new CaptureFilter(
          OptionalLong.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          false,
          Optional.empty());

  /** Whether it depends on what becomes of a frame. */
  boolean looksAtVerdicts() {
    return onlyDropped || reason.isPresent();
  }

  /** Whether what became of a frame is right. */
  boolean wants(CaptureEntry entry) {
    return (!onlyDropped || entry.drops > 0) && (reason.isEmpty() || entry.has(reason.get()));
  }

  /** Whether it looks into frames. */
  boolean looksInside() {
    return mac.isPresent() || address.isPresent() || transportPort.isPresent();
  }

  /** Whether addresses and ports are right. */
  boolean matches(long destination, long source, FlowKey key) {
    if (mac.isPresent() && mac.getAsLong() != destination && mac.getAsLong() != source) {
      return false;
    }
    if (address.isPresent()
        && !isAt(address.get(), key.sourceHigh(), key.sourceLow())
        && !isAt(address.get(), key.destinationHigh(), key.destinationLow())) {
      return false;
    }
    return transportPort.isEmpty()
        || transportPort.getAsInt() == key.sourcePort()
        || transportPort.getAsInt() == key.destinationPort();
  }

  private static boolean isAt(IpAddress address, long high, long low) {
    return address.high() == high && address.low() == low;
  }
}
