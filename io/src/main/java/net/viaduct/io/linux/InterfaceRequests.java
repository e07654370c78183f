package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import net.viaduct.wire.IpAddress;

/**
 * Small questions to the devices of one network namespace: that of the thread that opened this.
 * Owned by one thread at a time.
 *
 * <pre>
 * struct ifreq {                     linux/if.h, 40 bytes
 *   char ifr_name[16];
 *   union { int ifr_ifindex; int ifr_mtu; short ifr_flags; ... };
 * };
 * </pre>
 */
final class InterfaceRequests implements AutoCloseable {
  /** {@code IFNAMSIZ} less the zero at the end. */
  static final int NAME_BYTES = 15;

  private static final int SIOCGIFNAME = 0x8910;
  private static final int SIOCGIFCONF = 0x8912;
  private static final int SIOCGIFFLAGS = 0x8913;
  private static final int SIOCSIFFLAGS = 0x8914;
  private static final int SIOCGIFMTU = 0x8921;
  private static final int SIOCSIFMTU = 0x8922;
  private static final int SIOCGIFINDEX = 0x8933;
  private static final int SIOCSIFTXQLEN = 0x8943;
  private static final int REQUEST_BYTES = 40;
  private static final int VALUE_OFFSET = 16;
  private static final int ADDRESS_OFFSET = VALUE_OFFSET + 4;
  private static final short IFF_UP = 1;
  private static final int MAX_ADDRESSES = 4096;

  private final Arena arena = Arena.ofShared();
  private final SystemCalls calls = new SystemCalls();
  private final MemorySegment request = arena.allocate(REQUEST_BYTES, 8);
  private final int fd;

  /** Opens a way to the devices of the calling thread's namespace. */
  InterfaceRequests() {
    SocketCalls sockets = new SocketCalls(arena);
    fd =
        ErrorNumber.check(
            sockets.socket(
                SocketCalls.AF_INET, SocketCalls.SOCK_DGRAM | SocketCalls.SOCK_CLOEXEC, 0),
            "open socket for device requests");
  }

  /** Writes a device's name into a {@code struct ifreq}, or the like. */
  static void writeName(MemorySegment request, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0 || bytes.length > NAME_BYTES) {
      throw new IllegalArgumentException(
          "device name '" + name + "' is not of 1 to " + NAME_BYTES + " bytes");
    }
    request.asSlice(0, NAME_BYTES + 1).fill((byte) 0);
    MemorySegment.copy(bytes, 0, request, JAVA_BYTE, 0, bytes.length);
  }

  /** The index of a device, or the negative errno (ENODEV if there is none of that name). */
  int index(String name) {
    int result = ask(name, SIOCGIFINDEX);
    return result < 0 ? result : request.get(JAVA_INT, VALUE_OFFSET);
  }

  /**
   * The name of a device.
   *
   * @throws net.viaduct.io.IoFailure if there is none of that index
   */
  String name(int index) {
    request.set(JAVA_INT, VALUE_OFFSET, index);
    ErrorNumber.check(
        calls.ioctl(fd, SIOCGIFNAME, request.address()), "name of device with index " + index);
    return request.getString(0);
  }

  /** A request about a device, which can be asked again and again. */
  MemorySegment prepare(String name) {
    MemorySegment prepared = arena.allocate(REQUEST_BYTES, 8);
    writeName(prepared, name);
    return prepared;
  }

  /** The MTU of the device of a prepared request, or the negative errno; does not allocate. */
  int mtuBytes(MemorySegment prepared) {
    int result = calls.ioctl(fd, SIOCGIFMTU, prepared.address());
    return result < 0 ? result : prepared.get(JAVA_INT, VALUE_OFFSET);
  }

  /** Sets the MTU of a device: 0, or the negative errno. */
  int setMtuBytes(String name, int mtuBytes) {
    writeName(request, name);
    request.set(JAVA_INT, VALUE_OFFSET, mtuBytes);
    return calls.ioctl(fd, SIOCSIFMTU, request.address());
  }

  /** Sets how many packets may wait in a device: 0, or the negative errno. */
  int setQueueLength(String name, int packets) {
    writeName(request, name);
    request.set(JAVA_INT, VALUE_OFFSET, packets);
    return calls.ioctl(fd, SIOCSIFTXQLEN, request.address());
  }

  /** Sets a device up: 0, or the negative errno. */
  int setUp(String name) {
    int result = ask(name, SIOCGIFFLAGS);
    if (result < 0) {
      return result;
    }
    short flags = request.get(JAVA_SHORT, VALUE_OFFSET);
    request.set(JAVA_SHORT, VALUE_OFFSET, (short) (flags | IFF_UP));
    return calls.ioctl(fd, SIOCSIFFLAGS, request.address());
  }

  /** The IPv4 addresses of this namespace, each with the name of its device. */
  Map<IpAddress, String> ipv4Addresses() {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment list = scratch.allocate((long) MAX_ADDRESSES * REQUEST_BYTES, 8);
      MemorySegment conf = scratch.allocate(16, 8); // struct ifconf { int bytes; char *buffer; }
      conf.set(JAVA_INT, 0, (int) list.byteSize());
      conf.set(JAVA_LONG, 8, list.address());
      ErrorNumber.check(calls.ioctl(fd, SIOCGIFCONF, conf.address()), "list addresses");
      Map<IpAddress, String> addresses = new LinkedHashMap<>();
      for (int at = 0; at < conf.get(JAVA_INT, 0); at += REQUEST_BYTES) {
        int bits =
            list.get(JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), at + ADDRESS_OFFSET);
        // an alias comes as eth0:1, its device is eth0
        String label = list.getString(at);
        int colon = label.indexOf(':');
        addresses.putIfAbsent(
            IpAddress.ofIpv4(bits), colon < 0 ? label : label.substring(0, colon));
      }
      return addresses;
    }
  }

  @Override
  public void close() {
    calls.close(fd);
    arena.close();
  }

  private int ask(String name, int question) {
    writeName(request, name);
    return calls.ioctl(fd, question, request.address());
  }
}
