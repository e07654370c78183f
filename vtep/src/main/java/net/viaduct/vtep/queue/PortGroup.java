package net.viaduct.vtep.queue;

import java.util.Optional;
import java.util.OptionalInt;
import net.viaduct.vtep.encapsulation.TrafficClassPolicy;

/**
 * What ports that name this group have in common. Immutable.
 *
 * @param name by which ports and queues name it
 * @param fromPort how much may come from each port; what is more waits in the machine
 * @param toPort queues for what goes to each port
 * @param dscp whose DSCP is told and kept, instead of what the network says (R28); of ECN the
 *     network decides
 * @param mostStations behind each port, if that is less than the network allows
 */
public record PortGroup(
    String name,
    Optional<RateSettings> fromPort,
    Optional<QueueSettings> toPort,
    Optional<TrafficClassPolicy> dscp,
    OptionalInt mostStations) {
  /** By which queues know it: told by the name alone, so that it stays when others come or go. */
  public int number() {
    return NameNumber.of(name);
  }
}
