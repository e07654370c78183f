package net.viaduct.host.configfile;

import java.util.Map;
import java.util.Optional;
import net.viaduct.io.Endpoint;
import net.viaduct.wire.IpAddress;

/**
 * What a network must know of the rest of the file. Owned by the thread that reads.
 *
 * @param local the underlay's address, if it could be read
 * @param usualPort the UDP port of remotes that are named without one
 * @param mostStations of a network that says nothing else
 * @param vnis those of all networks
 * @param ports those of all networks
 * @param remotes the UDP port of each remote
 */
record NetworkContext(
    Optional<IpAddress> local,
    int usualPort,
    int mostStations,
    Seen vnis,
    Seen ports,
    Map<IpAddress, Endpoint> remotes) {
  /**
   * The remote, if it has the same UDP port wherever it is named.
   *
   * @throws IllegalArgumentException if it has not
   */
  Endpoint requireOnePort(Endpoint remote) {
    Endpoint first = remotes.putIfAbsent(remote.address(), remote);
    if (first != null && first.port() != remote.port()) {
      throw new IllegalArgumentException(
          remote.address()
              + " has UDP port "
              + first.port()
              + " elsewhere in this file, and cannot have "
              + remote.port()
              + " too");
    }
    return remote;
  }

  boolean isOwn(IpAddress address) {
    return local.isPresent() && local.get().equals(address);
  }
}
