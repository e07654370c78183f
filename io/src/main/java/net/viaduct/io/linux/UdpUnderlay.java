package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Endpoint;
import net.viaduct.io.IoFailure;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.Underlay;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.wire.IpAddress;

/**
 * An underlay by UDP sockets of the kernel. Owned by one data-path thread; {@link #local()} and
 * {@link #lostInKernel()} may be called from any.
 *
 * <p>One socket receives what is sent to the local address, one more for each group that is joined.
 * Datagrams leave from a pool of sockets, by the hash of their flow, with the DF bit set.
 */
public final class UdpUnderlay implements Underlay {
  private final Arena arena = Arena.ofShared();
  private final UdpUnderlayConfig config;
  private final DeviceMtu mtu;
  private final UdpReceiver receiver;
  private final SourcePorts sources;
  private final UdpSender sender;
  private boolean closed;

  /**
   * Opens the sockets, in the calling thread's namespace.
   *
   * @param errors where errors of sending go that have no result of their own
   * @throws IoFailure EADDRINUSE if the port is taken, and by whom; EADDRNOTAVAIL if no device has
   *     the address
   */
  public UdpUnderlay(UdpUnderlayConfig config, DistinctErrors errors) {
    this.config = config;
    checkFamily(config.local());
    String device = config.device().orElseGet(() -> deviceOf(config.local()));
    mtu = new DeviceMtu(device);
    UdpReceiver openedReceiver = null;
    try {
      UdpSocket opener = new UdpSocket(config, device, arena);
      openedReceiver = new UdpReceiver(opener, arena);
      receiver = openedReceiver;
      sources = new SourcePorts(config, opener);
      sender = new UdpSender(sources, arena, errors, config.local().toString());
    } catch (RuntimeException e) {
      if (openedReceiver != null) {
        openedReceiver.close();
      }
      mtu.close();
      arena.close();
      throw e;
    }
  }

  private static void checkFamily(Endpoint local) {
    if (!local.address().isIpv4()) {
      throw new IoFailure(
          "open underlay " + local,
          "EAFNOSUPPORT",
          "IPv6 underlays are not supported yet; use an IPv4 address");
    }
  }

  private static String deviceOf(Endpoint local) {
    try (InterfaceRequests requests = new InterfaceRequests()) {
      Map<IpAddress, String> addresses = requests.ipv4Addresses();
      String device = addresses.get(local.address());
      if (device == null) {
        throw ErrorNumber.failure(
            "open underlay " + local,
            ErrorNumber.EADDRNOTAVAIL,
            "no device here has that address; there are " + describe(addresses));
      }
      return device;
    }
  }

  private static String describe(Map<IpAddress, String> addresses) {
    return addresses.entrySet().stream()
        .map(entry -> entry.getKey() + " on " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  @Override
  public Endpoint local() {
    return config.local();
  }

  @Override
  public int mtuBytes() {
    return mtu.askedBytes();
  }

  @Override
  public int[] descriptors() {
    return receiver.descriptors();
  }

  @Override
  public int receive(ReceiveBatch batch) {
    return receiver.receive(batch);
  }

  @Override
  public void send(DatagramBatch batch) {
    sender.send(batch);
  }

  @Override
  public void join(IpAddress group) {
    if (!group.isIpv4() || !group.isMulticast()) {
      throw new IllegalArgumentException(group + " is no IPv4 multicast group");
    }
    receiver.join(group);
  }

  @Override
  public void leave(IpAddress group) {
    receiver.leave(group);
  }

  @Override
  public long lostInKernel() {
    return receiver.lostInKernel();
  }

  /** The UDP ports that datagrams leave from. */
  public int[] sourcePorts() {
    return IntStream.range(0, sources.count()).map(sources::port).toArray();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      sources.close();
      receiver.close();
      mtu.close();
      arena.close();
    }
  }
}
