package net.viaduct.wire.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * libpcap's classic format, draft-ietf-opsawg-pcap: a header of 24 bytes, then for each packet
 * seconds, fraction, bytes kept, bytes on the wire, and the bytes. Owned by its reader.
 */
final class PcapFormat implements CaptureReader.Format {
  private static final int MICROSECONDS_MAGIC = 0xa1b2_c3d4;
  private static final int NANOSECONDS_MAGIC = 0xa1b2_3c4d;
  private static final int REST_OF_HEADER_BYTES = 20;
  private static final int RECORD_HEADER_BYTES = 16;
  private static final int LINK_TYPE_OFFSET = 16;

  /** Above it are flags, of the frame check sequence and others. */
  private static final int LINK_TYPE_MASK = 0x0fff_ffff;

  private static final long NS_PER_SECOND = 1_000_000_000L;

  private final CaptureReader.Source source;
  private final ByteOrder order;
  private final int nsPerFraction;
  private final int linkType;

  private PcapFormat(
      CaptureReader.Source source, ByteOrder order, int nsPerFraction, int linkType) {
    this.source = source;
    this.order = order;
    this.nsPerFraction = nsPerFraction;
    this.linkType = linkType;
  }

  /** Reads the header after its magic number, which was read as big-endian. */
  static PcapFormat begin(CaptureReader.Source source, int magic) throws IOException {
    int swapped = Integer.reverseBytes(magic);
    boolean big = magic == MICROSECONDS_MAGIC || magic == NANOSECONDS_MAGIC;
    boolean little = swapped == MICROSECONDS_MAGIC || swapped == NANOSECONDS_MAGIC;
    if (!big && !little) {
      throw source.damaged("this is no capture file: it is neither pcapng nor pcap");
    }
    ByteOrder order = big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    int ns = (big ? magic : swapped) == NANOSECONDS_MAGIC ? 1 : 1000;
    ByteBuffer header =
        source.buffer(source.bytes(REST_OF_HEADER_BYTES, "the header of the file"), order);
    return new PcapFormat(source, order, ns, header.getInt(LINK_TYPE_OFFSET) & LINK_TYPE_MASK);
  }

  @Override
  public @Nullable CapturedPacket next() throws IOException {
    byte[] bytes = source.bytesOrEnd(RECORD_HEADER_BYTES, "the header of a packet");
    if (bytes == null) {
      return null;
    }
    ByteBuffer header = source.buffer(bytes, order);
    long seconds = header.getInt() & 0xffff_ffffL;
    long fraction = header.getInt() & 0xffff_ffffL;
    int kept = header.getInt();
    int original = header.getInt();
    if (kept < 0 || kept > CaptureReader.MOST_PACKET_BYTES) {
      throw source.damaged(
          "a packet of " + Integer.toUnsignedString(kept) + " bytes is longer than any can be");
    }
    byte[] packet = source.bytes(kept, "a packet");
    long epochNs = seconds * NS_PER_SECOND + fraction * nsPerFraction;
    return new CapturedPacket(linkType, "", epochNs, original, packet);
  }
}
