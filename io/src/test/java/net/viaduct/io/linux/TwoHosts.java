package net.viaduct.io.linux;

import net.viaduct.runtime.DistinctErrors;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Two hosts with IPv4 and IPv6 on one veth pair, each in a namespace of its own, which is removed
 * at the end of a test.
 */
abstract class TwoHosts {
  static final IpAddress NEAR_4 = IpAddress.parse("10.77.0.1");
  static final IpAddress FAR_4 = IpAddress.parse("10.77.0.2");
  static final IpAddress NEAR_6 = IpAddress.parse("fd77::1");
  static final IpAddress FAR_6 = IpAddress.parse("fd77::2");
  static final IpAddress GROUP_4 = IpAddress.parse("239.1.1.100");
  static final IpAddress GROUP_6 = IpAddress.parse("ff05::100");
  static final int PORT = 4789;
  static final int IPV6_HEADER = 14;
  static final int UDP_OVER_IPV6 = IPV6_HEADER + 40;

  final DistinctErrors errors = new DistinctErrors(System::nanoTime);
  Namespaces namespaces;
  String near;
  String far;

  @BeforeEach
  void makeNamespaces() {
    Namespaces.assumePossible();
    namespaces = new Namespaces();
    near = namespaces.add();
    far = namespaces.add();
    plugIn();
  }

  /** Makes the veth pair, also if it was taken away. */
  void plugIn() {
    namespaces.join(near, "eth0", far, "eth0");
    addresses(near, 1);
    addresses(far, 2);
  }

  private void addresses(String namespace, int last) {
    namespaces.ip(namespace, "addr add 10.77.0." + last + "/24 dev eth0");
    namespaces.ip(namespace, "addr add fd77::" + last + "/64 dev eth0 nodad");
  }

  @AfterEach
  void removeNamespaces() {
    if (namespaces != null) {
      namespaces.close();
    }
  }

  UdpUnderlay open(String namespace, UdpUnderlayConfig config) {
    return Namespaces.in(namespace, () -> new UdpUnderlay(config, errors));
  }
}
