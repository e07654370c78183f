package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * How many frames a device dropped on their way out of the kernel, by RTM_GETSTATS
 * (linux/if_link.h). Owned by one thread at a time.
 *
 * <pre>
 * struct nlmsghdr { u32 len; u16 type; u16 flags; u32 seq; u32 pid; };
 * struct if_stats_msg { u8 family; u8 pad1; u16 pad2; u32 ifindex; u32 filter_mask; };
 * struct rtattr { u16 len; u16 type; };
 * struct rtnl_link_stats64 { u64 rx_packets, tx_packets, rx_bytes, tx_bytes, rx_errors, tx_errors,
 *                            rx_dropped, tx_dropped; ... };
 * </pre>
 *
 * <p>A device that is gone, or was moved to another namespace, keeps the last value known.
 */
final class DeviceStatistics implements AutoCloseable {
  private static final short RTM_NEWSTATS = 92;
  private static final short RTM_GETSTATS = 94;
  private static final short NLM_F_REQUEST = 1;
  private static final int TYPE_OFFSET = 4;
  private static final int FLAGS_OFFSET = 6;
  private static final int FAMILY_OFFSET = 16;
  private static final int INDEX_OFFSET = 20;
  private static final int FILTER_OFFSET = 24;
  private static final int REQUEST_BYTES = 28;
  private static final int FILTER_LINK_64 = 1;
  private static final int TX_DROPPED_OFFSET = REQUEST_BYTES + 4 + 7 * 8;
  private static final int REPLY_BYTES = 1024;

  private final Arena arena = Arena.ofShared();
  private final SystemCalls calls = new SystemCalls();
  private final MemorySegment message = arena.allocate(REPLY_BYTES, 8);
  private final int index;
  private final int fd;
  private long txDropped;

  /** The statistics of a device in the calling thread's namespace. */
  DeviceStatistics(int index) {
    this.index = index;
    SocketCalls sockets = new SocketCalls(arena);
    int type = SocketCalls.SOCK_RAW | SocketCalls.SOCK_CLOEXEC;
    fd =
        ErrorNumber.check(
            sockets.socket(SocketCalls.AF_NETLINK, type, 0), "open socket for statistics");
  }

  /** Frames that the kernel gave to the device and that the device dropped. */
  long txDropped() {
    message.asSlice(0, REQUEST_BYTES).fill((byte) 0);
    message.set(JAVA_INT, 0, REQUEST_BYTES);
    message.set(JAVA_SHORT, TYPE_OFFSET, RTM_GETSTATS);
    message.set(JAVA_SHORT, FLAGS_OFFSET, NLM_F_REQUEST);
    message.set(JAVA_BYTE, FAMILY_OFFSET, (byte) 0);
    message.set(JAVA_INT, INDEX_OFFSET, index);
    message.set(JAVA_INT, FILTER_OFFSET, FILTER_LINK_64);
    if (calls.write(fd, message.address(), REQUEST_BYTES) < 0) {
      return txDropped;
    }
    long bytes = calls.read(fd, message.address(), REPLY_BYTES);
    if (bytes >= TX_DROPPED_OFFSET + 8 && message.get(JAVA_SHORT, TYPE_OFFSET) == RTM_NEWSTATS) {
      txDropped = message.get(JAVA_LONG, TX_DROPPED_OFFSET);
    }
    return txDropped;
  }

  @Override
  public void close() {
    calls.close(fd);
    arena.close();
  }
}
