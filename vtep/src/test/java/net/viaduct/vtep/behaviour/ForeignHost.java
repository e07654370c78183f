package net.viaduct.vtep.behaviour;

import net.viaduct.io.Endpoint;
import org.jspecify.annotations.Nullable;

/** A host on the underlay that sends and receives raw datagrams. Owned by the test's thread. */
public interface ForeignHost {
  /** Where datagrams are received. */
  Endpoint endpoint();

  /** Sends a UDP payload. */
  void send(Endpoint destination, byte[] payload);

  /** Receives a datagram that has arrived; null if there is none. */
  @Nullable Datagram receive();

  /**
   * What was received.
   *
   * @param source who sent it
   * @param payload what is in it
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Datagram(Endpoint source, byte[] payload) {}
}
