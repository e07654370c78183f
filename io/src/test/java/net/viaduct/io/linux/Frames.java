package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import net.viaduct.io.Frame;
import net.viaduct.io.Offload;

/** Frames for tests. */
final class Frames {
  /** An experimental type (IEEE 802), which nobody answers. */
  static final int TEST_ETHER_TYPE = 0x88b5;

  private Frames() {}

  /** An empty frame in memory of its own. */
  static Frame empty() {
    MemorySegment memory = Arena.ofAuto().allocate(Frame.SLOT_BYTES, 8);
    return new Frame(memory, 0);
  }

  /** A frame with these bytes. */
  static Frame of(byte[] bytes) {
    Frame frame = empty();
    frame.lengthBytes(bytes.length);
    MemorySegment.copy(
        bytes, 0, frame.memory(), ValueLayout.JAVA_BYTE, frame.start(), bytes.length);
    return frame;
  }

  /** A frame of the experimental type whose payload counts up. */
  static Frame ethernet(String destination, String source, int payloadBytes) {
    byte[] bytes = new byte[14 + payloadBytes];
    HexFormat hex = HexFormat.of();
    System.arraycopy(hex.parseHex(destination.replace(":", "")), 0, bytes, 0, 6);
    System.arraycopy(hex.parseHex(source.replace(":", "")), 0, bytes, 6, 6);
    bytes[12] = (byte) (TEST_ETHER_TYPE >>> 8);
    bytes[13] = (byte) TEST_ETHER_TYPE;
    for (int i = 14; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    return of(bytes);
  }

  static byte[] bytes(Frame frame) {
    return frame
        .memory()
        .asSlice(frame.start(), frame.lengthBytes())
        .toArray(ValueLayout.JAVA_BYTE);
  }

  static int unsignedByte(Frame frame, int offset) {
    return frame.memory().get(ValueLayout.JAVA_BYTE, frame.start() + offset) & 0xff;
  }

  static int unsignedShort(Frame frame, int offset) {
    return unsignedByte(frame, offset) << 8 | unsignedByte(frame, offset + 1);
  }

  static int etherType(Frame frame) {
    return frame.lengthBytes() < 14 ? 0 : unsignedShort(frame, 12);
  }

  static String describe(Frame frame) {
    Offload offload = frame.offload();
    int shown = Math.min(64, frame.lengthBytes());
    return frame.lengthBytes()
        + " bytes, "
        + (offload.isChecksumPartial() ? "partial, " : "")
        + (offload.isSuperFrame() ? "super, " : "")
        + HexFormat.of().formatHex(bytes(frame), 0, shown);
  }
}
