package net.viaduct.vtep;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import net.viaduct.io.SendResult;

/**
 * Why a frame was not passed on. Nothing is dropped without one of these, and the name is the
 * counter. Codes are only ever appended: other programs know them. Immutable.
 */
public enum DropReason {
  /** Runt from a port. */
  FRAME_TOO_SHORT(
      1,
      Side.SOURCE,
      "A port gave fewer bytes than an Ethernet header has.",
      "Look at its device."),
  /** Not even a tunnel header. */
  DATAGRAM_TOO_SHORT(
      2,
      Side.SOURCE,
      "A datagram is shorter than its tunnel header.",
      "Something that is no tunnel sends to the tunnel's UDP port."),
  /** R13. */
  INNER_FRAME_TOO_SHORT(
      3,
      Side.SOURCE,
      "A datagram carries fewer bytes than an Ethernet header has.",
      "The remote sends damaged frames, or it is not VXLAN what it sends."),
  /** R3. */
  VNI_FLAG_MISSING(
      4,
      Side.SOURCE,
      "A VXLAN header has no I flag, so that its VNI means nothing (RFC 7348 section 5).",
      "The remote speaks something else on this UDP port, or it is broken."),
  /** R2. */
  RESERVED_BITS_SET(
      5,
      Side.SOURCE,
      "Reserved bits of a tunnel header are set, and this host is strict about them.",
      "The remote uses an extension (GBP?); set reserved-bits to lenient to ignore them."),
  /** R9. */
  UNKNOWN_VNI(
      6,
      Side.SOURCE,
      "A datagram is for a VNI that this host has no network for.",
      "Add the network here, or take this host out of the remote's flood list."),
  /** Our own multicast, echoed. */
  OWN_DATAGRAM(
      7,
      Side.SOURCE,
      "A datagram has this host's own underlay address as its source.",
      "A group echoes what we send, which is harmless, or another host has the same address."),
  /** R12. */
  SOURCE_NOT_AUTHORISED(
      8,
      Side.SOURCE,
      "A datagram comes from an address that is no remote of its network.",
      "Add the sender to the network's remotes; if nobody knows it, somebody forges tunnels."),
  /** The table of remotes is bounded. */
  REMOTE_TABLE_FULL(
      9,
      Side.SOURCE,
      "A datagram comes from a new remote and there is no room for another one.",
      "List who may send to networks that flood to a group under underlay.accept-from, so that"
          + " strangers take no room."),
  /** R10; bridges do not forward such frames (IEEE 802.1Q). */
  INVALID_SOURCE_ADDRESS(
      10,
      Side.SOURCE,
      "A frame's source is a group address or 00:00:00:00:00:00.",
      "A machine or a remote sends frames that no Ethernet carries."),
  /** R66. */
  RESERVED_GROUP_ADDRESS(
      11,
      Side.SOURCE,
      "A frame is for 01:80:c2:00:00:00 to 0f, which no bridge forwards (STP, LACP, LLDP...).",
      "This is as it should be: such frames concern one link only."),
  /** R8. */
  TAGGED_FRAME(
      12,
      Side.SOURCE,
      "A frame has a VLAN tag and its network carries untagged frames only.",
      "Let the machine send untagged, or set tagged: keep for the network on every host."),
  /** Hairpin. */
  SAME_PORT(
      13,
      Side.SOURCE,
      "A frame is for a station behind the port that it came from.",
      "Usual where a port leads to a bridge or a hub: the station got it already."),
  /** Split horizon. */
  TUNNEL_TO_TUNNEL(
      14,
      Side.SOURCE,
      "A frame came from a remote and its station is behind a remote too.",
      "The sender has an old entry, or none and floods: it learns as soon as the station speaks."),
  /** Nobody to flood to. */
  NO_FLOOD_TARGET(
      15,
      Side.SOURCE,
      "A frame had to be flooded, and there is no other port and no remote to flood to.",
      "Attach a port, or give the network remotes or a group."),
  /** An impossible offload request. */
  INVALID_OFFLOAD(
      16,
      Side.SOURCE,
      "A port asks for a checksum or a segmentation that does not fit its frame.",
      "The machine's driver is broken or hostile."),
  /** Larger than where it goes. */
  FRAME_LARGER_THAN_PORT_MTU(
      17,
      Side.TARGET,
      "A frame is larger than the port that it goes to can carry.",
      "Give all machines of the network the same MTU."),
  /** Back-pressure of a port. */
  PORT_QUEUE_FULL(
      18,
      Side.TARGET,
      "The queue of a port is full.",
      "The machine reads too slowly; raise its device's txqueuelen or give it more CPU."),
  /** The device is down. */
  PORT_UNREACHABLE(
      19, Side.TARGET, "The device of a port is down or gone.", "Set it up: ip link set DEV up."),
  /** Any other refusal. */
  PORT_REFUSED(
      20,
      Side.TARGET,
      "The device of a port refused a frame.",
      "The log of distinct errors has the cause."),
  /** R7. */
  DATAGRAM_LARGER_THAN_PATH_MTU(
      21,
      Side.TARGET,
      "A frame with its tunnel headers does not fit the path to its remote.",
      "The sender is told by ICMP; see 'viaduct show remotes' for the path's MTU and why it is"
          + " so."),
  /** Back-pressure of the underlay. */
  UNDERLAY_QUEUE_FULL(
      22,
      Side.TARGET,
      "The queue of the underlay is full.",
      "More is sent than the underlay's device carries; with a queue and a rate for it"
          + " (underlay.link) frames wait, and ports are held back."),
  /** No way there. */
  UNDERLAY_UNREACHABLE(
      23,
      Side.TARGET,
      "There is no way to a remote, or the underlay's device is down.",
      "Look at ip route get ADDRESS and at the device."),
  /** Any other refusal. */
  UNDERLAY_REFUSED(
      24,
      Side.TARGET,
      "The underlay refused a frame.",
      "The log of distinct errors has the cause; a firewall may be one."),
  /** Not among the received. */
  LOST_BEFORE_PORT_RECEIVE(
      25,
      Side.BEFORE,
      "The kernel lost frames of a port before they were read.",
      "This host is too slow for what arrives, or the port's buffer is small."),
  /** Not among the received. */
  LOST_BEFORE_UNDERLAY_RECEIVE(
      26,
      Side.BEFORE,
      "The kernel lost datagrams of the underlay before they were read.",
      "This host is too slow for what arrives; raise net.core.rmem_max."),
  /** A defect of ours; the frame is not lost without a word all the same. */
  DEFECT(
      27,
      Side.SOURCE,
      "A frame met a defect of this program.",
      "The log of distinct errors has the cause; please report it."),
  /** A device whose VLANs are ports. */
  VLAN_NOT_ATTACHED(
      28,
      Side.SOURCE,
      "A frame came to a device whose VLANs are ports, and none of them is for its tag, or for"
          + " frames without one.",
      "Add a port with that VLAN to a network, or take the VLAN off this link at the other end."),
  /** What would hop from one VLAN to another. */
  VLAN_OF_OTHER_PORT(
      29,
      Side.TARGET,
      "A frame with a VLAN tag was to leave through the untagged port of a device whose VLANs are"
          + " ports too: it would come out in a VLAN that is not its network's.",
      "Somebody sends tagged frames into a network that keeps tags; attach the VLAN itself."),
  CHECKSUM_MISSING(
      30,
      Side.SOURCE,
      "A datagram came over IPv6 without a UDP checksum, from a host that may not do that.",
      "Let the remote send checksums (ip link ... noudp6zerocsumtx); or list it under"
          + " underlay.zero-checksum-ipv6, if both ends are to go without."),
  /** RFC 4541 section 2.1.2. */
  NO_LISTENER(
      31,
      Side.SOURCE,
      "Nobody listens to the group that a multicast frame is for.",
      "viaduct show groups tells who listens; a machine that wants it joins the group."),
  /** Limits of the storm settings. */
  BROADCAST_STORM(
      32,
      Side.SOURCE,
      "More broadcast frames came than may be flooded in the network or from the port.",
      "Somebody floods, or the network's storm limit is too low: viaduct show ports tells whose"
          + " drops grow."),
  /** Limits of the storm settings. */
  UNKNOWN_UNICAST_STORM(
      33,
      Side.SOURCE,
      "More frames came for unknown stations than may be flooded in the network or from the port.",
      "Somebody sends to stations that never answer, or the network's storm limit is too low."),
  /** Limits of the storm settings. */
  MULTICAST_STORM(
      34,
      Side.SOURCE,
      "More multicast frames came than may be flooded in the network or from the port.",
      "A stream is larger than the network's storm limit allows, or somebody floods."),
  /** P25. */
  PORT_BLOCKED(
      35,
      Side.SOURCE,
      "A frame came from, or was for, a port that is blocked because frames come back through it.",
      "Two ports are joined outside: find the loop; viaduct show ports names both. It opens by"
          + " itself."),
  /** R18, R24. */
  UNKNOWN_TUNNEL_VERSION(
      36,
      Side.SOURCE,
      "A tunnel header has a version that this program does not know.",
      "The remote speaks a newer Geneve, VXLAN-GPE or GRE; let it speak version 0."),
  /** R24, Geneve, NVGRE. */
  UNKNOWN_INNER_PROTOCOL(
      37,
      Side.SOURCE,
      "What is in a tunnel packet is no Ethernet frame, by what its header says.",
      "Only Ethernet is carried; let the remote not send IP or anything else directly."),
  /** R21. */
  CONTROL_DATAGRAM(
      38,
      Side.SOURCE,
      "A tunnel packet is a control message (O bit), which no machine may get.",
      "This host has no use for it; the remote's monitoring of tunnels may be off for it."),
  /** R19, R23. */
  INVALID_TUNNEL_HEADER(
      39,
      Side.SOURCE,
      "Options of a Geneve header do not fit it, or a GRE header has not just a key.",
      "The remote is broken, or not NVGRE: GRE checksums and sequence numbers are to be off."),
  /** R20. */
  UNKNOWN_CRITICAL_OPTION(
      40,
      Side.SOURCE,
      "A Geneve packet has an option that its receiver must know, and this program does not.",
      "Let the remote not send critical options to this host."),
  /** R23. */
  RESERVED_VSID(
      41,
      Side.SOURCE,
      "An NVGRE packet has a VSID below 4096 or 16777215, which no tenant has (RFC 7637).",
      "Give the network another VSID; one that knows GRE only needs a key of VSID times 256."),
  /** R27. */
  CONGESTION_NOT_UNDERSTOOD(
      42,
      Side.SOURCE,
      "The underlay marked congestion on a frame whose sender would not understand that.",
      "As RFC 6040 has it, this is a loss by congestion; the remote should not send such as ECT."),
  /** R23. */
  TAG_NOT_CARRIED(
      43,
      Side.TARGET,
      "A frame with a VLAN tag is for a remote by NVGRE, which carries no tags (RFC 7637).",
      "Use another encapsulation, or set tagged: strip for the network."),
  /** R52. */
  NEIGHBOUR_UNKNOWN(
      44,
      Side.SOURCE,
      "A machine asks who has an IP address that nobody is known to have, and its network drops"
          + " such questions.",
      "Set neighbours: { unknown: flood }, or list the address under neighbours: known."),
  /** R7. */
  OUTER_FRAGMENTS(
      45,
      Side.SOURCE,
      "A tunnel packet came in fragments, which its sender may not make (RFC 7348 section 4.3).",
      "Give the remote's machines an MTU that leaves room for the tunnel; or set"
          + " underlay.fragments.received to reassemble, at the price of loss and memory."),
  /** A queue that was configured is full. */
  QUEUE_FULL(
      46,
      Side.TARGET,
      "A frame came to a queue of this host that holds as many packets or bytes as it may.",
      "More comes than its rate allows; FQ-CoDel keeps such queues short, and tells the senders."),
  /** The fattest flow pays. */
  QUEUE_LONGEST_FLOW(
      47,
      Side.TARGET,
      "The queues of a class were full, and a frame of the flow with the most in them made room.",
      "That flow sends more than its share; if many are hit, allow more packets or bytes."),
  /** RFC 8289. */
  QUEUE_CODEL(
      48,
      Side.TARGET,
      "Frames of a flow waited longer than CoDel's target for a whole interval (RFC 8289).",
      "This is how a sender without ECN is told to slow down; switch ECN on in the machines."),
  /** SFQ has a flow too many. */
  QUEUE_WITHOUT_ROOM_FOR_FLOW(
      49,
      Side.TARGET,
      "SFQ has no queue left for one more flow, as the kernel's has none then.",
      "Allow more flows, or use fq-codel, where flows share queues then."),
  /** The store is bounded. */
  QUEUE_WITHOUT_MEMORY(
      50,
      Side.TARGET,
      "There was no memory left to keep one more frame that has to wait.",
      "More waits in all queues of the host than it keeps room for: lower their limits."),
  /** What it was for is not there any more. */
  REMOVED_WHILE_WAITING(
      51,
      Side.SOURCE,
      "A frame waited in a queue, and its network, remote or port was taken away meanwhile.",
      "Nothing is wrong if a configuration was changed or a remote forgotten just then."),
  /** A question of a host whether another one lives, or the answer. */
  UNEXPECTED_LIFE_MESSAGE(
      52,
      Side.SOURCE,
      "A host asks whether another one lives that is not here, or answers what was not asked.",
      "An address has changed hosts, or an answer came late; if it goes on, somebody forges it."),
  /** Known stations only. */
  UNKNOWN_STATION(
      53,
      Side.SOURCE,
      "A frame is for a station that nobody has told, and its network drops such frames.",
      "Tell the controller of the station, or let the network flood: 'unknown: flood'."),
  /** P25. */
  SPLIT_HORIZON(
      54,
      Side.SOURCE,
      "A frame of a network that is also a VLAN came by a way that another host serves: by the wire"
          + " for a host that is on it or that the gateway serves, or flooded by a host that is not"
          + " the gateway.",
      "Nothing is wrong: its receiver gets it once. Many at a host without a leg mean that two"
          + " hosts believe to be the gateway; see 'viaduct show controller' on them."),
  /** The ring from a worker to the data-path thread is bounded. */
  HANDOVER_FULL(
      55,
      Side.SOURCE,
      "A worker met a frame that only the data-path thread may handle (of a new station, flooded,"
          + " ARP), and too many of these were waiting for it.",
      "More such frames come than one core handles; storm limits keep floods small, and"
          + " latency: low shortens the wait.");

