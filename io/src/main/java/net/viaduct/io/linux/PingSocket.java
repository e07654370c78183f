package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import net.viaduct.io.IoFailure;
import net.viaduct.io.Pollable;
import net.viaduct.wire.Checksum;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.NetworkOrder;

/**
 * A raw socket for ICMP echo (RFC 792) or ICMPv6 echo (RFC 4443 section 4), in the namespace in
 * which the opening thread is. Others' requests are answered by the kernel; of what arrives only
 * echo replies are seen, those to other sockets too. Owned by one thread at a time.
 *
 * <pre>
 *  0               1               2               3
 * +---------------+---------------+-------------------------------+
 * |     Type      |     Code      |          Checksum             |
 * +---------------+---------------+-------------------------------+
 * |           Identifier          |        Sequence Number        |
 * +-------------------------------+-------------------------------+
 * </pre>
 */
public final class PingSocket implements Pollable, AutoCloseable {
  /** Bytes of the ICMP header in front of the payload. */
  public static final int HEADER_BYTES = 8;

  /** The largest payload. */
  public static final int PAYLOAD_BYTES_MAX = 65_000;

  private static final int AF_INET6 = 10;
  private static final int PROTOCOL_ICMP = 1;
  private static final int PROTOCOL_ICMPV6 = 58;
  private static final int SOL_RAW = 255;
  private static final int ICMP_FILTER = 1;
  private static final int ECHO_REQUEST = 8;
  private static final int ECHO_REPLY = 0;
  private static final int ECHO_REQUEST_6 = 128;
  private static final int ECHO_REPLY_6 = 129;
  private static final int CHECKSUM_AT = 2;
  private static final int IDENTIFIER_AT = 4;
  private static final int SEQUENCE_AT = 6;
  private static final int SOCKADDR_IN_BYTES = 16;
  private static final int SOCKADDR_IN6_BYTES = 28;
  private static final int MSGHDR_BYTES = 56;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int IPV4_HEADER_BYTES_MIN = 20;
  private static final int RECEIVE_QUEUE_BYTES = 1 << 20;

  private final Arena arena = Arena.ofShared();
  private final SocketCalls calls = new SocketCalls(arena);
  private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
  private final MemorySegment vector = arena.allocate(16, 8);
  private final MemorySegment header = arena.allocate(MSGHDR_BYTES, 8);
  private final MemorySegment peer;
  private final boolean ipv6;
  private final int descriptor;
  private int replyAt;
  private int replyBytes;

  private PingSocket(boolean ipv6) {
    this.ipv6 = ipv6;
    peer = arena.allocate(ipv6 ? SOCKADDR_IN6_BYTES : SOCKADDR_IN_BYTES, 8);
    int type = SocketCalls.SOCK_RAW | SocketCalls.SOCK_CLOEXEC | SocketCalls.SOCK_NONBLOCK;
    int family = ipv6 ? AF_INET6 : SocketCalls.AF_INET;
    int opened = calls.socket(family, type, ipv6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP);
    String call = "open ICMP socket";
    if (opened == -ErrorNumber.EPERM) {
      throw ErrorNumber.failure(call, opened, "needs CAP_NET_RAW in this namespace");
    }
    descriptor = ErrorNumber.check(opened, call);
    header.set(ValueLayout.ADDRESS, 0, peer);
    header.set(ValueLayout.ADDRESS, 16, vector);
    header.set(ValueLayout.JAVA_LONG, 24, 1);
    vector.set(ValueLayout.ADDRESS, 0, buffer);
    seeOnlyReplies();
    calls.setsockopt(
        descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_RCVBUF, RECEIVE_QUEUE_BYTES);
  }

  /** A bit for each type that is not wanted: struct icmp_filter, struct icmp6_filter. */
  private void seeOnlyReplies() {
    if (!ipv6) {
      calls.setsockopt(descriptor, SOL_RAW, ICMP_FILTER, ~(1 << ECHO_REPLY));
      return;
    }
    MemorySegment filter = arena.allocate(32, 8).fill((byte) 0xff);
    long word = 4L * (ECHO_REPLY_6 / 32);
    filter.set(ValueLayout.JAVA_INT, word, ~(1 << ECHO_REPLY_6 % 32));
    calls.setsockopt(descriptor, PROTOCOL_ICMPV6, ICMP_FILTER, filter);
  }

  /**
   * Opens a socket in the namespace in which this thread is.
   *
   * @throws IoFailure EPERM without CAP_NET_RAW
   */
  public static PingSocket open(boolean ipv6) {
    return new PingSocket(ipv6);
  }

  /**
   * Sets what requests carry in the TOS byte or traffic class.
   *
   * @throws IoFailure if the kernel refuses
   */
  public void trafficClass(int value) {
    IpFamily family = ipv6 ? IpFamily.V6 : IpFamily.V4;
    ErrorNumber.check(
        calls.setsockopt(descriptor, family.level(), family.options().trafficClass(), value),
        "set the traffic class of an ICMP socket");
  }

