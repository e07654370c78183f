package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.viaduct.io.IoFailure;

/**
 * What the kernel leaves to a device (linux/ethtool.h). Stateless.
 *
 * <pre>
 * struct ethtool_value { u32 cmd; u32 data; };      ifreq.ifr_data points to it
 * </pre>
 */
public final class DeviceOffload {
  private static final int SIOCETHTOOL = 0x8946;
  private static final int ETHTOOL_STXCSUM = 0x17;
  private static final int REQUEST_BYTES = 40;
  private static final int DATA_OFFSET = 16;

  private DeviceOffload() {}

  /**
   * Has the kernel finish checksums before it hands a frame to a device, and so cut super-frames
   * too, as {@code ethtool -K DEVICE tx off} does: what leaves is what is on a wire.
   *
   * @param device of the calling thread's namespace
   * @throws IoFailure if there is none, or it is not permitted
   */
  public static void switchOff(String device) {
    String call = "switch offloads of " + device + " off";
    try (Arena arena = Arena.ofConfined()) {
      int type = SocketCalls.SOCK_DGRAM | SocketCalls.SOCK_CLOEXEC;
      int fd = ErrorNumber.check(new SocketCalls(arena).socket(SocketCalls.AF_INET, type, 0), call);
      SystemCalls calls = new SystemCalls();
      try {
        MemorySegment value = arena.allocate(8, 8);
        value.set(JAVA_INT, 0, ETHTOOL_STXCSUM);
        MemorySegment request = arena.allocate(REQUEST_BYTES, 8);
        InterfaceRequests.writeName(request, device);
        request.set(JAVA_LONG, DATA_OFFSET, value.address());
        ErrorNumber.check(calls.ioctl(fd, SIOCETHTOOL, request.address()), call);
      } finally {
        calls.close(fd);
      }
    }
  }
}
