package net.viaduct.io.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a message, or of an attribute that nests some. A walk over them ends at the
 * first that is malformed; one that is shorter than its type is as good as absent.
 *
 * <pre>
 * struct nlattr {              linux/netlink.h, native byte order, each aligned to 4 bytes
 *   __u16 nla_len;             with this header
 *   __u16 nla_type;            two upper bits: NLA_F_NESTED, NLA_F_NET_BYTEORDER
 * };
 * </pre>
 */
public final class Attributes {
  private static final int HEADER_BYTES = 4;
  private static final int TYPE_MASK = 0x3fff;

  private final ByteBuffer bytes;

  private Attributes(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** The attributes in a body from an offset on; none if the body is shorter. */
  static Attributes in(ByteBuffer body, int from) {
    int at = (int) Math.min(body.limit(), NetlinkMessage.align(from));
    return new Attributes(body.slice(at, body.limit() - at).order(ByteOrder.nativeOrder()));
  }

  /** The payload of the first attribute of a type; null if there is none. */
  public @Nullable ByteBuffer find(int type) {
    int at = 0;
    int end = bytes.limit();
    while (end - at >= HEADER_BYTES) {
      int length = Short.toUnsignedInt(bytes.getShort(at));
      if (length < HEADER_BYTES || length > end - at) {
        return null;
      }
      if ((bytes.getShort(at + 2) & TYPE_MASK) == type) {
        ByteBuffer payload = bytes.slice(at + HEADER_BYTES, length - HEADER_BYTES);
        return payload.order(ByteOrder.nativeOrder());
      }
      at = (int) Math.min(end, at + NetlinkMessage.align(length));
    }
    return null;
  }

  /** The attributes nested in one; none if it is absent. */
  public Attributes nested(int type) {
    ByteBuffer payload = find(type);
    return new Attributes(payload == null ? ByteBuffer.allocate(0) : payload);
  }

  /** Whether there is an attribute of a type. */
  public boolean has(int type) {
    return find(type) != null;
  }

  /** An unsigned byte. */
  public int u8(int type, int otherwise) {
    ByteBuffer payload = find(type);
    return payload == null || payload.limit() < 1 ? otherwise : Byte.toUnsignedInt(payload.get(0));
  }

  /** An unsigned 16-bit number in native order. */
  public int u16(int type, int otherwise) {
    ByteBuffer payload = find(type);
    return payload == null || payload.limit() < 2
        ? otherwise
        : Short.toUnsignedInt(payload.getShort(0));
  }

  /** An unsigned 16-bit number in network order. */
  public int u16Network(int type, int otherwise) {
    ByteBuffer payload = find(type);
    return payload == null || payload.limit() < 2
        ? otherwise
        : Short.toUnsignedInt(payload.order(ByteOrder.BIG_ENDIAN).getShort(0));
  }

  /** A 32-bit number in native order. */
  public int s32(int type, int otherwise) {
    ByteBuffer payload = find(type);
    return payload == null || payload.limit() < 4 ? otherwise : payload.getInt(0);
  }

  /** Text without the NUL that ends it; null if it is absent. */
  public @Nullable String text(int type) {
    ByteBuffer payload = find(type);
    if (payload == null) {
      return null;
    }
    int length = 0;
    while (length < payload.limit() && payload.get(length) != 0) {
      length++;
    }
    return StandardCharsets.UTF_8.decode(payload.slice(0, length)).toString();
  }

  /** An IPv4 or IPv6 address; null if it is absent or of another size. */
  public @Nullable IpAddress address(int type) {
    ByteBuffer payload = find(type);
    if (payload == null || (payload.limit() != 4 && payload.limit() != 16)) {
      return null;
    }
    byte[] octets = new byte[payload.limit()];
    payload.get(0, octets);
    return IpAddress.ofBytes(octets);
  }

  /** A MAC address in the form of {@link net.viaduct.wire.MacAddress}; 0 if it is none. */
  public long mac(int type) {
    ByteBuffer payload = find(type);
    if (payload == null || payload.limit() != 6) {
      return 0;
    }
    payload.order(ByteOrder.BIG_ENDIAN);
    return (Integer.toUnsignedLong(payload.getInt(0)) << 16)
        | Short.toUnsignedLong(payload.getShort(4));
  }
}
