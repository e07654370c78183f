package net.viaduct.vtep.output;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.io.Offload;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.UnfinishedChecksum;
import net.viaduct.wire.ip.TcpHeader;
import net.viaduct.wire.ip.UdpHeader;

/** What is left to be done to frames. Stateless: safe from any thread. */
public final class SuperFrames {
  private SuperFrames() {}

  /** Whether what a port asks for can be done to its frame. */
  public static boolean isSound(Frame frame) {
    Offload offload = frame.offload();
    if (offload.isNothing()) {
      return true;
    }
    int start = offload.checksumStart();
    return offload.isChecksumPartial()
        && start >= 0
        && offload.checksumOffset() >= 0
        && start + offload.checksumOffset() + 2 <= frame.lengthBytes()
        && (!offload.isSuperFrame() || isCuttable(frame));
  }

  private static boolean isCuttable(Frame frame) {
    Offload offload = frame.offload();
    int transport = isTcp(offload) ? TcpHeader.MIN_SIZE_BYTES : UdpHeader.SIZE_BYTES;
    return offload.segmentBytes() > 0
        && offload.checksumStart() + transport <= frame.lengthBytes()
        && headerBytes(frame) <= frame.lengthBytes();
  }

  private static boolean isTcp(Offload offload) {
    return (offload.segmentation() & ~Offload.ECN_FLAG) != Offload.UDP;
  }

  /** Bytes in front of the payload of a super-frame that {@link #isSound}. */
  public static int headerBytes(Frame frame) {
    Offload offload = frame.offload();
    int start = offload.checksumStart();
    return isTcp(offload)
        ? start + TcpHeader.sizeBytes(frame.memory(), frame.start() + start)
        : start + UdpHeader.SIZE_BYTES;
  }

  /**
   * Tells what is left to be done to a frame that came through a tunnel: a kernel on the same
   * machine leaves its checksum unfinished, and it may be as large as a super-frame is. Then it
   * becomes one, with segments that fit.
   *
   * @param key parsed from this very frame
   * @param mtuBytes of the smallest port that it goes to
   */
  public static void recognise(Frame frame, FlowKey key, int mtuBytes) {
    if (frame.offload().isSuperFrame()) {
      return; // it was put together here
    }
    MemorySegment memory = frame.memory();
    if (!UnfinishedChecksum.detect(memory, frame.start(), frame.lengthBytes(), key)) {
      return;
    }
    int transport = key.transportOffset();
    frame.offload().checksumPartial(transport, UnfinishedChecksum.checksumOffset(key.ipProtocol()));
    boolean tooLarge = frame.lengthBytes() - key.networkOffset() > mtuBytes;
    long transportAt = frame.start() + transport;
    if (tooLarge
        && key.ipProtocol() == IpProtocol.TCP
        && TcpHeader.check(memory, transportAt, key.networkEnd() - transport) == null) {
      int headers = transport - key.networkOffset() + TcpHeader.sizeBytes(memory, transportAt);
      if (mtuBytes > headers) {
        frame.offload().segmentation(type(key, memory, transportAt), mtuBytes - headers);
      }
    }
  }

  private static int type(FlowKey key, MemorySegment memory, long transportAt) {
    boolean congestionWindowReduced = (TcpHeader.flags(memory, transportAt) & TcpHeader.CWR) != 0;
    return (key.isIpv4() ? Offload.TCP_IPV4 : Offload.TCP_IPV6)
        | (congestionWindowReduced ? Offload.ECN_FLAG : 0);
  }
}
