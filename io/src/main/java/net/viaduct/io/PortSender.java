package net.viaduct.io;

/** Hands frames over to a port. Owned by one thread; a port has one for each thread that does. */
@FunctionalInterface
public interface PortSender {
  /**
   * Hands frames over in order, each with its entry's VLAN tag, without waiting, and tells the
   * result of each in the batch. Leaves their bytes as they are, those in the headroom too: other
   * places may get the same frames.
   */
  void send(SendBatch batch);
}
