package net.viaduct.vtep;

import net.viaduct.wire.IpAddress;

/** Where a station is. Immutable. */
public sealed interface Location {
  /**
   * Behind a port of this host.
   *
   * @param port its name
   */
  record AtPort(String port) implements Location {
    @Override
    public String toString() {
      return port;
    }
  }

  /**
   * Behind a remote.
   *
   * @param remote its underlay address
   */
  record AtRemote(IpAddress remote) implements Location {
    @Override
    public String toString() {
      return remote.toString();
    }
  }
}
