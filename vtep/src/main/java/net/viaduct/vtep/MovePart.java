package net.viaduct.vtep;

import net.viaduct.wire.IpAddress;

/** What a host has to do with a station that moves from one host to another. Immutable. */
public sealed interface MovePart {
  /**
   * It comes here. What comes by a tunnel and is for it goes to this port, also as long as the FDB
   * says that it is elsewhere.
   *
   * @param port that is ready for it
   */
  record Arriving(String port) implements MovePart {
    @Override
    public String toString() {
      return "to port " + port;
    }
  }

  /**
   * It leaves. What is for it goes to its port here and to the other host, so that it gets each
   * frame once wherever it is; when the FDB says that it is there, what still comes here by a
   * tunnel is sent after it.
   *
   * @param remote where it goes
   */
  record Leaving(IpAddress remote) implements MovePart {
    @Override
    public String toString() {
      return "to " + remote;
    }
  }
}
