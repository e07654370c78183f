package net.viaduct.io.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import net.viaduct.io.PortSender;

/**
 * By what each thread hands frames over to one port, made when it is first asked for: each needs
 * memory of its own. Owned by the data-path thread; a sender is its thread's.
 */
final class ThreadSenders {
  private final IntFunction<PortSender> maker;
  private final List<PortSender> made = new ArrayList<>();

  /** None yet. */
  ThreadSenders(IntFunction<PortSender> maker) {
    this.maker = maker;
  }

  /**
   * The sender of a thread; for the same number it is the same.
   *
   * @param thread its number; 0 is the data-path thread
   */
  PortSender of(int thread) {
    while (made.size() <= thread) {
      made.add(maker.apply(made.size()));
    }
    return made.get(thread);
  }
}
