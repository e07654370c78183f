package net.viaduct.vtep.settings;

import net.viaduct.wire.EtherType;

/**
 * Protocols between neighbouring bridges, whose group addresses 01-80-C2-00-00-00 to 0F (IEEE
 * 802.1Q table 8-1) no bridge forwards, but which a network may carry all the same so that it looks
 * like a wire (R66). Pause frames and whatever else has such an address are never carried.
 */
public enum ReservedProtocol {
  /** Spanning tree of customer and provider bridges: an IEEE 802.3 length, to 00 or 08. */
  STP,
  /** Link aggregation and its marker: EtherType 0x8809, to 02. */
  LACP,
  /** Link layer discovery: EtherType 0x88cc, to 00, 03 or 0E. */
  LLDP;

  private static final int SLOW_PROTOCOLS = 0x8809;
  private static final int LLDP_TYPE = 0x88cc;

  /**
   * Whether a frame is of this protocol.
   *
   * @param lastOctet of its destination, 0 to 15
   * @param etherType or length
   */
  public boolean covers(int lastOctet, int etherType) {
    return switch (this) {
      case STP -> (lastOctet == 0 || lastOctet == 8) && etherType < EtherType.SMALLEST;
      case LACP -> lastOctet == 2 && etherType == SLOW_PROTOCOLS;
      case LLDP -> (lastOctet == 0 || lastOctet == 3 || lastOctet == 14) && etherType == LLDP_TYPE;
    };
  }
}
