package net.viaduct.queueing;

/**
 * How many bytes a packet takes on a link. Immutable.
 *
 * @param packetBytes what the link adds to each Ethernet frame (with its 14 bytes of header,
 *     without FCS), -64 to 256; negative if it leaves out more than it adds
 * @param leastBytes what a packet takes at least, with what was added, 0 to 256
 * @param cells in which packets are sent
 */
public record LinkOverhead(int packetBytes, int leastBytes, Cells cells) {
  /** Nothing but the frame. */
  public static final LinkOverhead NONE = new LinkOverhead(0, 0, Cells.NONE);

  /** Ethernet's preamble, FCS and gap between frames, and its shortest frame (IEEE 802.3). */
  public static final LinkOverhead ETHERNET = new LinkOverhead(24, 84, Cells.NONE);

  /** PPPoE over Ethernet: 8 bytes of header (RFC 2516), and Ethernet's own. */
  public static final LinkOverhead PPPOE = new LinkOverhead(32, 84, Cells.NONE);

  /** PPPoE on ADSL with LLC: 2 of PPP, 6 of PPPoE, 10 of LLC/SNAP with pad, 8 of AAL5. */
  public static final LinkOverhead PPPOE_ATM = new LinkOverhead(26, 0, Cells.ATM);

  /** PPPoE on VDSL2: 8 of PPPoE, 4 of FCS, and PTM's start, check and CRC, in its 64/65 code. */
  public static final LinkOverhead PPPOE_PTM = new LinkOverhead(16, 0, Cells.PTM);

  private static final int ATM_CELL_BYTES = 53;
  private static final int ATM_PAYLOAD_BYTES = 48;
  private static final int PTM_PAYLOAD_BYTES = 64;

  /** What the bytes of a packet are put into. */
  public enum Cells {
    /** Nothing. */
    NONE,
    /** 48 bytes each in a cell of 53; the last one is filled up. */
    ATM,
    /** A byte more for each 64 (IEEE 802.3 clause 61). */
    PTM
  }

  /** Checks the ranges. */
  public LinkOverhead {
    if (packetBytes < -64 || packetBytes > 256) {
      throw new IllegalArgumentException(
          packetBytes + " bytes of overhead are out of range; it is -64 to 256");
    }
    if (leastBytes < 0 || leastBytes > 256) {
      throw new IllegalArgumentException(
          "a least packet of " + leastBytes + " bytes is out of range; it is 0 to 256");
    }
  }

  /** What a packet takes with all its segments, and with what is put in front of each of them. */
  public int linkBytes(Packet packet) {
    int segments = packet.segments();
    int added = packet.addedBytes();
    if (segments == 1) {
      return linkBytes(packet.lengthBytes() + added);
    }
    int whole = packet.headerBytes() + packet.segmentBytes() + added;
    int last = packet.lengthBytes() - (segments - 1) * packet.segmentBytes() + added;
    return (segments - 1) * linkBytes(whole) + linkBytes(last);
  }

  /** What a frame of a length takes, that is no super-frame. */
  public int linkBytes(int frameBytes) {
    int bytes = Math.max(leastBytes, Math.max(1, frameBytes + packetBytes));
    return switch (cells) {
      case NONE -> bytes;
      case ATM -> (bytes + ATM_PAYLOAD_BYTES - 1) / ATM_PAYLOAD_BYTES * ATM_CELL_BYTES;
      case PTM -> bytes + (bytes + PTM_PAYLOAD_BYTES - 1) / PTM_PAYLOAD_BYTES;
    };
  }
}
