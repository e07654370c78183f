package net.viaduct.wire.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * pcapng, draft-ietf-opsawg-pcapng: sections of blocks, each with its own byte order and
 * interfaces. Blocks that hold no packets are passed over. Owned by its reader.
 */
final class PcapngFormat implements CaptureReader.Format {
  /** A packet, its fixed fields and rich options; what is longer is damaged. */
  private static final int MOST_BLOCK_BYTES = CaptureReader.MOST_PACKET_BYTES + 1_048_576;

  private static final int MOST_INTERFACES = 65_536;
  private static final int FIXED_BYTES = 8;

  private final CaptureReader.Source source;
  private final List<CapturedInterface> interfaces = new ArrayList<>();
  private ByteOrder order = ByteOrder.BIG_ENDIAN;

  /** After the first block type, that of a section's header, was read. */
  PcapngFormat(CaptureReader.Source source) throws IOException {
    this.source = source;
    beginSection(source.bytes(Integer.BYTES, "the header of the file"));
  }

  @Override
  public @Nullable CapturedPacket next() throws IOException {
    while (true) {
      byte[] start = source.bytesOrEnd(FIXED_BYTES, "the header of a block");
      if (start == null) {
        return null;
      }
      ByteBuffer header = source.buffer(start, order);
      int type = header.getInt(0);
      if (type == Pcapng.SECTION_HEADER) {
        beginSection(new byte[] {start[4], start[5], start[6], start[7]});
        continue;
      }
      CapturedPacket packet = block(type, header.getInt(Integer.BYTES));
      if (packet != null) {
        return packet;
      }
    }
  }

  /** The magic number behind the length tells in which order the length was written. */
  private void beginSection(byte[] length) throws IOException {
    byte[] magic = source.bytes(Integer.BYTES, "the header of a section");
    int asBig = ByteBuffer.wrap(magic).getInt();
    if (asBig == Pcapng.BYTE_ORDER_MAGIC) {
      order = ByteOrder.BIG_ENDIAN;
    } else if (Integer.reverseBytes(asBig) == Pcapng.BYTE_ORDER_MAGIC) {
      order = ByteOrder.LITTLE_ENDIAN;
    } else {
      throw source.damaged("a section begins without its byte-order magic");
    }
    interfaces.clear();
    int total = requireLength(source.buffer(length, order).getInt(), 28);
    source.skip(total - FIXED_BYTES - Integer.BYTES, "the header of a section");
  }

  private @Nullable CapturedPacket block(int type, int length) throws IOException {
    int bodyBytes =
        requireLength(length, Pcapng.BLOCK_OVERHEAD_BYTES) - Pcapng.BLOCK_OVERHEAD_BYTES;
    boolean known =
        switch (type) {
          case Pcapng.INTERFACE_DESCRIPTION,
              Pcapng.OBSOLETE_PACKET,
              Pcapng.SIMPLE_PACKET,
              Pcapng.ENHANCED_PACKET ->
              true;
          default -> false;
        };
    if (!known) {
      source.skip(bodyBytes + Integer.BYTES, "a block");
      return null;
    }
    ByteBuffer body = source.buffer(source.bytes(bodyBytes, "a block"), order);
    source.skip(Integer.BYTES, "a block");
    return switch (type) {
      case Pcapng.ENHANCED_PACKET -> enhanced(body);
      case Pcapng.OBSOLETE_PACKET -> obsolete(body);
      case Pcapng.SIMPLE_PACKET -> simple(body);
      default -> describe(body);
    };
  }

  private int requireLength(int length, int least) throws CaptureFormatException {
    if (length < least || length > MOST_BLOCK_BYTES || length % Integer.BYTES != 0) {
      throw source.damaged("a block cannot have " + Integer.toUnsignedString(length) + " bytes");
    }
    return length;
  }

  private @Nullable CapturedPacket describe(ByteBuffer body) throws CaptureFormatException {
    require(body, FIXED_BYTES);
    if (interfaces.size() == MOST_INTERFACES) {
      throw source.damaged("there are more than " + MOST_INTERFACES + " interfaces");
    }
    int linkType = body.getShort(0) & 0xffff;
    CapturedInterface described = CapturedInterface.of(linkType);
    body.position(FIXED_BYTES);
    while (body.remaining() >= Integer.BYTES) {
      int code = body.getShort() & 0xffff;
      int length = body.getShort() & 0xffff;
      if (code == Pcapng.END_OF_OPTIONS || length > body.remaining()) {
        break;
      }
      byte[] value = new byte[length];
      body.get(value);
      body.position(Math.min(body.limit(), body.position() + Pcapng.padded(length) - length));
      described = option(described, code, value);
    }
    interfaces.add(described);
    return null;
  }

  private CapturedInterface option(CapturedInterface described, int code, byte[] value) {
    return switch (code) {
      case Pcapng.INTERFACE_NAME -> described.named(new String(value, StandardCharsets.UTF_8));
      case Pcapng.INTERFACE_TIME_RESOLUTION ->
          value.length == 1 ? described.resolved(value[0] & 0xff) : described;
      case Pcapng.INTERFACE_TIME_OFFSET ->
          value.length == Long.BYTES
              ? described.shifted(source.buffer(value, order).getLong())
              : described;
      default -> described;
    };
  }

  private CapturedPacket enhanced(ByteBuffer body) throws CaptureFormatException {
    require(body, 20);
    return timed(body, body.getInt());
  }

  private CapturedPacket obsolete(ByteBuffer body) throws CaptureFormatException {
    require(body, 20);
    int interfaceNumber = body.getShort() & 0xffff;
    body.getShort(); // how many were lost
    return timed(body, interfaceNumber);
  }

  private CapturedPacket timed(ByteBuffer body, int interfaceNumber) throws CaptureFormatException {
    CapturedInterface at = interfaceAt(interfaceNumber);
    long time = ((long) body.getInt() << 32) | (body.getInt() & 0xffff_ffffL);
    int kept = body.getInt();
    int original = body.getInt();
    return packet(at, at.epochNs(time), bytes(body, kept), original);
  }

  private CapturedPacket simple(ByteBuffer body) throws CaptureFormatException {
    require(body, Integer.BYTES);
    CapturedInterface at = interfaceAt(0);
    int original = body.getInt();
    int kept = original < 0 ? body.remaining() : Math.min(original, body.remaining());
    return packet(at, 0, bytes(body, kept), original);
  }

  private static CapturedPacket packet(
      CapturedInterface at, long epochNs, byte[] bytes, int original) {
    return new CapturedPacket(at.linkType(), at.name(), epochNs, original, bytes);
  }

  private byte[] bytes(ByteBuffer body, int kept) throws CaptureFormatException {
    if (kept < 0 || kept > body.remaining() || kept > CaptureReader.MOST_PACKET_BYTES) {
      throw source.damaged(
          "a packet of " + Integer.toUnsignedString(kept) + " bytes does not fit into its block");
    }
    byte[] bytes = new byte[kept];
    body.get(bytes);
    return bytes;
  }

  private CapturedInterface interfaceAt(int number) throws CaptureFormatException {
    if (number < 0 || number >= interfaces.size()) {
      throw source.damaged(
          "a packet is of interface "
              + Integer.toUnsignedString(number)
              + ", and there are "
              + interfaces.size());
    }
    return interfaces.get(number);
  }

  private void require(ByteBuffer body, int bytes) throws CaptureFormatException {
    if (body.remaining() < bytes) {
      throw source.damaged("a block is shorter than its fields");
    }
  }
}
