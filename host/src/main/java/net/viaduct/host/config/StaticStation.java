package net.viaduct.host.config;

import net.viaduct.io.Endpoint;
import net.viaduct.wire.MacAddress;

/** A station that is known without learning; learning never moves it. */
public sealed interface StaticStation {
  /** Its address, as {@link MacAddress} holds it. */
  long mac();

  /** Behind a port of this host. */
  record Local(long mac, String port) implements StaticStation {
    /** Checks the address. */
    public Local {
      requireStation(mac);
    }
  }

  /** Behind a remote. */
  record Remote(long mac, Endpoint remote) implements StaticStation {
    /** Checks the addresses. */
    public Remote {
      requireStation(mac);
      UnderlayConfig.requireUnicast(remote.address());
    }
  }

  /**
   * The address, if it can be a station's.
   *
   * @throws IllegalArgumentException if it is a group's, or zero
   */
  static long requireStation(long mac) {
    if (MacAddress.isGroup(mac) || MacAddress.isZero(mac)) {
      throw new IllegalArgumentException(
          MacAddress.format(mac)
              + " is no station's address: it is "
              + (MacAddress.isZero(mac) ? "zero" : "that of a group"));
    }
    return mac;
  }
}
