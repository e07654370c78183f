package net.viaduct.wire.capture;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Reads the packets of a capture file, be it pcapng (draft-ietf-opsawg-pcapng) or libpcap's classic
 * format (draft-ietf-opsawg-pcap) with micro- or nanoseconds, in either byte order. Bounded: no
 * more memory than for the largest packet is taken, whatever the file says. Owned by one thread.
 */
public final class CaptureReader implements AutoCloseable {
  /** Longer packets are refused. */
  public static final int MOST_PACKET_BYTES = PcapngWriter.MOST_BYTES;

  /** The two formats, behind the same door. */
  interface Format {
    /** The next packet, or null at the end. */
    @Nullable CapturedPacket next() throws IOException;
  }

  private final InputStream in;
  private final Format format;

  private CaptureReader(InputStream in, Format format) {
    this.in = in;
    this.format = format;
  }

  /**
   * Recognises the format.
   *
   * @param in closed with the reader; better buffered
   * @throws CaptureFormatException if it is none that is known
   */
  public static CaptureReader open(InputStream in) throws IOException {
    Source source = new Source(in);
    byte[] first = source.bytes(Integer.BYTES, "the beginning of the file");
    int magic = ByteBuffer.wrap(first).getInt();
    return new CaptureReader(
        in,
        magic == Pcapng.SECTION_HEADER
            ? new PcapngFormat(source)
            : PcapFormat.begin(source, magic));
  }

  /**
   * The next packet, or null at the end of the file.
   *
   * @throws CaptureFormatException if the file is damaged
   */
  public @Nullable CapturedPacket next() throws IOException {
    return format.next();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** The bytes of the file. Owned by the reader. */
  static final class Source {
    private final DataInputStream in;
    private long at;

    Source(InputStream in) {
      this.in = new DataInputStream(in);
    }

    /** Exactly so many bytes; {@code length} was checked by the caller. */
    byte[] bytes(int length, String what) throws IOException {
      byte[] bytes = new byte[length];
      try {
        in.readFully(bytes);
      } catch (EOFException e) {
        throw damaged("the file ends within " + what);
      }
      at += length;
      return bytes;
    }

    /** The next bytes, or null if the file ends right here. */
    byte @Nullable [] bytesOrEnd(int length, String what) throws IOException {
      int first = in.read();
      if (first < 0) {
        return null;
      }
      at++;
      byte[] rest = bytes(length - 1, what);
      byte[] bytes = new byte[length];
      bytes[0] = (byte) first;
      System.arraycopy(rest, 0, bytes, 1, rest.length);
      return bytes;
    }

    void skip(long length, String what) throws IOException {
      try {
        in.skipNBytes(length);
      } catch (EOFException e) {
        throw damaged("the file ends within " + what);
      }
      at += length;
    }

    /** Says what is wrong, and at which byte. */
    CaptureFormatException damaged(String what) {
      return new CaptureFormatException(what + " (byte " + at + ")");
    }

    ByteBuffer buffer(byte[] bytes, ByteOrder order) {
      return ByteBuffer.wrap(bytes).order(order);
    }
  }
}
