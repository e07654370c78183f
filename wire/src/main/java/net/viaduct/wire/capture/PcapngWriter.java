package net.viaduct.wire.capture;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes captures in the pcapng format (draft-ietf-opsawg-pcapng), with several interfaces,
 * nanoseconds, and a comment for each packet. Little-endian, as most machines. Owned by one thread.
 */
public final class PcapngWriter implements AutoCloseable {
  /** More is not kept of a packet: what Wireshark takes for Ethernet. */
  public static final int MOST_BYTES = 262_144;

  /** Longer comments are cut: an option's length has 16 bits. */
  private static final int MOST_TEXT_BYTES = 32_000;

  private static final int NANOSECONDS = 9;
  private static final int LENGTH_OFFSET = 4;

  private final OutputStream out;
  private ByteBuffer block = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
  private int interfaces;

  /**
   * Begins a capture.
   *
   * @param out gets each block with one write; closed with this
   * @param application who writes it
   */
  public PcapngWriter(OutputStream out, String application) throws IOException {
    this.out = out;
    begin(Pcapng.SECTION_HEADER);
    block.putInt(Pcapng.BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1);
    text(Pcapng.SECTION_APPLICATION, application);
    end();
  }

  /**
   * Describes where packets are captured.
   *
   * @param linkType a number of {@link LinkType}
   * @return the number by which its packets name it
   */
  public int addInterface(int linkType, String name, String description) throws IOException {
    begin(Pcapng.INTERFACE_DESCRIPTION);
    block.putShort((short) linkType).putShort((short) 0).putInt(MOST_BYTES);
    text(Pcapng.INTERFACE_NAME, name);
    text(Pcapng.INTERFACE_TEXT, description);
    option(Pcapng.INTERFACE_TIME_RESOLUTION, new byte[] {NANOSECONDS});
    end();
    return interfaces++;
  }

  /**
   * Writes a packet.
   *
   * @param interfaceNumber where it was captured
   * @param way which way it went there
   * @param packet with its bytes, of which no more than {@link #MOST_BYTES} are kept
   * @param comment what became of it; empty for none
   * @throws IllegalArgumentException if there is no such interface
   */
  public void packet(int interfaceNumber, PacketWay way, CapturedPacket packet, String comment)
      throws IOException {
    requireInterface(interfaceNumber);
    int bytes = Math.min(packet.bytes().length, MOST_BYTES);
    begin(Pcapng.ENHANCED_PACKET);
    time(interfaceNumber, packet.epochNs());
    block.putInt(bytes).putInt(packet.originalBytes());
    reserve(bytes);
    padded(packet.bytes(), bytes);
    byte[] flags = {(byte) way.flag(), 0, 0, 0};
    option(Pcapng.PACKET_FLAGS, flags);
    text(Pcapng.COMMENT, comment);
    end();
  }

  /**
   * Tells how complete the capture is.
   *
   * @param received packets that were to be captured
   * @param dropped those of them that were not, for want of room
   */
  public void statistics(int interfaceNumber, long epochNs, long received, long dropped)
      throws IOException {
    requireInterface(interfaceNumber);
    begin(Pcapng.INTERFACE_STATISTICS);
    time(interfaceNumber, epochNs);
    option(Pcapng.STATISTICS_RECEIVED, number(received));
    option(Pcapng.STATISTICS_DROPPED, number(dropped));
    end();
  }

  private void requireInterface(int number) {
    if (number < 0 || number >= interfaces) {
      throw new IllegalArgumentException("there is no interface " + number + " in this capture");
    }
  }

  private void time(int interfaceNumber, long epochNs) {
    block.putInt(interfaceNumber).putInt((int) (epochNs >>> 32)).putInt((int) epochNs);
  }

  private void begin(int type) {
    block.clear().putInt(type).putInt(0);
  }

  private void text(int code, String text) {
    if (!text.isEmpty()) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      option(code, bytes.length > MOST_TEXT_BYTES ? cut(bytes) : bytes);
    }
  }

  /** Not within a character: continuation bytes are 10xxxxxx (RFC 3629 section 3). */
  private static byte[] cut(byte[] bytes) {
    int end = MOST_TEXT_BYTES;
    while ((bytes[end] & 0xc0) == 0x80) {
      end--;
    }
    return Arrays.copyOf(bytes, end);
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  private void option(int code, byte[] value) {
    reserve(value.length);
    block.putShort((short) code).putShort((short) value.length);
    padded(value, value.length);
  }

  private void padded(byte[] bytes, int length) {
    block.put(bytes, 0, length);
    for (int i = length; i < Pcapng.padded(length); i++) {
      block.put((byte) 0);
    }
  }

  /** Makes room for a value, its header, and the end of a block. */
  private void reserve(int bytes) {
    int needed = bytes + 64;
    if (block.remaining() < needed) {
      ByteBuffer larger =
          ByteBuffer.allocate(block.position() + needed + block.capacity())
              .order(ByteOrder.LITTLE_ENDIAN);
      block = larger.put(block.flip());
    }
  }

  private void end() throws IOException {
    block.putInt(Pcapng.END_OF_OPTIONS);
    int length = block.position() + Integer.BYTES;
    block.putInt(length).putInt(LENGTH_OFFSET, length);
    out.write(block.array(), 0, length);
  }

  /** Hands on what the stream holds back. */
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
