package net.viaduct.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads and writes captures of Ethernet frames in libpcap's classic format (pcap-savefile(5)). */
final class PcapFile {
  private static final int MAGIC = 0xa1b2_c3d4;
  private static final int LINKTYPE_ETHERNET = 1;
  private static final int SNAPLEN_BYTES = 262_144;
  private static final int FILE_HEADER_BYTES = 24;
  private static final int RECORD_HEADER_BYTES = 16;

  private PcapFile() {}

  static void write(Path path, List<byte[]> frames) throws IOException {
    int sizeBytes = FILE_HEADER_BYTES;
    for (byte[] frame : frames) {
      sizeBytes += RECORD_HEADER_BYTES + frame.length;
    }
    ByteBuffer file = ByteBuffer.allocate(sizeBytes);
    file.putInt(MAGIC).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0);
    file.putInt(SNAPLEN_BYTES).putInt(LINKTYPE_ETHERNET);
    int second = 0;
    for (byte[] frame : frames) {
      file.putInt(second++).putInt(0).putInt(frame.length).putInt(frame.length).put(frame);
    }
    Files.write(path, file.array());
  }

  static List<byte[]> read(Path path) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path));
    if (file.getInt(0) != MAGIC) {
      file.order(ByteOrder.LITTLE_ENDIAN);
    }
    file.position(FILE_HEADER_BYTES);
    List<byte[]> frames = new ArrayList<>();
    while (file.hasRemaining()) {
      byte[] frame = new byte[file.getInt(file.position() + 8)];
      file.position(file.position() + RECORD_HEADER_BYTES);
      file.get(frame);
      frames.add(frame);
    }
    return frames;
  }
}
