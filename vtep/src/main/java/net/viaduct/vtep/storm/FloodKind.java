package net.viaduct.vtep.storm;

import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.settings.StormLimits;
import net.viaduct.vtep.settings.StormLimits.RateLimit;
import net.viaduct.wire.MacAddress;

/** What a frame is that is flooded. */
enum FloodKind {
  BROADCAST(DropReason.BROADCAST_STORM),
  UNKNOWN_UNICAST(DropReason.UNKNOWN_UNICAST_STORM),
  MULTICAST(DropReason.MULTICAST_STORM);

  private final DropReason storm;

  FloodKind(DropReason storm) {
    this.storm = storm;
  }

  static FloodKind of(long destinationMac) {
    if (destinationMac == MacAddress.BROADCAST) {
      return BROADCAST;
    }
    return MacAddress.isGroup(destinationMac) ? MULTICAST : UNKNOWN_UNICAST;
  }

  /** Why it is dropped when there is too much of it. */
  DropReason storm() {
    return storm;
  }

  RateLimit in(StormLimits limits) {
    return switch (this) {
      case BROADCAST -> limits.broadcast();
      case UNKNOWN_UNICAST -> limits.unknownUnicast();
      case MULTICAST -> limits.multicast();
    };
  }
}
