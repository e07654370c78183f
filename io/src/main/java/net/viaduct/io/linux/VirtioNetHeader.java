package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.io.Offload;

/**
 * {@code struct virtio_net_hdr} (linux/virtio_net.h), which taps and packet sockets put in front of
 * a frame, and {@link Offload}, which says the same. Stateless: safe from any thread. Numbers are
 * in the machine's order. The layout is quoted at {@link Offload}.
 */
final class VirtioNetHeader {
  /** Without {@code num_buffers}, as packet sockets have it unless told otherwise. */
  static final int SIZE_BYTES = 10;

  private static final int FLAGS_OFFSET = 0;
  private static final int GSO_TYPE_OFFSET = 1;
  private static final int HEADER_LENGTH_OFFSET = 2;
  private static final int GSO_SIZE_OFFSET = 4;
  private static final int CHECKSUM_START_OFFSET = 6;
  private static final int CHECKSUM_OFFSET_OFFSET = 8;

  private static final int NEEDS_CHECKSUM = 1;
  private static final int CHECKSUM_BYTES = 2;
  private static final int UDP_HEADER_BYTES = 8;
  private static final int TCP_HEADER_BYTES = 20;
  private static final int TCP_DATA_OFFSET = 12;

  private VirtioNetHeader() {}

  /**
   * Says in the frame's offload what the header says.
   *
   * @param frame as long as it was received
   * @return false if the header does not fit the frame or is of a kind that we do not know
   */
  static boolean read(MemorySegment s, long at, Frame frame) {
    Offload offload = frame.offload();
    offload.clear();
    if ((s.get(JAVA_BYTE, at + FLAGS_OFFSET) & NEEDS_CHECKSUM) != 0) {
      int start = unsignedShort(s, at + CHECKSUM_START_OFFSET);
      int offset = unsignedShort(s, at + CHECKSUM_OFFSET_OFFSET);
      if (start + offset + CHECKSUM_BYTES > frame.lengthBytes()) {
        return false;
      }
      offload.checksumPartial(start, offset);
    }
    int type = s.get(JAVA_BYTE, at + GSO_TYPE_OFFSET) & 0xff;
    if (type == Offload.NONE) {
      return true;
    }
    int segmentBytes = unsignedShort(s, at + GSO_SIZE_OFFSET);
    offload.segmentation(type, segmentBytes);
    return segmentBytes > 0 && isKnown(type & ~Offload.ECN_FLAG);
  }

  /**
   * Writes the header that says what the frame's offload says.
   *
   * @param shift bytes that leave in front of the transport header and are not in the frame: 4 for
   *     a VLAN tag more, -4 for one less
   */
  static void write(MemorySegment s, long at, Frame frame, int shift) {
    Offload offload = frame.offload();
    if (offload.isNothing()) {
      s.set(JAVA_LONG_UNALIGNED, at, 0);
      s.set(JAVA_SHORT_UNALIGNED, at + CHECKSUM_OFFSET_OFFSET, (short) 0);
      return;
    }
    boolean partial = offload.isChecksumPartial();
    s.set(JAVA_BYTE, at + FLAGS_OFFSET, (byte) (partial ? NEEDS_CHECKSUM : 0));
    s.set(JAVA_BYTE, at + GSO_TYPE_OFFSET, (byte) offload.segmentation());
    int headers = headerBytes(frame);
    setShort(s, at + HEADER_LENGTH_OFFSET, headers == 0 ? 0 : headers + shift);
    setShort(s, at + GSO_SIZE_OFFSET, offload.isSuperFrame() ? offload.segmentBytes() : 0);
    setShort(s, at + CHECKSUM_START_OFFSET, partial ? offload.checksumStart() + shift : 0);
    setShort(s, at + CHECKSUM_OFFSET_OFFSET, partial ? offload.checksumOffset() : 0);
  }

  private static boolean isKnown(int type) {
    return type == Offload.TCP_IPV4 || type == Offload.TCP_IPV6 || type == Offload.UDP;
  }

  /** How many bytes of the frame are headers: a hint, which the kernel keeps in one piece. */
  private static int headerBytes(Frame frame) {
    Offload offload = frame.offload();
    if (!offload.isSuperFrame() || !offload.isChecksumPartial()) {
      return 0;
    }
    int transport = offload.checksumStart();
    int bytes = transport + UDP_HEADER_BYTES;
    if (offload.segmentation() != Offload.UDP) {
      bytes = transport + TCP_HEADER_BYTES;
      if (bytes <= frame.lengthBytes()) {
        long at = frame.start() + transport + TCP_DATA_OFFSET;
        bytes = transport + ((frame.memory().get(JAVA_BYTE, at) & 0xf0) >>> 2);
      }
    }
    return Math.min(bytes, frame.lengthBytes());
  }

  private static int unsignedShort(MemorySegment s, long at) {
    return s.get(JAVA_SHORT_UNALIGNED, at) & 0xffff;
  }

  private static void setShort(MemorySegment s, long at, int value) {
    s.set(JAVA_SHORT_UNALIGNED, at, (short) value);
  }
}
