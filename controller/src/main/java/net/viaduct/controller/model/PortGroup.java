package net.viaduct.controller.model;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A template for ports: what it says holds for each port that names it. Immutable.
 *
 * @param name of it
 * @param sendBitsPerSecond how fast a machine may send
 * @param receiveBitsPerSecond how fast it is sent to
 * @param dscp the class of its packets in the underlay; empty: as the host says
 * @param stations how many a port may have
 * @param securityGroups whose rules its frames are to follow; kept, as hosts have no firewall yet
 * @param labels notes
 */
public record PortGroup(
    String name,
    OptionalLong sendBitsPerSecond,
    OptionalLong receiveBitsPerSecond,
    OptionalInt dscp,
    OptionalInt stations,
    List<String> securityGroups,
    Map<String, String> labels)
    implements Definition {
  /** How many security groups one names at most. */
  public static final int MOST_SECURITY_GROUPS = 32;

  /** Checks all of it. */
  public PortGroup {
    Names.require(name);
    sendBitsPerSecond.ifPresent(Whole.BITS_PER_SECOND::require);
    receiveBitsPerSecond.ifPresent(Whole.BITS_PER_SECOND::require);
    dscp.ifPresent(Whole.DSCP::require);
    stations.ifPresent(Whole.STATIONS::require);
    securityGroups = List.copyOf(securityGroups);
    securityGroups.forEach(Names::require);
    if (securityGroups.size() > MOST_SECURITY_GROUPS) {
      throw new IllegalArgumentException(
          "a group names at most " + MOST_SECURITY_GROUPS + " security groups");
    }
    labels = Names.requireLabels(labels);
  }

  @Override
  public Kind kind() {
    return Kind.GROUP;
  }
}
