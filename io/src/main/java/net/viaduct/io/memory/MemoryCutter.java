package net.viaduct.io.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import net.viaduct.io.Frame;
import net.viaduct.io.Offload;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.SctpChecksum;
import net.viaduct.wire.UnfinishedChecksum;
import net.viaduct.wire.nested.NestedSegmenter;

/**
 * The bytes of frames as they leave: super-frames are cut and checksums are finished, as the kernel
 * does it. The frames stay as they are. Owned by the thread that sends.
 */
final class MemoryCutter {
  private final FlowKey flow = new FlowKey();
  private final NestedSegmenter segmenter = new NestedSegmenter();

  /** The tunnel header that stands in front of a frame. */
  static byte[] header(Frame frame, int bytes) {
    byte[] header = new byte[bytes];
    copy(frame, -bytes, header, 0, bytes);
    return header;
  }

  /** The frames that become of a frame; none if it cannot be cut as it wants to be. */
  byte[][] framesOf(Frame frame) {
    return frame.offload().isSuperFrame() ? cut(frame) : new byte[][] {whole(frame)};
  }

  /** How many bytes of headers each segment has of the frame that was cut last. */
  int headerBytes() {
    return segmenter.headerBytes();
  }

  private byte[][] cut(Frame frame) {
    Offload offload = frame.offload();
    if (!segmenter.begin(
            frame.memory(),
            frame.start(),
            frame.lengthBytes(),
            offload.segmentationStart(),
            offload.segmentBytes())
        || !offload.suits(segmenter.layers().innermost())) {
      return new byte[0][];
    }
    byte[][] segments = new byte[segmenter.segmentCount()][];
    int headers = segmenter.headerBytes();
    for (int i = 0; i < segments.length; i++) {
      segments[i] = new byte[headers + segmenter.payloadBytes(i)];
      segmenter.write(i, MemorySegment.ofArray(segments[i]), 0);
    }
    return segments;
  }

  private byte[] whole(Frame frame) {
    byte[] bytes = new byte[frame.lengthBytes()];
    copy(frame, 0, bytes, 0, bytes.length);
    Offload offload = frame.offload();
    if (offload.isChecksumPartial()) {
      MemorySegment s = MemorySegment.ofArray(bytes);
      int start = offload.checksumStart();
      flow.parse(s, 0, bytes.length);
      if (offload.checksumOffset() == SctpChecksum.CHECKSUM_OFFSET
          && flow.ipProtocol() == IpProtocol.SCTP) {
        SctpChecksum.finish(s, 0, flow.networkEnd(), start);
      } else {
        UnfinishedChecksum.finish(s, 0, bytes.length, start, offload.checksumOffset());
      }
    }
    return bytes;
  }

  private static void copy(Frame frame, int from, byte[] to, int at, int length) {
    MemorySegment.copy(frame.memory(), ValueLayout.JAVA_BYTE, frame.start() + from, to, at, length);
  }
}
