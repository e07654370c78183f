package net.viaduct.io.netlink;

import java.nio.ByteBuffer;
import net.viaduct.io.IoFailure;
import net.viaduct.io.Pollable;
import org.jspecify.annotations.Nullable;

/**
 * A netlink socket: datagrams to the kernel and from it. Behind it is Linux, or the twin of a test.
 * Owned by one thread at a time.
 */
public interface NetlinkTransport extends Pollable, AutoCloseable {
  /**
   * Hands one datagram to the kernel.
   *
   * @throws IoFailure if it does not take it
   */
  void send(byte[] datagram);

  /**
   * Waits for a datagram.
   *
   * @param timeoutNs how long at most; 0 to look without waiting
   * @return the datagram in native byte order, to be used before the next call; null if none came
   * @throws IoFailure ENOBUFS if the kernel lost datagrams because they were not read in time;
   *     EMSGSIZE if one was too large to be received whole
   */
  @Nullable ByteBuffer receive(long timeoutNs);

  /** The port that the kernel gave to the socket; answers carry it. */
  int portId();

  /**
   * A failure in words.
   *
   * @param call what was tried
   * @param errno the positive number of the error
   * @param detail what the kernel said about it; null if it said nothing
   */
  IoFailure failure(String call, int errno, @Nullable String detail);

  @Override
  void close();
}