  /** Where a frame was when it was dropped, which decides whose counter tells it. */
  public enum Side {
    /** Before we received it; not among the received frames. */
    BEFORE,
    /** On the way in: counted at the port or the remote that it came from. */
    SOURCE,
    /** On the way out: counted at the port, the remote or the group that it was for. */
    TARGET
  }

  /** The reasons in the order of their codes, from 1 on. */
  public static final List<DropReason> ALL = List.of(values());

  private final int code;
  private final Side side;
  private final String sentence;
  private final String hint;
  private final String label;

  DropReason(int code, Side side, String sentence, String hint) {
    this.code = code;
    this.side = side;
    this.sentence = sentence;
    this.hint = hint;
    this.label = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Why something was not sent that the underlay did not take. */
  public static DropReason of(SendResult result) {
    return switch (result) {
      case FULL -> UNDERLAY_QUEUE_FULL;
      case TOO_BIG -> DATAGRAM_LARGER_THAN_PATH_MTU;
      case UNREACHABLE -> UNDERLAY_UNREACHABLE;
      case FAILED, SENT -> UNDERLAY_REFUSED;
    };
  }

  /** The number by which other programs know it; never changes. */
  public int code() {
    return code;
  }

  /** Where the frame was. */
  public Side side() {
    return side;
  }

  /** The name of its counter: {@code unknown-vni}. */
  public String label() {
    return label;
  }

  /** What happened, for a person. */
  public String sentence() {
    return sentence;
  }

  /** What a person may do about it. */
  public String hint() {
    return hint;
  }

  /** The names of all counters of drops, in the order of the constants. */
  public static Stream<String> labels() {
    return ALL.stream().map(DropReason::label);
  }

  /**
   * Whether captures show such a frame: nobody has seen what is lost before us, and while there is
   * a capture, workers leave frames in the kernel.
   */
  public boolean isCaptured() {
    return side != Side.BEFORE && this != HANDOVER_FULL;
  }
}