  /** Whether it speaks ICMPv6. */
  public boolean isIpv6() {
    return ipv6;
  }

  /**
   * Sends an echo request, without waiting.
   *
   * @param identifier 16 bits
   * @param sequence 16 bits
   * @param payloadBytes bytes that count up from 0, as other programs send them
   * @return false if the kernel cannot send it now: no route, the queue is full, an earlier one was
   *     refused
   */
  public boolean send(IpAddress destination, int identifier, int sequence, int payloadBytes) {
    if (payloadBytes < 0 || payloadBytes > PAYLOAD_BYTES_MAX) {
      throw new IllegalArgumentException("payload of " + payloadBytes + " bytes");
    }
    if (destination.isIpv4() == ipv6) {
      throw new IllegalArgumentException(destination + " is of the other family");
    }
    for (int i = 0; i < payloadBytes; i++) {
      buffer.set(ValueLayout.JAVA_BYTE, HEADER_BYTES + i, (byte) i);
    }
    buffer.set(ValueLayout.JAVA_LONG, 0, 0);
    buffer.set(ValueLayout.JAVA_BYTE, 0, (byte) (ipv6 ? ECHO_REQUEST_6 : ECHO_REQUEST));
    NetworkOrder.u16(buffer, IDENTIFIER_AT, identifier);
    NetworkOrder.u16(buffer, SEQUENCE_AT, sequence);
    int length = HEADER_BYTES + payloadBytes;
    if (!ipv6) { // of ICMPv6 the kernel finishes it: it knows the pseudo-header
      NetworkOrder.u16(buffer, CHECKSUM_AT, Checksum.ofRange(buffer, 0, length));
    }
    peer.fill((byte) 0);
    peer.set(ValueLayout.JAVA_SHORT, 0, (short) (ipv6 ? AF_INET6 : SocketCalls.AF_INET));
    byte[] octets = destination.toBytes();
    MemorySegment.copy(octets, 0, peer, ValueLayout.JAVA_BYTE, ipv6 ? 8 : 4, octets.length);
    prepare(length);
    return calls.sendmsg(descriptor, header.address(), 0) == length;
  }

  /**
   * Takes the next echo reply, without waiting; the accessors tell about it until the next call.
   *
   * @return false if there is none now
   */
  public boolean receive() {
    while (true) {
      prepare(BUFFER_BYTES);
      long received = calls.recvmsg(descriptor, header.address(), 0);
      if (received < 0 && received != -ErrorNumber.EINTR) {
        return false;
      }
      if (received >= 0 && findReply((int) received)) {
        return true;
      }
    }
  }

  private boolean findReply(int received) {
    replyAt = 0;
    if (!ipv6) { // a raw socket of IPv4 gets the IP header too
      if (received < IPV4_HEADER_BYTES_MIN) {
        return false;
      }
      replyAt = (buffer.get(ValueLayout.JAVA_BYTE, 0) & 0x0f) * 4;
    }
    replyBytes = received - replyAt;
    int type = ipv6 ? ECHO_REPLY_6 : ECHO_REPLY;
    return replyBytes >= HEADER_BYTES
        && Byte.toUnsignedInt(buffer.get(ValueLayout.JAVA_BYTE, replyAt)) == type;
  }

  private void prepare(int bytes) {
    vector.set(ValueLayout.JAVA_LONG, 8, bytes);
    header.set(ValueLayout.JAVA_INT, 8, (int) peer.byteSize());
  }

  /** The identifier of the reply. */
  public int identifier() {
    return NetworkOrder.u16(buffer, replyAt + IDENTIFIER_AT);
  }

  /** The sequence number of the reply. */
  public int sequence() {
    return NetworkOrder.u16(buffer, replyAt + SEQUENCE_AT);
  }

  /** Who replied. */
  public IpAddress source() {
    byte[] octets = new byte[ipv6 ? 16 : 4];
    MemorySegment.copy(peer, ValueLayout.JAVA_BYTE, ipv6 ? 8 : 4, octets, 0, octets.length);
    return IpAddress.ofBytes(octets);
  }

  /** Whether the reply's payload is what {@link #send} sends: as long, and counting up. */
  public boolean isPayloadOf(int payloadBytes) {
    if (replyBytes != HEADER_BYTES + payloadBytes) {
      return false;
    }
    for (int i = 0; i < payloadBytes; i++) {
      if (buffer.get(ValueLayout.JAVA_BYTE, replyAt + HEADER_BYTES + i) != (byte) i) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int[] descriptors() {
    return new int[] {descriptor};
  }

  @Override
  public void close() {
    new SystemCalls().close(descriptor);
    arena.close();
  }
}
