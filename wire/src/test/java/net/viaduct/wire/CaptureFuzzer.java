package net.viaduct.wire;

import static net.viaduct.wire.FuzzTarget.require;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import net.viaduct.wire.capture.CaptureReader;
import net.viaduct.wire.capture.CapturedPacket;

/** Fuzzes {@link CaptureReader}: damaged files make it throw what it says, and nothing else. */
final class CaptureFuzzer {
  private CaptureFuzzer() {}

  /** Jazzer's entry. */
  public static void fuzzerTestOneInput(byte[] data) {
    read(data);
  }

  static int probe(MemorySegment s, long at, int lengthBytes) {
    return read(s.asSlice(at, lengthBytes).toArray(ValueLayout.JAVA_BYTE));
  }

  /** How many bytes of packets there are. */
  static int read(byte[] file) {
    int bytes = 0;
    try (CaptureReader reader = CaptureReader.open(new ByteArrayInputStream(file))) {
      for (CapturedPacket packet = reader.next(); packet != null; packet = reader.next()) {
        require(packet.bytes().length <= file.length, "more bytes than the file has");
        require(packet.originalBytes() >= packet.bytes().length, "shorter than it is");
        bytes += packet.bytes().length;
      }
    } catch (IOException e) {
      require(e.getMessage() != null, "an error without words");
    }
    return bytes;
  }
}
