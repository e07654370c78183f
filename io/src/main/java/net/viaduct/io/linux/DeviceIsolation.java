package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import net.viaduct.io.IoFailure;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the host's own network stack from also processing the frames that a device receives: a
 * two-instruction program at the device's tcx ingress (Linux 6.6) drops them, behind the place
 * where packet sockets see them. The kernel removes it together with its descriptor, so it also
 * goes away with a process that is killed. Owned by its port.
 */
final class DeviceIsolation implements AutoCloseable {
  private static final int BPF_LINK_CREATE = 28;
  private static final int BPF_TCX_INGRESS = 46;

  /** {@code r0 = TCX_DROP (2); exit}: struct bpf_insn { u8 code; u8 registers; s16; s32 }. */
  private static final long[] DROP_ALL = {0x0000_0002_0000_00b7L, 0x95L};

  /** More of {@code union bpf_attr} than is used; the rest is zero. */
  private static final int ATTRIBUTE_BYTES = 128;

  private static final int NO_LINK = -1;

  private final SystemCalls calls = new SystemCalls();
  private final @Nullable IoFailure failure;
  private int link = NO_LINK;

  private DeviceIsolation(@Nullable IoFailure failure, int link) {
    this.failure = failure;
    this.link = link;
  }

  /** Isolates a device of the calling thread's namespace, or keeps the cause why it cannot be. */
  static DeviceIsolation of(String device, int index) {
    Optional<IoFailure> switchedOff = BpfSwitch.refusal(call(device));
    if (switchedOff.isPresent()) {
      return new DeviceIsolation(switchedOff.get(), NO_LINK);
    }
    int program = Program.DESCRIPTOR;
    if (program < 0) {
      return refused(device, program);
    }
    int link = createLink(new SystemCalls(), program, index);
    return link < 0 ? refused(device, link) : new DeviceIsolation(null, link);
  }

  /**
   * The program, loaded by the first who needs it and kept as long as the process lives: it is the
   * same for all devices, and loading or freeing one for each of thousands of ports keeps the
   * kernel busy. A descriptor, or a negative error number.
   */
  private static final class Program {
    static final int DESCRIPTOR =
        ExtendedBpf.load(new SystemCalls(), ExtendedBpf.SCHED_CLS, DROP_ALL);
  }

  private static String call(String device) {
    return "isolate " + device + " from the host's network stack";
  }

  private static DeviceIsolation refused(String device, int errno) {
    String call = call(device);
    IoFailure failure =
        switch (-errno) {
          case ErrorNumber.EPERM ->
              ErrorNumber.failure(
                  call, errno, "needs CAP_BPF and CAP_NET_ADMIN outside of any user namespace");
          case ErrorNumber.EINVAL, ErrorNumber.ENOSYS, ErrorNumber.EOPNOTSUPP ->
              ErrorNumber.failure(call, errno, "the kernel has no tcx; Linux 6.6 has");
          default -> ErrorNumber.failure(call, errno);
        };
    return new DeviceIsolation(failure, NO_LINK);
  }

  /**
   * <pre>
   * struct { u32 prog_fd; u32 target_ifindex; u32 attach_type; u32 flags; ... }
   * </pre>
   */
  private static int createLink(SystemCalls calls, int program, int index) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(ATTRIBUTE_BYTES, 8);
      attributes.set(JAVA_INT, 0, program);
      attributes.set(JAVA_INT, 4, index);
      attributes.set(JAVA_INT, 8, BPF_TCX_INGRESS);
      return calls.bpf(BPF_LINK_CREATE, attributes.address(), ATTRIBUTE_BYTES);
    }
  }

  /** Why the device is not isolated; null if it is. */
  @Nullable IoFailure failure() {
    return failure;
  }

  @Override
  public void close() {
    if (link != NO_LINK) {
      calls.close(link);
      link = NO_LINK;
    }
  }
}
