package net.viaduct.io;

import java.util.List;
import net.viaduct.wire.IpAddress;

/**
 * The IP network that carries tunnels, as a source and a sink of UDP payloads. Owned by one
 * data-path thread; {@link #local()} and {@link #lostInKernel()} may be called from any.
 */
public interface Underlay extends Pollable, AutoCloseable {
  /** Where remotes reach this host: the source address of all that is sent, and the UDP port. */
  Endpoint local();

  /** All addresses and ports at which remotes reach this host, {@link #local()} first. */
  default List<Endpoint> locals() {
    return List.of(local());
  }

  /** The largest IP packet that the device of the underlay takes, in bytes. */
  int mtuBytes();

  /**
   * Fills slots with UDP payloads from the first on, each with its source, without waiting. A
   * payload's checksum was verified by the kernel if the sender gave one.
   *
   * @return how many were filled; 0 if there is nothing now
   */
  int receive(ReceiveBatch batch);

  /**
   * Sends in order, without waiting, never fragmented, and tells the result of each in the batch.
   * Super-frames are cut and unfinished checksums are finished here; if that is done in the frame
   * itself, its {@link Offload} says so afterwards, because other entries may refer to it.
   */
  void send(DatagramBatch batch);

  /**
   * Joins an any-source group on the device that has the local address.
   *
   * @throws IoFailure if the kernel refuses, with the limit if it is one
   */
  void join(IpAddress group);

  /** Leaves a group that was joined. */
  void leave(IpAddress group);

  /** Datagrams that were lost before we could receive them, since opening. */
  long lostInKernel();

  @Override
  void close();
}
