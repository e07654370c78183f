package net.viaduct.io.linux;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.viaduct.io.IoFailure;

/**
 * The descriptors of a port's queues, none of which blocks. Immutable; who has it closes them.
 *
 * @param all from the first queue on
 * @param missing why there are fewer than were asked for; empty if there are not
 */
record QueueDescriptors(List<Integer> all, Optional<IoFailure> missing) {
  /** Copies the list. */
  QueueDescriptors {
    all = List.copyOf(all);
  }

  static QueueDescriptors of(int[] descriptors, Optional<IoFailure> missing) {
    return new QueueDescriptors(Arrays.stream(descriptors).boxed().toList(), missing);
  }

  /** That by which a thread sends: its own queue's, if there is one. */
  int forSender(int thread) {
    return all.get(thread % all.size());
  }

  void close(SystemCalls calls) {
    all.forEach(calls::close);
  }
}
