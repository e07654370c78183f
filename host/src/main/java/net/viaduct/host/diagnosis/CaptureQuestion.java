package net.viaduct.host.diagnosis;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import net.viaduct.wire.IpAddress;

/**
 * What is to be captured; what is empty does not matter.
 *
 * @param ports names of ports; all if it is empty and the underlay is not captured
 * @param underlay whether datagrams of the underlay are captured
 * @param mac source or destination of the frame
 * @param address source or destination of the IP packet in it
 * @param transportPort source or destination port of what the packet carries
 * @param vni of the network
 * @param onlyDropped whether only frames are kept that were dropped, or one of their copies
 * @param reason why they must have been dropped
 * @param mostBytes how much is kept of each frame
 */
public record CaptureQuestion(
    Set<String> ports,
    boolean underlay,
    OptionalLong mac,
    Optional<IpAddress> address,
    OptionalInt transportPort,
    OptionalInt vni,
    boolean onlyDropped,
    Optional<String> reason,
    int mostBytes) {
  /** Copies the set. */
  public CaptureQuestion {
    ports = Set.copyOf(ports);
  }
}
