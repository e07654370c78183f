package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Optional;
import net.viaduct.io.IoFailure;

/** Opens packet sockets (linux/if_packet.h, packet(7)). Stateless. */
final class PacketSocket {
  static final int SOL_PACKET = 263;

  private static final int PACKET_ADD_MEMBERSHIP = 1;
  private static final int PACKET_STATISTICS = 6;
  private static final int PACKET_AUXDATA = 8;
  private static final int PACKET_VNET_HDR = 15;
  private static final int PACKET_IGNORE_OUTGOING = 23;
  private static final short PACKET_MR_PROMISC = 1;
  private static final int ETH_P_ALL = 3;
  private static final int ADDRESS_BYTES = 20;
  private static final int MEMBERSHIP_BYTES = 16;
  private static final int RECEIVE_BUFFER_BYTES = 16 << 20;
  private static final int SEND_BUFFER_BYTES = 8 << 20;

  private PacketSocket() {}

  /**
   * Opens a socket that sees every frame that a device receives, none that it sends, and makes the
   * device receive all; this ends with the socket.
   *
   * @param filter a {@code struct sock_fprog} that lets in what it is to see; from the first frame
   * @return a descriptor, which does not block
   * @throws IoFailure if the kernel refuses
   */
  static int open(SocketCalls calls, String device, int index, Optional<MemorySegment> filter) {
    String call = "open device " + device;
    int type = SocketCalls.SOCK_RAW | SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC;
    // protocol 0: nothing is received before all is set
    int fd = calls.socket(SocketCalls.AF_PACKET, type, 0);
    if (fd == -ErrorNumber.EPERM) {
      throw ErrorNumber.failure(call, fd, "needs CAP_NET_RAW in this namespace");
    }
    ErrorNumber.check(fd, call);
    try (Arena arena = Arena.ofConfined()) {
      ErrorNumber.check(calls.setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, 1), call);
      ErrorNumber.check(calls.setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, 1), call);
      ErrorNumber.check(calls.setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1), call);
      if (filter.isPresent()) {
        int level = SocketCalls.SOL_SOCKET;
        int result = calls.setsockopt(fd, level, SocketCalls.SO_ATTACH_FILTER, filter.get());
        ErrorNumber.check(result, call);
      }
      setBuffers(calls, fd, RECEIVE_BUFFER_BYTES, SEND_BUFFER_BYTES);
      ErrorNumber.check(calls.bind(fd, address(arena, index)), call);
      ErrorNumber.check(
          calls.setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, promiscuous(arena, index)), call);
    } catch (RuntimeException e) {
      new SystemCalls().close(fd);
      throw e;
    }
    return fd;
  }

  /** Makes the buffers of a socket as large as asked, or as the kernel allows. */
  static void setBuffers(SocketCalls calls, int fd, int receiveBytes, int sendBytes) {
    int level = SocketCalls.SOL_SOCKET;
    if (calls.setsockopt(fd, level, SocketCalls.SO_RCVBUFFORCE, receiveBytes) < 0) {
      calls.setsockopt(fd, level, SocketCalls.SO_RCVBUF, receiveBytes);
    }
    if (calls.setsockopt(fd, level, SocketCalls.SO_SNDBUFFORCE, sendBytes) < 0) {
      calls.setsockopt(fd, level, SocketCalls.SO_SNDBUF, sendBytes);
    }
  }

  /**
   * Frames lost since the last call: {@code struct tpacket_stats { u32 packets; u32 drops; }}.
   *
   * @param scratch 8 bytes
   */
  static long takeDrops(SocketCalls calls, int fd, MemorySegment scratch) {
    int result = calls.getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, scratch);
    return result < 0 ? 0 : Integer.toUnsignedLong(scratch.get(JAVA_INT, 4));
  }

  /**
   * <pre>
   * struct sockaddr_ll { u16 family; be16 protocol; int ifindex; u16 hatype; u8 pkttype; u8 halen;
   *                      u8 addr[8]; };
   * </pre>
   */
  private static MemorySegment address(Arena arena, int index) {
    MemorySegment address = arena.allocate(ADDRESS_BYTES, 4);
    address.set(JAVA_SHORT, 0, (short) SocketCalls.AF_PACKET);
    address.set(JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) ETH_P_ALL);
    address.set(JAVA_INT, 4, index);
    return address;
  }

  /** {@code struct packet_mreq { int ifindex; u16 type; u16 alen; u8 address[8]; }}. */
  private static MemorySegment promiscuous(Arena arena, int index) {
    MemorySegment membership = arena.allocate(MEMBERSHIP_BYTES, 4);
    membership.set(JAVA_INT, 0, index);
    membership.set(JAVA_SHORT, 4, PACKET_MR_PROMISC);
    return membership;
  }
}
