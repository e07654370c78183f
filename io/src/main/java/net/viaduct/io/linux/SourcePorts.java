package net.viaduct.io.linux;

import java.util.Arrays;

/**
 * The sockets that datagrams leave from, each bound to a source port of its own, so that the
 * underlay sees flows apart (RFC 7348 section 5). They receive nothing. Owned by one data-path
 * thread.
 *
 * <p>The ports are the same after each start, unless others hold them. They are spread so that both
 * their high and their low bits differ, whichever a router looks at.
 */
final class SourcePorts implements AutoCloseable {
  private final SystemCalls calls = new SystemCalls();
  private final UdpUnderlayConfig config;
  private final int range;
  private final int[] descriptors;
  private final int[] ports;

  /**
   * Opens the sockets.
   *
   * @throws net.viaduct.io.IoFailure if there are fewer free ports than wanted, or the kernel
   *     refuses
   */
  SourcePorts(UdpUnderlayConfig config, UdpSocket sockets) {
    this.config = config;
    range = config.highestSourcePort() - config.lowestSourcePort() + 1;
    descriptors = new int[config.sourcePorts()];
    ports = new int[config.sourcePorts()];
    // odd, so that the low bits differ as well
    int stride = (Math.max(1, range / config.sourcePorts()) - 1) | 1;
    int opened = 0;
    try {
      while (opened < descriptors.length) {
        open(sockets, opened, stride * opened);
        opened++;
      }
    } catch (RuntimeException e) {
      Arrays.stream(descriptors, 0, opened).forEach(calls::close);
      throw e;
    }
  }

  private void open(UdpSocket sockets, int index, int preferredOffset) {
    for (int i = 0; i < range; i++) {
      int port = config.lowestSourcePort() + (preferredOffset + i) % range;
      int fd = sockets.openSending(port);
      if (fd != -ErrorNumber.EADDRINUSE) {
        ports[index] = port;
        descriptors[index] = fd;
        return;
      }
    }
    throw ErrorNumber.failure(
        "open underlay " + config.local(),
        ErrorNumber.EADDRINUSE,
        "fewer than %d of the UDP source ports %d to %d are free"
            .formatted(
                config.sourcePorts(), config.lowestSourcePort(), config.highestSourcePort()));
  }

  /** How many there are. */
  int count() {
    return descriptors.length;
  }

  /** Which of them a flow leaves from. */
  int indexOf(int flowHash) {
    return (int) ((Integer.toUnsignedLong(flowHash) * descriptors.length) >>> 32);
  }

  /** The descriptor of one of them. */
  int descriptor(int index) {
    return descriptors[index];
  }

  /** The port of one of them. */
  int port(int index) {
    return ports[index];
  }

  @Override
  public void close() {
    Arrays.stream(descriptors).forEach(calls::close);
  }
}
