package net.viaduct.host.configfile;

import java.util.Optional;
import net.viaduct.wire.IpAddress;

/**
 * What a network must know of the rest of the file. Owned by the thread that reads.
 *
 * @param local the underlay's address, if it could be read
 * @param usualPort the UDP port of remotes that are named without one
 * @param mostStations of a network that says nothing else
 * @param vnis those of all networks
 * @param ports those of all networks
 */
record NetworkContext(
    Optional<IpAddress> local, int usualPort, int mostStations, Seen vnis, Seen ports) {
  boolean isOwn(IpAddress address) {
    return local.isPresent() && local.get().equals(address);
  }
}
