package net.viaduct.host.devices;

import java.util.List;
import net.viaduct.host.config.UnderlayConfig;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Port;
import net.viaduct.io.Readiness;
import net.viaduct.io.Underlay;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.wire.IpAddress;

/** The machine that a host runs on, with a twin for tests. Any thread. */
public interface HostDevices extends AutoCloseable {
  /** All devices. */
  List<DeviceFacts> devices();

  /** The addresses of this machine, with the name of the device that has each. */
  List<LocalAddress> addresses();

  /**
   * An address of this machine.
   *
   * @param device the name of the device that has it
   */
  record LocalAddress(IpAddress address, String device) {}

  /**
   * Whether the kernel drops what comes by a device from an IPv4 address to which the way back
   * leads by another device: {@code net.ipv4.conf.*.rp_filter} is 1, RFC 3704 section 2.2.
   */
  boolean isReversePathStrict(String device);

  /** Whether nobody listens on an address and UDP port. */
  boolean isFree(Endpoint endpoint);

  /**
   * Opens the way to other hosts.
   *
   * @param threads how many receive and send, the owner among them
   * @throws net.viaduct.io.IoFailure if the kernel refuses
   */
  Underlay openUnderlay(
      UnderlayConfig config, DeviceFacts device, DistinctErrors errors, int threads);

  /**
   * Makes a tap.
   *
   * @param readers how many threads may read it; it has fewer queues where the kernel cannot keep
   *     flows apart
   * @throws net.viaduct.io.IoFailure if the kernel refuses
   */
  Port openTap(String name, int mtuBytes, DistinctErrors errors, int readers);

  /**
   * Opens a device that exists.
   *
   * @param readers how many threads may read it; it may have fewer queues
   * @throws net.viaduct.io.IoFailure if the kernel refuses
   */
  Port openDevice(String name, DistinctErrors errors, int readers);

  /**
   * Changes the MTU of a tap that was made, wherever it is now.
   *
   * @throws net.viaduct.io.IoFailure if the kernel refuses
   */
  void changeMtu(String name, int mtuBytes);

  /** Something to wait with for all that was opened. */
  Readiness openReadiness();

  /**
   * Waits until devices may have changed.
   *
   * @param timeoutNs how long at most
   * @return whether they may have
   */
  boolean awaitChange(long timeoutNs);

  @Override
  void close();
}
