package net.viaduct.io.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import net.viaduct.wire.IpAddress;

/**
 * A message to the kernel, written field by field: first its structure, then its attributes. Owned
 * by one thread.
 */
public final class NetlinkRequest {
  /** {@code NLM_F_REPLACE}: replace what exists. */
  public static final int REPLACE = 0x100;

  /** {@code NLM_F_EXCL}: fail with EEXIST if it exists. */
  public static final int EXCLUSIVE = 0x200;

  /** {@code NLM_F_CREATE}: create what does not exist. */
  public static final int CREATE = 0x400;

  /** {@code NLM_F_APPEND}: add to a list. */
  public static final int APPEND = 0x800;

  static final int ACKNOWLEDGE = 0x4;
  static final int DUMP = 0x300;

  private static final int REQUEST = 0x1;
  private static final int NESTED = 0x8000;

  private final int type;
  private final int flags;
  private ByteBuffer bytes = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());

  /**
   * An empty message.
   *
   * @param flags of {@link #CREATE}, {@link #EXCLUSIVE}, {@link #REPLACE}, {@link #APPEND}
   */
  public NetlinkRequest(int type, int flags) {
    this.type = type;
    this.flags = flags;
    bytes.position(NetlinkMessage.HEADER_BYTES);
  }

  /** Writes a byte of the structure. */
  public NetlinkRequest u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  /** Writes a 16-bit field of the structure. */
  public NetlinkRequest u16(int value) {
    room(2).putShort((short) value);
    return this;
  }

  /** Writes a 32-bit field of the structure. */
  public NetlinkRequest u32(int value) {
    room(4).putInt(value);
    return this;
  }

  /** Appends an attribute. */
  public NetlinkRequest bytes(int attribute, byte[] payload) {
    attribute(attribute, payload.length).put(payload);
    return pad();
  }

  /** Appends an attribute of one byte. */
  public NetlinkRequest u8(int attribute, int value) {
    attribute(attribute, 1).put((byte) value);
    return pad();
  }

  /** Appends a 16-bit attribute. */
  public NetlinkRequest u16(int attribute, int value) {
    attribute(attribute, 2).putShort((short) value);
    return pad();
  }

  /** Appends a 16-bit attribute in network order. */
  public NetlinkRequest u16Network(int attribute, int value) {
    return bytes(attribute, new byte[] {(byte) (value >>> 8), (byte) value});
  }

  /** Appends a 32-bit attribute. */
  public NetlinkRequest u32(int attribute, int value) {
    attribute(attribute, 4).putInt(value);
    return this;
  }

  /** Appends a 32-bit attribute in network order. */
  public NetlinkRequest u32Network(int attribute, int value) {
    return u32(attribute, Integer.reverseBytes(value));
  }

  /** Appends text with a NUL behind it. */
  public NetlinkRequest text(int attribute, String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    return bytes(attribute, Arrays.copyOf(utf8, utf8.length + 1));
  }

  /** Appends an address of 4 or 16 bytes. */
  public NetlinkRequest address(int attribute, IpAddress value) {
    return bytes(attribute, value.toBytes());
  }

  /** Appends a MAC address. */
  public NetlinkRequest mac(int attribute, long value) {
    byte[] octets = new byte[6];
    for (int i = 0; i < 6; i++) {
      octets[i] = (byte) (value >>> (40 - 8 * i));
    }
    return bytes(attribute, octets);
  }

  /** Appends an attribute that holds what the given code appends. */
  public NetlinkRequest nested(int attribute, Consumer<NetlinkRequest> inside) {
    int start = bytes.position();
    attribute(attribute | NESTED, 0);
    inside.accept(this);
    int length = bytes.position() - start;
    if (length > 0xffff) {
      throw new IllegalStateException("attribute " + attribute + " grew to " + length + " bytes");
    }
    bytes.putShort(start, (short) length);
    return this;
  }

  /** The message as it is sent. */
  byte[] toBytes(int sequence, int moreFlags) {
    bytes.putInt(0, bytes.position());
    bytes.putShort(4, (short) type);
    bytes.putShort(6, (short) (flags | moreFlags | REQUEST));
    bytes.putInt(8, sequence);
    bytes.putInt(12, 0);
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private ByteBuffer attribute(int attribute, int payloadBytes) {
    room(4).putShort((short) (4 + payloadBytes)).putShort((short) attribute);
    return room(payloadBytes);
  }

  private NetlinkRequest pad() {
    while (bytes.position() % 4 != 0) {
      u8(0);
    }
    return this;
  }

  private ByteBuffer room(int more) {
    if (bytes.remaining() < more) {
      ByteBuffer larger = ByteBuffer.allocate(2 * (bytes.capacity() + more));
      bytes = larger.order(ByteOrder.nativeOrder()).put(bytes.flip());
    }
    return bytes;
  }
}
