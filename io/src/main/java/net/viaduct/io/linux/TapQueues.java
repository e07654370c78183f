package net.viaduct.io.linux;

import java.util.Optional;
import net.viaduct.io.IoFailure;

/**
 * Makes a tap with a queue for each of many readers; or with one, where the kernel cannot be told
 * by which of several a frame comes. Stateless.
 */
final class TapQueues {
  private TapQueues() {}

  /**
   * Makes a tap that is set up, in the calling thread's namespace.
   *
   * @param mtuBytes 68 to 65535
   * @param wanted how many queues it is to have, 1 to 256
   * @throws IoFailure if the kernel refuses to make one at all
   */
  static QueueDescriptors open(SystemCalls calls, String name, int mtuBytes, int wanted) {
    Optional<IoFailure> missing = wanted == 1 ? Optional.empty() : QueueProgram.refusal(wanted);
    if (wanted > 1 && missing.isEmpty()) {
      int program = QueueProgram.descriptor(wanted);
      try {
        return QueueDescriptors.of(
            TapDevice.create(calls, name, mtuBytes, wanted, program), Optional.empty());
      } catch (IoFailure e) {
        missing = Optional.of(e); // what is not about queues is said again
      }
    }
    return QueueDescriptors.of(new int[] {TapDevice.create(calls, name, mtuBytes)}, missing);
  }
}
