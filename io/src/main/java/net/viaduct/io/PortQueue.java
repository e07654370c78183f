package net.viaduct.io;

/**
 * One of the queues by which frames come from a port. All frames of a flow come by the same one, in
 * their order. Owned by the thread that reads it, which may be another than that of the port.
 */
public interface PortQueue extends Pollable {
  /**
   * Fills slots from the first on, without waiting. Frames that the kernel could not hand over are
   * counted in {@link Port#lostInKernel()}.
   *
   * @return how many were filled; 0 if there is nothing now
   */
  int receive(ReceiveBatch batch);
}
