package net.viaduct.io.linux;

import java.util.Arrays;

/**
 * The sockets that datagrams leave from, each bound to a source port of its own, so that the
 * underlay sees flows apart (RFC 7348 section 5). They receive nothing. Changed by the data-path
 * thread alone, while no worker sends; all send from them.
 *
 * <p>The ports are the same after each start, unless others hold them. They are spread so that both
 * their high and their low bits differ, whichever a router looks at.
 */
final class SourcePorts implements AutoCloseable {
  private final SystemCalls calls = new SystemCalls();
  private final UdpUnderlayConfig.SourceRange wanted;
  private final UnderlaySockets sockets;
  private final boolean checksums;
  private final int range;
  private final int[] descriptors;
  private final int[] ports;

  /**
   * Opens the sockets.
   *
   * @param checksums whether what they send has a checksum
   * @throws net.viaduct.io.IoFailure if there are fewer free ports than wanted, or the kernel
   *     refuses
   */
  SourcePorts(UdpUnderlayConfig config, UnderlaySockets sockets, boolean checksums) {
    wanted = config.sourcePorts();
    this.sockets = sockets;
    this.checksums = checksums;
    range = wanted.highest() - wanted.lowest() + 1;
    descriptors = new int[wanted.count()];
    ports = new int[wanted.count()];
    // odd, so that the low bits differ as well
    int stride = (Math.max(1, range / wanted.count()) - 1) | 1;
    int opened = 0;
    try {
      while (opened < descriptors.length) {
        open(opened, stride * opened);
        opened++;
      }
    } catch (RuntimeException e) {
      Arrays.stream(descriptors, 0, opened).forEach(calls::close);
      throw e;
    }
  }

  private void open(int index, int preferredOffset) {
    for (int i = 0; i < range; i++) {
      int port = wanted.lowest() + (preferredOffset + i) % range;
      int fd = sockets.openSending(port, checksums);
      if (fd != -ErrorNumber.EADDRINUSE) {
        ports[index] = port;
        descriptors[index] = fd;
        return;
      }
    }
    throw ErrorNumber.failure(
        "open underlay " + sockets.local(),
        ErrorNumber.EADDRINUSE,
        "fewer than %d of the UDP source ports %d to %d are free"
            .formatted(wanted.count(), wanted.lowest(), wanted.highest()));
  }

  /** Whether what they send has a checksum. */
  boolean hasChecksums() {
    return checksums;
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

  /** Whether a port is one of these. */
  boolean has(int port) {
    for (int each : ports) {
      if (each == port) {
        return true;
      }
    }
    return false;
  }

  /** What is sent to groups leaves from the device as it is now. */
  void sendToGroupsFromDevice() {
    for (int fd : descriptors) {
      sockets.sendToGroupsFromDevice(fd);
    }
  }

  @Override
  public void close() {
    Arrays.stream(descriptors).forEach(calls::close);
  }
}
