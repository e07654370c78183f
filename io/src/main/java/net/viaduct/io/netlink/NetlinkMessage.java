package net.viaduct.io.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * One message from the kernel. Whatever its bytes are, reading it throws nothing: fields that are
 * not there read as zero, attributes that are cut are not there.
 *
 * <pre>
 * struct nlmsghdr {            linux/netlink.h, native byte order
 *   __u32 nlmsg_len;           with this header
 *   __u16 nlmsg_type;
 *   __u16 nlmsg_flags;
 *   __u32 nlmsg_seq;
 *   __u32 nlmsg_pid;
 * };
 * </pre>
 *
 * @param type NLMSG_ERROR, NLMSG_DONE or a type of the protocol
 * @param flags NLM_F_MULTI, NLM_F_DUMP_INTR...
 * @param sequence of the request that it answers; 0 for an event
 * @param portId of the socket that asked; 0 for an event
 * @param body what follows the header
 */
public record NetlinkMessage(int type, int flags, int sequence, int portId, ByteBuffer body) {
  /** {@code NLMSG_NOOP}. */
  public static final int NOOP = 1;

  /** {@code NLMSG_ERROR}: a refusal, or with number 0 an acknowledgement. */
  public static final int ERROR = 2;

  /** {@code NLMSG_DONE}: the end of a dump. */
  public static final int DONE = 3;

  /** {@code NLM_F_DUMP_INTR}: what is dumped changed meanwhile; the dump may be inconsistent. */
  public static final int FLAG_DUMP_INTERRUPTED = 0x10;

  static final int FLAG_CAPPED = 0x100;
  static final int FLAG_ACK_ATTRIBUTES = 0x200;
  static final int HEADER_BYTES = 16;

  /**
   * Cuts a datagram into its messages.
   *
   * @param datagram in native byte order, from its position to its limit
   * @return the messages that are whole; null stands for the rest if it is malformed
   */
  public static Batch split(ByteBuffer datagram) {
    List<NetlinkMessage> messages = new ArrayList<>();
    int at = datagram.position();
    int end = datagram.limit();
    while (end - at >= HEADER_BYTES) {
      int length = datagram.getInt(at);
      if (length < HEADER_BYTES || length > end - at) {
        return new Batch(messages, false);
      }
      ByteBuffer body = datagram.slice(at + HEADER_BYTES, length - HEADER_BYTES);
      messages.add(
          new NetlinkMessage(
              Short.toUnsignedInt(datagram.getShort(at + 4)),
              Short.toUnsignedInt(datagram.getShort(at + 6)),
              datagram.getInt(at + 8),
              datagram.getInt(at + 12),
              body.order(ByteOrder.nativeOrder())));
      at = (int) Math.min(end, at + align(length));
    }
    return new Batch(messages, at == end);
  }

  /**
   * The messages of one datagram.
   *
   * @param whole false if bytes were left that are no message
   */
  public record Batch(List<NetlinkMessage> messages, boolean whole) {}

  /** An unsigned byte of the body; 0 behind its end. */
  public int u8(int at) {
    return at + 1 <= body.limit() ? Byte.toUnsignedInt(body.get(at)) : 0;
  }

  /** An unsigned 16-bit field of the body in native order; 0 behind its end. */
  public int u16(int at) {
    return at + 2 <= body.limit() ? Short.toUnsignedInt(body.getShort(at)) : 0;
  }

  /** A 32-bit field of the body in native order; 0 behind its end. */
  public int s32(int at) {
    return at + 4 <= body.limit() ? body.getInt(at) : 0;
  }

  /** The attributes behind a structure of this size. */
  public Attributes attributes(int structBytes) {
    return Attributes.in(body, structBytes);
  }

  static long align(int length) {
    return (length + 3L) & ~3L;
  }
}
