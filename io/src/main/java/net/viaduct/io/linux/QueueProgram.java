package net.viaduct.io.linux;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import net.viaduct.io.IoFailure;

/**
 * {@link QueueRule} as a program for taps. It is loaded by the first who needs it and kept as long
 * as the process lives, as it is the same for all of them. Any thread.
 */
final class QueueProgram {
  private static final Map<Integer, Integer> LOADED = new ConcurrentHashMap<>();

  private QueueProgram() {}

  /** Why it cannot be loaded, for so many queues; empty if it is. */
  static Optional<IoFailure> refusal(int queues) {
    String call = "steer flows to " + queues + " queues";
    Optional<IoFailure> switchedOff = BpfSwitch.refusal(call);
    if (switchedOff.isPresent()) {
      return switchedOff;
    }
    int result = descriptor(queues);
    if (result >= 0) {
      return Optional.empty();
    }
    return Optional.of(
        -result == ErrorNumber.EPERM
            ? ErrorNumber.failure(call, result, "needs CAP_BPF outside of any user namespace")
            : ErrorNumber.failure(call, result));
  }

  /** Its descriptor; a negative error number if it is not loaded. */
  static int descriptor(int queues) {
    return LOADED.computeIfAbsent(
        queues,
        count ->
            ExtendedBpf.load(
                new SystemCalls(),
                ExtendedBpf.SOCKET_FILTER,
                ExtendedBpf.of(QueueRule.steering(count))));
  }
}
