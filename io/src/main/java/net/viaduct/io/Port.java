package net.viaduct.io;

/**
 * Where a VM, a container, a bridge or a physical segment is attached on this host. One thread
 * receives from it, the data-path thread or a worker, which changes only while no worker works; the
 * rest is the data-path thread's, and workers send by {@link #sender}. {@link #name()} and {@link
 * #lostInKernel()} may be called from any.
 */
public interface Port extends Pollable, PortSender, AutoCloseable {
  /** The device's name. */
  String name();

  /** The largest payload of a frame that the device takes now, without Ethernet header and tags. */
  int mtuBytes();

  /**
   * Fills slots from the first on, without waiting. Frames that the kernel could not hand over are
   * counted in {@link #lostInKernel()}.
   *
   * @return how many were filled; 0 if there is nothing now
   */
  int receive(ReceiveBatch batch);

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
