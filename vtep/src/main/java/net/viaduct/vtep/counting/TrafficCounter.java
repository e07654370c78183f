package net.viaduct.vtep.counting;

import java.util.Locale;

/**
 * What is counted for the VTEP as a whole and for each network. Egress is from ports, ingress is
 * from the underlay. A super-frame is one frame; bytes are those of the inner frame, headers
 * included. See {@link Tally} for how they add up.
 */
public enum TrafficCounter {
  /** Frames that ports gave. */
  EGRESS_RECEIVED_FRAMES,
  /** Their bytes. */
  EGRESS_RECEIVED_BYTES,
  /** Copies beyond the first that flooding made of them. */
  EGRESS_REPLICAS,
  /** Frames for one known place. */
  EGRESS_UNICAST_FRAMES,
  /** Frames that were flooded. */
  EGRESS_FLOODED_FRAMES,
  /** Copies that ports took. */
  EGRESS_DELIVERED_FRAMES,
  /** Their bytes. */
  EGRESS_DELIVERED_BYTES,
  /** Copies that the underlay took as a whole. */
  EGRESS_SENT_FRAMES,
  /** Their bytes, and those that left of super-frames that were dropped for not leaving whole. */
  EGRESS_SENT_BYTES,
  /** Datagrams that all these became. */
  EGRESS_SENT_DATAGRAMS,
  /** Frames and copies that were dropped. */
  EGRESS_DROPPED_FRAMES,
  /** Frames from ports that were for this VTEP itself: answered here, or a message to it. */
  EGRESS_CONSUMED_FRAMES,
  /** Frames that this VTEP made and that go the way of those from ports. */
  EGRESS_ORIGINATED_FRAMES,
  /**
   * Frames beyond the first that super-frames were cut into, as the queue that they came to is
   * slow.
   */
  EGRESS_CUT_FRAMES,
  /** Copies that had to wait in a queue. */
  EGRESS_QUEUED_FRAMES,
  /** Copies that do not wait any more: they went on, or were dropped. */
  EGRESS_UNQUEUED_FRAMES,
  /** Copies that a full underlay did not take, so that they wait once more. */
  EGRESS_RETURNED_FRAMES,
  /** Frames that the underlay gave; segments that were put together are one. */
  INGRESS_RECEIVED_FRAMES,
  /** Their bytes, and none of a datagram that is too short for a VXLAN header. */
  INGRESS_RECEIVED_BYTES,
  /** Datagrams that they came in. */
  INGRESS_RECEIVED_DATAGRAMS,
  /** Copies beyond the first that flooding made of them. */
  INGRESS_REPLICAS,
  /** Frames for one known port. */
  INGRESS_UNICAST_FRAMES,
  /** Frames that were flooded to ports. */
  INGRESS_FLOODED_FRAMES,
  /** Copies that ports took. */
  INGRESS_DELIVERED_FRAMES,
  /** Their bytes. */
  INGRESS_DELIVERED_BYTES,
  /** Frames and copies that were dropped. */
  INGRESS_DROPPED_FRAMES,
  /** Frames from tunnels that were for this VTEP itself. */
  INGRESS_CONSUMED_FRAMES,
  /** Frames that this VTEP made and that go the way of those from tunnels. */
  INGRESS_ORIGINATED_FRAMES,
  /**
   * Frames beyond the first that super-frames were cut into, as the queue that they came to is
   * slow.
   */
  INGRESS_CUT_FRAMES,
  /** Copies that had to wait in a queue. */
  INGRESS_QUEUED_FRAMES,
  /** Copies that do not wait any more: they went on, or were dropped. */
  INGRESS_UNQUEUED_FRAMES,
  /** Stations that were learned. */
  STATIONS_LEARNED,
  /** Stations that were seen elsewhere and followed. */
  STATIONS_MOVED,
  /** Frames whose source is said to be elsewhere by a higher origin than learning. */
  STATIONS_OUTRANKED,
  /** Frames whose source was not learned because its port has too many stations. */
  STATIONS_REFUSED_BY_PORT,
  /** Frames whose source was not learned because its remote has too many stations. */
  STATIONS_REFUSED_BY_REMOTE,
  /** Frames whose source was not learned because its network has too many stations. */
  STATIONS_REFUSED_BY_NETWORK,
  /** Frames whose source was not learned because there are too many stations in all. */
  STATIONS_REFUSED_IN_ALL,
  /** Frames from where their source is not, which moves too often or may not move. */
  STATIONS_HELD,
  /** Stations that were forgotten to make room for others. */
  STATIONS_FORGOTTEN,
  /** Frames that came with inner and outer marks of congestion that do not go together (R27). */
  INGRESS_UNEXPECTED_ECN,
  /** Questions for an IP address that were answered here (R52). */
  NEIGHBOURS_ANSWERED,
  /** Claims of an IP address that another station has. */
  NEIGHBOURS_CONTESTED,
  /** IP addresses that were not learned for want of room. */
  NEIGHBOURS_REFUSED,
  /** Frames by which stations were announced. */
  STATIONS_ANNOUNCED,
  /** Frames from tunnels for stations elsewhere, which told this host where their sender is. */
  FIRST_FRAMES_HEARD,
  /** Frames for stations that are about to move, of which both places got a copy. */
  MOVES_COPIED_FRAMES,
  /** Frames from tunnels for stations that have moved from here, sent after them. */
  MOVES_REDIRECTED_FRAMES;

  /** How many there are. */
  public static final int COUNT = values().length;

  /** The name of the counter: {@code egress-received-frames}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Its index in a block of counters. */
  @SuppressWarnings("EnumOrdinal") // the layout is made from the constants in their order
  public int index() {
    return ordinal();
  }
}
