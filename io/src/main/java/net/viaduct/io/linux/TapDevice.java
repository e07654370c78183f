package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.viaduct.io.IoFailure;
import net.viaduct.io.rtnetlink.Rtnetlink;

/**
 * Makes tap devices (linux/if_tun.h). A device lives as long as its descriptor, so that it also
 * goes away with a process that is killed. Stateless.
 */
final class TapDevice {
  private static final int TUNSETIFF = 0x400454ca;
  private static final int TUNSETOFFLOAD = 0x400454d0;
  private static final int TUNSETSNDBUF = 0x400454d4;
  private static final int TUNSETVNETHDRSZ = 0x400454d8;
  private static final int TUNSETSTEERINGEBPF = 0x800454e0;
  private static final int TUNGETIFF = 0x800454d2;
  private static final int IFF_TAP = 0x0002;
  private static final int IFF_MULTI_QUEUE = 0x0100;
  private static final int IFF_NO_PI = 0x1000;
  private static final int IFF_VNET_HDR = 0x4000;
  private static final int IFF_TUN_EXCL = 0x8000;
  private static final int NO_PROGRAM = -1;
  private static final int FLAGS_OFFSET = 16;
  private static final int REQUEST_BYTES = 40;

  /**
   * What the kernel may leave undone, from the largest set down: CSUM 0x01, TSO4 0x02, TSO6 0x04,
   * USO4 0x20, USO6 0x40.
   */
  private static final int[] OFFLOAD_SETS = {0x67, 0x07, 0x03, 0x01, 0x00};

  /** The largest, UDP_TUNNEL_GSO 0x80 and UDP_TUNNEL_GSO_CSUM 0x100 (Linux 6.17). */
  private static final int[] TUNNEL_OFFLOAD_SETS = {0x1e7};

  /** Bytes that may be on their way into the kernel before writing is refused. */
  private static final int SEND_BUFFER_BYTES = 16 << 20;

  private TapDevice() {}

  /**
   * Makes a device that is set up, in the calling thread's namespace.
   *
   * @param mtuBytes 68 to 65535
   * @return its descriptor, which does not block
   * @throws IoFailure if the kernel refuses
   */
  static int create(SystemCalls calls, String name, int mtuBytes) {
    return create(calls, name, mtuBytes, new int[1], NO_PROGRAM)[0];
  }

  /**
   * Makes a device with several queues that is set up, in the calling thread's namespace.
   *
   * @param mtuBytes 68 to 65535
   * @param queues 2 to 256
   * @param program says by which queue a frame comes
   * @return a descriptor of each queue, which does not block
   * @throws IoFailure if the kernel refuses
   */
  static int[] create(SystemCalls calls, String name, int mtuBytes, int queues, int program) {
    return create(calls, name, mtuBytes, new int[queues], program);
  }

  private static int[] create(
      SystemCalls calls, String name, int mtuBytes, int[] queues, int program) {
    String call = "open tap " + name;
    if (name.indexOf('%') >= 0 || name.indexOf('/') >= 0) {
      throw ErrorNumber.failure(call, ErrorNumber.EINVAL, "a device's name has no '%' or '/'");
    }
    int open = 0;
    try {
      for (; open < queues.length; open++) {
        queues[open] = openControl(calls, call);
        attach(calls, queues, open, name, program, call);
      }
      prepare(calls, queues[0], VirtioNetHeader.SIZE_BYTES, call);
      offload(calls, queues[0], OFFLOAD_SETS);
      setUp(name, mtuBytes, queues.length, call);
    } catch (RuntimeException e) {
      for (int i = 0; i < open; i++) {
        calls.close(queues[i]);
      }
      throw e;
    }
    return queues;
  }

  /** The first makes the device, which steers before there is a second. */
  private static void attach(
      SystemCalls calls, int[] queues, int index, String name, int program, String call) {
    int fd = queues[index];
    try {
      int several = queues.length > 1 ? IFF_MULTI_QUEUE : 0;
      attach(calls, fd, name, index == 0 ? several | IFF_TUN_EXCL : several, call);
      if (several != 0 && index == 0) {
        steer(calls, fd, program, call);
      }
      if (index > 0 && isGone(queues[0])) {
        throw ErrorNumber.failure(call, ErrorNumber.EBADFD, "somebody deleted it meanwhile");
      }
    } catch (RuntimeException e) {
      calls.close(fd);
      throw e;
    }
  }

