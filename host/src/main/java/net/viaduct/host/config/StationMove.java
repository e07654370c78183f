package net.viaduct.host.config;

import net.viaduct.io.Endpoint;

/** A station that moves from one host to another, of which this is one. Immutable. */
public sealed interface StationMove {
  /** Its address, as {@link net.viaduct.wire.MacAddress} holds it. */
  long mac();

  /** It comes to a port of this host. */
  record Here(long mac, String port) implements StationMove {}

  /** It leaves for another host. */
  record Away(long mac, Endpoint remote) implements StationMove {}
}
