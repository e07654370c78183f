package net.viaduct.io.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;
import net.viaduct.io.Frame;
import net.viaduct.io.Offload;
import net.viaduct.io.SendBatch;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.NetworkOrder;
import org.jspecify.annotations.Nullable;

/** An Ethernet frame on the heap, with what is left to be done to it. Immutable. */
public final class MemoryFrame {
  private final byte[] bytes;
  private final boolean checksumPartial;
  private final int checksumStart;
  private final int checksumOffset;
  private final int segmentation;
  private final int segmentBytes;

  private MemoryFrame(byte[] bytes, Offload offload, int shift) {
    this.bytes = bytes;
    this.checksumPartial = offload.isChecksumPartial();
    this.checksumStart = checksumPartial ? offload.checksumStart() + shift : 0;
    this.checksumOffset = checksumPartial ? offload.checksumOffset() : 0;
    this.segmentation = offload.segmentation();
    this.segmentBytes = offload.segmentBytes();
  }

  private MemoryFrame(byte[] bytes, int start, int offset, int segmentation, int segmentBytes) {
    this.bytes = bytes;
    this.checksumPartial = start > 0;
    this.checksumStart = start;
    this.checksumOffset = offset;
    this.segmentation = segmentation;
    this.segmentBytes = segmentBytes;
  }

  /** A frame to which nothing is left to be done. */
  public static MemoryFrame of(byte[] bytes) {
    return new MemoryFrame(bytes.clone(), 0, 0, Offload.NONE, 0);
  }

  /** The same with a checksum to be finished; offsets as in {@link Offload}. */
  public MemoryFrame withChecksumPartial(int start, int offset) {
    return new MemoryFrame(bytes, start, offset, segmentation, segmentBytes);
  }

  /** The same as a super-frame; type and payload as in {@link Offload}. */
  public MemoryFrame withSegmentation(int type, int payloadBytes) {
    return new MemoryFrame(bytes, checksumStart, checksumOffset, type, payloadBytes);
  }

  /** A copy of a frame. */
  public static MemoryFrame copyOf(Frame frame) {
    byte[] bytes = new byte[frame.lengthBytes()];
    MemorySegment.copy(
        frame.memory(), ValueLayout.JAVA_BYTE, frame.start(), bytes, 0, bytes.length);
    return new MemoryFrame(bytes, frame.offload(), 0);
  }

  /** What leaves of an entry: a copy of its frame with the entry's VLAN tag. */
  public static MemoryFrame copyOf(SendBatch batch, int index) {
    Frame frame = batch.frame(index);
    int front = EthernetHeader.ADDRESSES_SIZE_BYTES;
    int behind = front + batch.leftOutBytes(index);
    if (batch.isAsItIs(index) || frame.lengthBytes() < behind) {
      return copyOf(frame);
    }
    MemorySegment bytes = MemorySegment.ofArray(new byte[batch.lengthBytes(index)]);
    MemorySegment.copy(frame.memory(), frame.start(), bytes, 0, front);
    if (batch.tag(index) != SendBatch.NO_TAG) {
      NetworkOrder.i32(bytes, front, batch.tag(index));
    }
    int rest = frame.lengthBytes() - behind;
    long restAt = frame.start() + behind;
    MemorySegment.copy(frame.memory(), restAt, bytes, bytes.byteSize() - rest, rest);
    byte[] array = bytes.toArray(ValueLayout.JAVA_BYTE);
    return new MemoryFrame(array, frame.offload(), batch.growthBytes(index));
  }

  /** Makes a frame the same as this one. */
  public void copyTo(Frame frame) {
    frame.reset();
    frame.lengthBytes(bytes.length);
    MemorySegment.copy(
        bytes, 0, frame.memory(), ValueLayout.JAVA_BYTE, frame.start(), bytes.length);
    if (checksumPartial) {
      frame.offload().checksumPartial(checksumStart, checksumOffset);
    }
    frame.offload().segmentation(segmentation, segmentBytes);
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** How many bytes there are. */
  public int lengthBytes() {
    return bytes.length;
  }

  /** Whether a checksum is to be finished. */
  public boolean isChecksumPartial() {
    return checksumPartial;
  }

  /** Where the sum begins. */
  public int checksumStart() {
    return checksumStart;
  }

  /** Where the checksum is, from there. */
  public int checksumOffset() {
    return checksumOffset;
  }

  /** The type of super-frame, {@link Offload#NONE} if it is none. */
  public int segmentation() {
    return segmentation;
  }

  /** Payload of each segment but the last. */
  public int segmentBytes() {
    return segmentBytes;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MemoryFrame that
        && Arrays.equals(bytes, that.bytes)
        && checksumPartial == that.checksumPartial
        && checksumStart == that.checksumStart
        && checksumOffset == that.checksumOffset
        && segmentation == that.segmentation
        && segmentBytes == that.segmentBytes;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    String todo = checksumPartial ? " checksum at " + checksumStart + "+" + checksumOffset : "";
    String cut =
        segmentation == Offload.NONE ? "" : " type " + segmentation + " of " + segmentBytes;
    String hex = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 64));
    return bytes.length + " bytes" + todo + cut + " " + hex;
  }
}
