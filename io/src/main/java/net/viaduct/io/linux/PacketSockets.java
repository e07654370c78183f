package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import net.viaduct.io.IoFailure;

/**
 * Opens the packet sockets of a port: one for each of many readers, of which each lets in what is
 * its own by a filter. So nothing depends on what others there are, or on when they came.
 * Stateless.
 */
final class PacketSockets {
  /** The kernel asks the filter of each socket about each frame, so there are not more. */
  static final int MOST = 8;

  private PacketSockets() {}

  /**
   * Opens them, in the calling thread's namespace.
   *
   * @param readers how many threads may read
   * @throws IoFailure if the kernel refuses
   */
  static QueueDescriptors open(String device, int index, int readers) {
    int wanted = Math.min(readers, MOST);
    Optional<IoFailure> missing =
        wanted == 1
            ? Optional.empty()
            : BpfSwitch.refusal("filter flows of " + device + " for " + wanted + " queues");
    int[] descriptors = new int[missing.isPresent() ? 1 : wanted];
    int open = 0;
    try (Arena arena = Arena.ofConfined()) {
      SocketCalls calls = new SocketCalls(arena);
      for (; open < descriptors.length; open++) {
        Optional<MemorySegment> filter =
            descriptors.length == 1
                ? Optional.empty()
                : Optional.of(QueueRule.filter(descriptors.length, open).program(arena));
        descriptors[open] = PacketSocket.open(calls, device, index, filter);
      }
    } catch (RuntimeException e) {
      for (int i = 0; i < open; i++) {
        new SystemCalls().close(descriptors[i]);
      }
      throw e;
    }
    return QueueDescriptors.of(descriptors, missing);
  }
}
