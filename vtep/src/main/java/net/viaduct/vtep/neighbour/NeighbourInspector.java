package net.viaduct.vtep.neighbour;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.forward.ControlFrames;
import net.viaduct.vtep.forward.Inspector;
import net.viaduct.vtep.forward.Verdict;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.StationEntry;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.dhcp.DhcpMessage;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.ip.UdpHeader;
import net.viaduct.wire.neighbour.ArpPacket;
import net.viaduct.wire.neighbour.NeighbourDiscovery;
import net.viaduct.wire.neighbour.NeighbourOption;

/**
 * Learns IP addresses of stations from ARP, neighbour discovery and DHCP, and has questions
 * answered here where the network wants that. Frames with a VLAN tag are let pass: each VLAN may
 * use the same addresses. Owned by the data-path thread.
 */
public final class NeighbourInspector implements Inspector {
  private final Neighbours neighbours;
  private final Suppressor suppressor;
  private final Questions questions;
  private final long ownMac;
  private final Tally tally;
  private final Claim claim = new Claim();

  /**
   * An inspector.
   *
   * @param ownMac for which answers to questions of this host come
   */
  public NeighbourInspector(
      Neighbours neighbours, Suppressor suppressor, Questions questions, long ownMac, Tally tally) {
    this.neighbours = neighbours;
    this.suppressor = suppressor;
    this.questions = questions;
    this.ownMac = ownMac;
    this.tally = tally;
  }

  @Override
  public String subject() {
    return "ARP, ND or DHCP";
  }

  @Override
  public Verdict fromPort(LocalPort from, Frame frame, FlowKey key) {
    if (isSound(frame, key)) {
      Network network = from.network();
      learn(network, frame, key, StationEntry.atPort(from.index()));
      if (isForUs(network, frame)) {
        return Verdict.CONSUMED;
      }
      // an answer for somebody else would tell the switches of a wire that he is at this leg
      if (network.config().settings().neighbours().suppression() && !from.isLeg()) {
        return suppressor.answer(from, frame, key);
      }
    }
    return Verdict.PASS;
  }

  @Override
  public Verdict fromTunnel(Network network, Remote from, Frame frame, FlowKey key) {
    if (!isSound(frame, key)) {
      return Verdict.PASS;
    }
    learn(network, frame, key, StationEntry.atRemote(from.index()));
    return isForUs(network, frame) ? Verdict.CONSUMED : Verdict.PASS;
  }

  private boolean isForUs(Network network, Frame frame) {
    if (EthernetHeader.destination(frame.memory(), frame.start()) != ownMac) {
      return false;
    }
    if (!tally.trail().isOn()) {
      questions.answered(network, EthernetHeader.source(frame.memory(), frame.start()));
    }
    return true;
  }

  /** Whether it is ARP, neighbour discovery or DHCP, and sound as far as that goes. */
  private static boolean isSound(Frame frame, FlowKey key) {
    if (!ControlFrames.tellsAddresses(key)) {
      return false;
    }
    if (key.etherType() == EtherType.ARP) {
      int available = frame.lengthBytes() - key.networkOffset();
      return ArpPacket.check(frame.memory(), frame.start() + key.networkOffset(), available)
          == null;
    }
    return key.isIpv4() || isNeighbourDiscovery(frame, key);
  }

  private static boolean isNeighbourDiscovery(Frame frame, FlowKey key) {
    MemorySegment s = frame.memory();
    long ipAt = frame.start() + key.networkOffset();
    long at = frame.start() + key.transportOffset();
    int lengthBytes = key.networkEnd() - key.transportOffset();
    return Icmpv6.check(lengthBytes) == null
        && NeighbourDiscovery.isType(Icmpv6.type(s, at))
        && NeighbourDiscovery.check(s, ipAt, at, lengthBytes) == null
        && (frame.offload().isChecksumPartial()
            || Icmpv6.hasValidChecksum(s, ipAt, at, lengthBytes));
  }

  private void learn(Network network, Frame frame, FlowKey key, int place) {
    if (tally.trail().isOn()) {
      return;
    }
    neighbours.follow(network.index());
    if (key.etherType() == EtherType.ARP) {
      learnFromArp(network, frame, frame.start() + key.networkOffset(), place);
    } else if (key.isIpv6()) {
      learnFromDiscovery(network, frame, key, place);
    } else {
      learnFromDhcp(network, frame, key);
    }
  }

