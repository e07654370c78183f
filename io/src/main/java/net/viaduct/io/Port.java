package net.viaduct.io;

import java.util.List;
import java.util.Optional;

/**
 * Where a VM, a container, a bridge or a physical segment is attached on this host. One thread
 * receives from each of its queues, the data-path thread or a worker, which changes only while no
 * worker works; the rest is the data-path thread's, and workers send by {@link #sender}. {@link
 * #name()} and {@link #lostInKernel()} may be called from any.
 *
 * <p>A port is the first of its queues, by which all comes that is not IP; of most ports it is the
 * only one.
 */
public interface Port extends PortQueue, PortSender, AutoCloseable {
  /** The device's name. */
  String name();

  /** The largest payload of a frame that the device takes now, without Ethernet header and tags. */
  int mtuBytes();

  /** By what frames come from it, the port itself first; never changes. Any thread. */
  default List<PortQueue> queues() {
    return List.of(this);
  }

  /** Why it has fewer queues than were asked for; empty if it has not. Any thread. */
  default Optional<IoFailure> queuesMissing() {
    return Optional.empty();
  }

  /**
   * By what another thread than the owner hands frames over; ends with the port. A port that any
   * thread may use gives itself.
   *
   * @param thread its number, from 1 on; for the same number it is the same
   */
  default PortSender sender(int thread) {
    return this;
  }

  /**
   * Says whether what the device carries without VLAN tag belongs to this port too, as it does
   * until something else is said. If not, the device is shared with others who use it: they see all
   * of it, and the port still gives all frames.
   */
  default void takeUntagged(boolean taken) {}

  /** Frames from this port that were lost before we could receive them, since it was opened. */
  long lostInKernel();

  /** Gives the device back as it was; removes it if it was made by opening the port. */
  @Override
  void close();
}
