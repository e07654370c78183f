package net.viaduct.host.subscription;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import net.viaduct.io.Endpoint;
import net.viaduct.wire.IpAddress;

/**
 * What a controller tells about a network. Immutable.
 *
 * @param vni of it
 * @param name of it
 * @param mtuBytes of its ports, if not the largest that fits
 * @param group that it floods to, instead of to its members
 * @param unknown what becomes of frames for stations that are not told
 * @param wire the VLAN over which it is stretched
 * @param members hosts that take part, also this one, and where each is reached
 * @param stations in it
 * @param moves of stations in it
 * @param groups that ports of it are in, by name
 */
public record ToldNetwork(
    int vni,
    String name,
    OptionalInt mtuBytes,
    Optional<IpAddress> group,
    Unknown unknown,
    ToldWire wire,
    Map<String, List<Endpoint>> members,
    List<ToldStation> stations,
    List<ToldMove> moves,
    Map<String, ToldGroup> groups) {
  private static final long NS_PER_SECOND = 1_000_000_000L;

  /** Copies what it is given. */
  public ToldNetwork {
    members = Map.copyOf(members);
    stations = List.copyOf(stations);
    moves = List.copyOf(moves);
    groups = Map.copyOf(groups);
  }

  /** One that floods frames for stations that are not told, and whose ports are in no groups. */
  public ToldNetwork(
      int vni,
      String name,
      OptionalInt mtuBytes,
      Optional<IpAddress> group,
      Map<String, List<Endpoint>> members,
      List<ToldStation> stations,
      List<ToldMove> moves) {
    this(
        vni,
        name,
        mtuBytes,
        group,
        Unknown.FLOODED,
        ToldWire.NONE,
        members,
        stations,
        moves,
        Map.of());
  }

  /**
   * What becomes of frames for stations that are not told. Immutable.
   *
   * @param dropped whether they are dropped, and no stations are learned
   * @param learnedAfterSeconds for how long no controller has to be there for them to be flooded
   *     all the same, and for what is learned to count more than what is told; empty: however long
   *     that is
   */
  public record Unknown(boolean dropped, OptionalLong learnedAfterSeconds) {
    /** They are flooded, and stations learned, whether a controller is there or not. */
    public static final Unknown FLOODED = new Unknown(false, OptionalLong.empty());

    /** Whether no controller was there for so long that what is learned counts more. */
    public boolean isLearnedAfter(long awayNs) {
      return learnedAfterSeconds.isPresent()
          && awayNs / NS_PER_SECOND >= learnedAfterSeconds.getAsLong();
    }
  }

  /**
   * The physical VLAN over which a network is stretched. Immutable.
   *
   * @param legs where hosts are on it; none if there is no such VLAN
   * @param gateway the host among these that joins it with those that are not there; empty if none
   */
  public record ToldWire(List<ToldLeg> legs, String gateway) {
    /** There is no such VLAN. */
    public static final ToldWire NONE = new ToldWire(List.of(), "");

    /** Copies the legs. */
    public ToldWire {
      legs = List.copyOf(legs);
    }

    /** Whether a host is on it. */
    public boolean has(String host) {
      return legs.stream().anyMatch(leg -> leg.host().equals(host));
    }

    /** Whether two members flood to each other. */
    public boolean isTunnelled(String one, String other) {
      boolean both = has(one) && has(other);
      boolean isCarried = carries(one) && carries(other);
      return legs.isEmpty() || (isCarried && !both);
    }

    private boolean carries(String host) {
      return !has(host) || host.equals(gateway);
    }
  }

  /**
   * Where a host is on it. Immutable.
   *
   * @param vlan 0 for what the device carries without a tag
   */
  public record ToldLeg(String host, String device, int vlan) {}

  /**
   * A station that moves. Immutable.
   *
   * @param mac of it
   * @param from the member that it leaves
   * @param to the member that it comes to
   * @param device of that host that is its port
   * @param isAsked whether the host that it leaves asks it for its addresses
   */
  public record ToldMove(long mac, String from, String to, String device, boolean isAsked) {}

  /**
   * What ports have in common. Immutable.
   *
   * @param name by which stations name it
   * @param sendBitsPerSecond what each machine may send; 0 if that is not limited
   * @param receiveBitsPerSecond what is sent to each; 0 if that is not limited
   * @param dscp the class in the underlay of what comes from there, if not the network's
   * @param stations how many each port may have; 0 if it may have as many as others
   */
  public record ToldGroup(
      String name,
      long sendBitsPerSecond,
      long receiveBitsPerSecond,
      OptionalInt dscp,
      int stations) {}

  /**
   * Where a station is. Immutable.
   *
   * @param mac of it
   * @param addresses that it uses
   * @param host a member; empty if it is on the wire
   * @param device of that host that is its port; empty if only the host is known
   * @param group of the port; empty if it is in none
   */
  public record ToldStation(
      long mac, List<IpAddress> addresses, String host, String device, String group) {
    /** Copies the addresses. */
    public ToldStation {
      addresses = List.copyOf(addresses);
    }

    /** One whose port is in no group. */
    public ToldStation(long mac, List<IpAddress> addresses, String host, String device) {
      this(mac, addresses, host, device, "");
    }

    /** Whether it is on the wire over which the network is stretched. */
    public boolean isDirect() {
      return host.isEmpty();
    }
  }
}
