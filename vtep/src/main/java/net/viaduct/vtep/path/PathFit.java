package net.viaduct.vtep.path;

import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.Offload;
import net.viaduct.io.Transport;
import net.viaduct.vtep.output.SuperFrames;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.TunnelTarget;
import net.viaduct.wire.ip.UdpHeader;
import net.viaduct.wire.tunnel.TunnelOverhead;

/** Whether frames fit the path to where they go (R7). Stateless: safe from any thread. */
public final class PathFit {
  /** No limit is known. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** TCP is not cut smaller than this: RFC 9293 lets everybody send 536. */
  private static final int SMALLEST_SEGMENT_BYTES = 256;

  private PathFit() {}

  /** Bytes of a packet on the underlay that are in front of the inner frame. */
  public static int overheadBytes(Network network, TunnelTarget target) {
    return outerBytes(network, target) + headerBytes(network, target);
  }

  /** Bytes of the tunnel header. */
  static int headerBytes(Network network, TunnelTarget target) {
    return network.typeFor(target).encapsulation().headerBytes();
  }

  /** Bytes in front of the tunnel header. */
  private static int outerBytes(Network network, TunnelTarget target) {
    Endpoint endpoint = target.endpoint(network.typeFor(target));
    int transport = endpoint.transport() == Transport.UDP ? UdpHeader.SIZE_BYTES : 0;
    return TunnelOverhead.outerIpBytes(endpoint.address().isIpv4()) + transport;
  }

  /** The longest frame that fits, with Ethernet header and tags; {@link #UNLIMITED} if unknown. */
  public static int largestFrameBytes(Network network, TunnelTarget target) {
    int pathBytes = Math.min(target.pathMtuBytes(), network.pathMtuBytes());
    return pathBytes == UNLIMITED ? UNLIMITED : pathBytes - overheadBytes(network, target);
  }

  /**
   * Whether a frame fits, or each of its segments. A super-frame of TCP always does: its segments
   * become smaller, which its receiver does not mind.
   */
  public static boolean fits(Frame frame, int largestFrameBytes) {
    if (frame.lengthBytes() <= largestFrameBytes) {
      return true;
    }
    Offload offload = frame.offload();
    if (!offload.isSuperFrame()) {
      return false;
    }
    int headers = SuperFrames.headerBytes(frame);
    if (headers + offload.segmentBytes() <= largestFrameBytes) {
      return true;
    }
    boolean tcp = (offload.segmentation() & ~Offload.ECN_FLAG) != Offload.UDP;
    if (!tcp || largestFrameBytes - headers < SMALLEST_SEGMENT_BYTES) {
      return false;
    }
    offload.segmentation(offload.segmentation(), largestFrameBytes - headers);
    return true;
  }
}
