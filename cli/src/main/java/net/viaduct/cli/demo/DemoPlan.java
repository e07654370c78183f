package net.viaduct.cli.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import net.viaduct.lab.Machine;
import net.viaduct.wire.IpAddress;

/**
 * What the demo builds. Immutable.
 *
 * @param network the overlay's name
 * @param vni its identifier
 * @param group where its frames without a known destination go
 * @param port UDP
 * @param underlayMtuBytes of the underlay, so that machines can have 1500
 * @param taps whether this machine lets us make tap devices
 */
record DemoPlan(
    String network, int vni, IpAddress group, int port, int underlayMtuBytes, boolean taps) {
  static final int HOSTS = 3;
  static final int MACHINES = 6;
  private static final int UNDERLAY = 10 << 24 | 77 << 16;

  static DemoPlan standard() {
    boolean taps = Files.isWritable(Path.of("/dev/net/tun"));
    return new DemoPlan("blue", 100, IpAddress.parse("239.1.1.100"), 4789, 1600, taps);
  }

  /** The underlay address of a host, numbered from 1. */
  static IpAddress addressOf(int host) {
    return IpAddress.ofIpv4(UNDERLAY + host);
  }

  /** The device on a host behind which a machine is: {@code vm2} for m2. */
  static String portOf(Machine machine) {
    return "v" + machine.name();
  }
}
