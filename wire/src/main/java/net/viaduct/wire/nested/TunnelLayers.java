package net.viaduct.wire.nested;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpProtocol;

/**
 * The layers of a frame that carries a tunnel of its machine's own: which IP and UDP headers stand
 * around the packet whose checksum or segmentation was left to the device. Mutable and reusable:
 * owned by one thread; nothing is allocated.
 *
 * <p>Known are the tunnels of {@link TunnelPayload}, but for GRE with a checksum.
 */
public final class TunnelLayers {
  /** Instead of a transport header's offset. */
  public static final int NOT_TOLD = -1;

  /** How many tunnels in each other are looked through. */
  public static final int MOST_TUNNELS = 4;

  private static final int NONE = -1;

  private final FlowKey key = new FlowKey();
  private final int[] networks = new int[MOST_TUNNELS];
  private final int[] udps = new int[MOST_TUNNELS];
  private final boolean[] ipv4 = new boolean[MOST_TUNNELS];
  private int tunnels;
  private int innerOffset;

  /** No layers yet. */
  public TunnelLayers() {}

  /**
   * Walks from the outside to the packet whose transport header begins at an offset.
   *
   * @param at the frame's first byte
   * @param transportOffset counted from there; {@link #NOT_TOLD} if nobody says where, which is the
   *     frame's own packet, unless that is a tunnel's
   * @return false if there is no such packet, or what stands around it is not known
   */
  public boolean walk(MemorySegment s, long at, int lengthBytes, int transportOffset) {
    tunnels = 0;
    innerOffset = 0;
    key.parse(s, at, lengthBytes);
    if (transportOffset == NOT_TOLD) {
      return key.transportOffset() >= 0 && !TunnelPayload.isTunnelPort(key.destinationPort());
    }
    while (key.transportOffset() >= 0) {
      int transport = innerOffset + key.transportOffset();
      if (transport == transportOffset) {
        return true;
      }
      if (tunnels == MOST_TUNNELS || !descend(s, at, lengthBytes, transport)) {
        return false;
      }
    }
    return false;
  }

  private boolean descend(MemorySegment s, long at, int lengthBytes, int transport) {
    networks[tunnels] = innerOffset + key.networkOffset();
    ipv4[tunnels] = key.isIpv4();
    udps[tunnels] = key.ipProtocol() == IpProtocol.UDP ? transport : NONE;
    tunnels++;
    if (key.ipProtocol() == IpProtocol.GRE
        && transport + Short.BYTES <= lengthBytes
        && TunnelPayload.hasGreChecksum(s, at + transport)) {
      return false; // each segment would need one of its own
    }
    long inside = TunnelPayload.find(s, at, lengthBytes, key, innerOffset);
    if (inside == TunnelPayload.NONE) {
      return false;
    }
    innerOffset = TunnelPayload.offset(inside);
    TunnelPayload.parse(s, at, lengthBytes, inside, key);
    return true;
  }

  /** How many tunnels stand around the packet; 0 if it is the frame's own. */
  public int tunnels() {
    return tunnels;
  }

  /** Where the innermost frame or packet begins, counted from the frame's first byte. */
  public int innerOffset() {
    return innerOffset;
  }

  /** The key of the innermost frame or packet; its offsets count from {@link #innerOffset()}. */
  public FlowKey innermost() {
    return key;
  }

  /** Where the IP header of a tunnel begins, counted from the frame's first byte; 0 outermost. */
  int networkOffset(int tunnel) {
    return networks[tunnel];
  }

  /** Whether a tunnel's IP header is IPv4's. */
  boolean isIpv4(int tunnel) {
    return ipv4[tunnel];
  }

  /** Where the UDP header of a tunnel begins; -1 if it has none. */
  int udpOffset(int tunnel) {
    return udps[tunnel];
  }
}
