package net.viaduct.controller.model;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * An overlay Ethernet. Immutable.
 *
 * @param name of it
 * @param vni by which it is known on the wire; {@link #ANY_VNI} until one is found for it
 * @param vniShared whether others than our hosts may use this VNI too, since they are meant to be
 *     in this network
 * @param subnets in which the addresses of its ports are; none: anywhere
 * @param flood how frames reach many
 * @param legs hosts that are on the physical VLAN over which it is stretched, each once; the first
 *     that lives is the gateway. None if there is no such VLAN
 * @param mtuBytes the largest IP packet in it; empty: what the underlay leaves
 * @param unknown what becomes of frames for stations that nobody told
 * @param whenAway what its hosts do without controllers
 * @param labels notes
 */
public record Network(
    String name,
    int vni,
    boolean vniShared,
    List<Subnet> subnets,
    Flood flood,
    List<Leg> legs,
    OptionalInt mtuBytes,
    Unknown unknown,
    WhenAway whenAway,
    Map<String, String> labels)
    implements Definition {
  /** What becomes of frames for stations that nobody told. */
  public enum Unknown {
    /** They are flooded, and hosts learn stations from frames besides those that they are told. */
    FLOOD,
    /** They are dropped: a station that is not told is not there. */
    DROP
  }

  /** Any VNI that is free. */
  public static final int ANY_VNI = 0;

  /** How many subnets one has at most. */
  public static final int MOST_SUBNETS = 64;

  /** How many legs one has at most. */
  public static final int MOST_LEGS = 16;

  /** Checks all of it. */
  public Network {
    Names.require(name);
    if (vni != ANY_VNI) {
      Whole.VNI.require(vni);
    }
    subnets = List.copyOf(subnets);
    if (subnets.size() > MOST_SUBNETS) {
      throw new IllegalArgumentException("a network has at most " + MOST_SUBNETS + " subnets");
    }
    legs = List.copyOf(legs);
    if (legs.size() > MOST_LEGS) {
      throw new IllegalArgumentException("a network has at most " + MOST_LEGS + " legs");
    }
    if (legs.stream().map(Leg::host).distinct().count() != legs.size()) {
      throw new IllegalArgumentException("a host has one leg in a network, not two");
    }
    if (!legs.isEmpty() && flood instanceof Flood.ToGroup) {
      throw new IllegalArgumentException(
          "a network with legs floods to its members: who listens to a group gets all that the"
              + " wire brings too");
    }
    mtuBytes.ifPresent(Whole.MTU_BYTES::require);
    labels = Names.requireLabels(labels);
  }

  /** A network without legs that floods what is unknown. */
  public Network(
      String name,
      int vni,
      boolean vniShared,
      List<Subnet> subnets,
      Flood flood,
      OptionalInt mtuBytes,
      WhenAway whenAway,
      Map<String, String> labels) {
    this(
        name, vni, vniShared, subnets, flood, List.of(), mtuBytes, Unknown.FLOOD, whenAway, labels);
  }

  /** The same with a VNI. */
  public Network withVni(int found) {
    return new Network(
        name, found, vniShared, subnets, flood, legs, mtuBytes, unknown, whenAway, labels);
  }

  @Override
  public Kind kind() {
    return Kind.NETWORK;
  }
}