  private void learnFromArp(Network network, Frame frame, long at, int place) {
    MemorySegment s = frame.memory();
    long mac = ArpPacket.senderMac(s, at);
    int ip = ArpPacket.senderIp(s, at);
    if (ip != 0 && mac == EthernetHeader.source(s, frame.start())) {
      neighbours.claim(
          network,
          claim.ofIpv4(ip, mac),
          place,
          NeighbourTable.OVERRIDE | NeighbourTable.FLAGS_KNOWN);
    }
  }

  private void learnFromDiscovery(Network network, Frame frame, FlowKey key, int place) {
    MemorySegment s = frame.memory();
    long at = frame.start() + key.transportOffset();
    long source = EthernetHeader.source(s, frame.start());
    switch (Icmpv6.type(s, at)) {
      case NeighbourDiscovery.NEIGHBOUR_ADVERTISEMENT -> {
        if (source == mac(s, at, key, NeighbourOption.TARGET_LINK_LAYER_ADDRESS, source)) {
          claim.of(
              NeighbourDiscovery.targetHigh(s, at), NeighbourDiscovery.targetLow(s, at), source);
          neighbours.claim(network, claim, place, flags(NeighbourDiscovery.flags(s, at)));
        }
      }
      case NeighbourDiscovery.ROUTER_ADVERTISEMENT -> {
        claim.of(key.sourceHigh(), key.sourceLow(), source);
        int router = NeighbourDiscovery.ROUTER_FLAG | NeighbourDiscovery.OVERRIDE_FLAG;
        neighbours.claim(network, claim, place, flags(router));
      }
      case NeighbourDiscovery.NEIGHBOUR_SOLICITATION -> {
        boolean unspecified = (key.sourceHigh() | key.sourceLow()) == 0;
        if (!unspecified
            && source == mac(s, at, key, NeighbourOption.SOURCE_LINK_LAYER_ADDRESS, -1)) {
          claim.of(key.sourceHigh(), key.sourceLow(), source);
          neighbours.claim(network, claim, place, 0);
        }
      }
      default -> {}
    }
  }

  private static int flags(int advertised) {
    return NeighbourTable.FLAGS_KNOWN
        | ((advertised & NeighbourDiscovery.ROUTER_FLAG) != 0 ? NeighbourTable.ROUTER : 0)
        | ((advertised & NeighbourDiscovery.OVERRIDE_FLAG) != 0 ? NeighbourTable.OVERRIDE : 0);
  }

  private static long mac(MemorySegment s, long at, FlowKey key, int option, long otherwise) {
    int messageBytes = NeighbourDiscovery.sizeBytes(Icmpv6.type(s, at));
    int optionBytes = key.networkEnd() - key.transportOffset() - messageBytes;
    int offset = NeighbourOption.find(s, at + messageBytes, optionBytes, option);
    return offset < 0 ? otherwise : NeighbourOption.mac(s, at + messageBytes + offset);
  }

  private void learnFromDhcp(Network network, Frame frame, FlowKey key) {
    MemorySegment s = frame.memory();
    long at = frame.start() + key.transportOffset() + UdpHeader.SIZE_BYTES;
    int lengthBytes = key.networkEnd() - key.transportOffset() - UdpHeader.SIZE_BYTES;
    if (DhcpMessage.check(s, at, lengthBytes) != null) {
      return;
    }
    int type = DhcpMessage.messageType(s, at, lengthBytes);
    long mac = DhcpMessage.clientMac(s, at);
    if (key.sourcePort() == DhcpMessage.SERVER_PORT && type == DhcpMessage.ACKNOWLEDGMENT) {
      boolean leased = DhcpMessage.leaseSeconds(s, at, lengthBytes) != DhcpMessage.NO_LEASE;
      if (leased && DhcpMessage.yourAddress(s, at) != 0) {
        neighbours.offer(network, claim.ofIpv4(DhcpMessage.yourAddress(s, at), mac));
      }
    } else if (type == DhcpMessage.RELEASE && mac == EthernetHeader.source(s, frame.start())) {
      neighbours.release(network, claim.ofIpv4(DhcpMessage.clientAddress(s, at), mac));
    }
  }
}