  private static void steer(SystemCalls calls, int fd, int program, String call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment descriptor = arena.allocateFrom(JAVA_INT, program);
      int result = calls.ioctl(fd, TUNSETSTEERINGEBPF, descriptor.address());
      if (result < 0) {
        throw ErrorNumber.failure(call, result, "the kernel does not steer flows; Linux 4.16 does");
      }
    }
  }

  /** A device that was made, and its name. */
  record Made(int fd, String name) {}

  /**
   * Makes a device that takes super-frames within UDP tunnels and hands them over, not set up yet.
   *
   * @param pattern its name with {@code %d} for a number that is free
   * @throws IoFailure if the kernel refuses, EOPNOTSUPP if it does not know such super-frames
   */
  static Made createForTunnels(SystemCalls calls, String pattern) {
    String call = "open tap " + pattern;
    int fd = openControl(calls, call);
    try {
      String name = attach(calls, fd, pattern, IFF_TUN_EXCL, call);
      prepare(calls, fd, TunnelVirtioHeader.SIZE_BYTES, call);
      if (!offload(calls, fd, TUNNEL_OFFLOAD_SETS)) {
        throw ErrorNumber.failure(
            call,
            ErrorNumber.EOPNOTSUPP,
            "the kernel does not segment UDP tunnels on taps; Linux 6.17 does");
      }
      return new Made(fd, name);
    } catch (RuntimeException e) {
      calls.close(fd);
      throw e;
    }
  }

  private static int openControl(SystemCalls calls, String call) {
    int flags = SystemCalls.O_RDWR | SystemCalls.O_NONBLOCK | SystemCalls.O_CLOEXEC;
    int fd = calls.open("/dev/net/tun", flags, 0);
    if (fd < 0) {
      throw failure(call, fd);
    }
    return fd;
  }

  /** Whether the device behind a descriptor was deleted; any thread. */
  static boolean isGone(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(REQUEST_BYTES, 8);
      return new SystemCalls().ioctl(fd, TUNGETIFF, request.address()) == -ErrorNumber.EBADFD;
    }
  }

  /** Returns the name that the kernel gave. */
  private static String attach(SystemCalls calls, int fd, String name, int more, String call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(REQUEST_BYTES, 8);
      InterfaceRequests.writeName(request, name);
      int flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | more;
      request.set(JAVA_SHORT, FLAGS_OFFSET, (short) flags);
      int result = calls.ioctl(fd, TUNSETIFF, request.address());
      if (result < 0) {
        throw failure(call, result);
      }
      return request.getString(0);
    }
  }

  /**
   * Sets what is the same for all queues that there are. The header's size is told before what may
   * be left undone: some of that needs a long one.
   */
  private static void prepare(SystemCalls calls, int fd, int headerBytes, String call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocateFrom(JAVA_INT, headerBytes);
      ErrorNumber.check(calls.ioctl(fd, TUNSETVNETHDRSZ, value.address()), call);
      value.set(JAVA_INT, 0, SEND_BUFFER_BYTES);
      ErrorNumber.check(calls.ioctl(fd, TUNSETSNDBUF, value.address()), call);
    }
  }

  private static boolean offload(SystemCalls calls, int fd, int[] sets) {
    for (int offloads : sets) {
      if (calls.ioctl(fd, TUNSETOFFLOAD, offloads) == 0) {
        return true;
      }
    }
    return false;
  }

  private static void setUp(String name, int mtuBytes, int queues, String call) {
    try (InterfaceRequests requests = new InterfaceRequests()) {
      int result = requests.setMtuBytes(name, mtuBytes);
      if (result < 0) {
        throw ErrorNumber.failure(
            call, result, "the device does not take an MTU of " + mtuBytes + " bytes");
      }
      if (queues > 1) {
        leaveOutDiscipline(ErrorNumber.check(requests.index(name), call));
      }
      ErrorNumber.check(requests.setUp(name), call);
    }
  }

  /**
   * For a device with several queues the kernel makes 256 of them, and a queueing discipline for
   * each: 6 MB. As a tap takes a frame at once or drops it, nothing would ever wait there.
   */
  private static void leaveOutDiscipline(int index) {
    try (Rtnetlink rtnetlink = NetlinkSocket.openRtnetlink()) {
      rtnetlink.links().withoutDiscipline(index);
    }
  }

  private static IoFailure failure(String call, int errno) {
    return switch (-errno) {
      case ErrorNumber.EPERM, ErrorNumber.EACCES ->
          ErrorNumber.failure(
              call, errno, "needs CAP_NET_ADMIN in this namespace, and /dev/net/tun");
      case ErrorNumber.EBUSY, ErrorNumber.EEXIST ->
          ErrorNumber.failure(
              call,
              errno,
              "a device of that name exists already and is not ours;"
                  + " remove it, or use it as an existing device");
      case ErrorNumber.ENOENT, ErrorNumber.ENODEV, ErrorNumber.ENXIO ->
          ErrorNumber.failure(
              call, errno, "the kernel offers no /dev/net/tun here; modprobe tun may help");
      default -> ErrorNumber.failure(call, errno);
    };
  }
}
