package net.viaduct.io.rtnetlink;

import net.viaduct.wire.IpAddress;

/** Address families as rtnetlink's structures carry them (linux/socket.h). Stateless. */
final class RtnetlinkFamily {
  static final int ANY = 0;
  static final int INET = 2;
  static final int BRIDGE = 7;
  static final int INET6 = 10;

  private RtnetlinkFamily() {}

  static int of(IpAddress address) {
    return address.isIpv4() ? INET : INET6;
  }
}
