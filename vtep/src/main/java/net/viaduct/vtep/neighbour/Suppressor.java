package net.viaduct.vtep.neighbour;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.counting.TrafficCounter;
import net.viaduct.vtep.forward.Originator;
import net.viaduct.vtep.forward.Verdict;
import net.viaduct.vtep.settings.NeighbourSettings.Unknown;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.StationEntry;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.neighbour.ArpFrame;
import net.viaduct.wire.neighbour.ArpPacket;
import net.viaduct.wire.neighbour.NeighbourDiscovery;
import net.viaduct.wire.neighbour.NeighbourFrame;

/**
 * Answers at the first host who has an IP address, in the words of the station that has it (R52).
 * Only questions that go to everybody: what a station asks another one alone (whether it is still
 * there), announcements, and who asks whether an address is free, are let pass. Owned by the
 * data-path thread.
 */
public final class Suppressor {
  private static final Verdict UNKNOWN_DROPPED = Verdict.drop(DropReason.NEIGHBOUR_UNKNOWN);

  private final Neighbours neighbours;
  private final NeighbourTable table;
  private final Originator originator;
  private final Tally tally;

  /** A suppressor. */
  public Suppressor(Neighbours neighbours, Originator originator, Tally tally) {
    this.neighbours = neighbours;
    this.table = neighbours.table();
    this.originator = originator;
    this.tally = tally;
  }

  /** Answers a control frame from a port if it is a question that can be answered here. */
  Verdict answer(LocalPort from, Frame frame, FlowKey key) {
    MemorySegment s = frame.memory();
    if (!MacAddress.isGroup(EthernetHeader.destination(s, frame.start()))) {
      return Verdict.PASS;
    }
    if (key.etherType() == EtherType.ARP) {
      return answerArp(from, frame, frame.start() + key.networkOffset());
    }
    boolean solicited =
        key.isIpv6()
            && Icmpv6.type(s, frame.start() + key.transportOffset())
                == NeighbourDiscovery.NEIGHBOUR_SOLICITATION
            && (key.sourceHigh() | key.sourceLow()) != 0;
    return solicited ? answerSolicitation(from, frame, key) : Verdict.PASS;
  }

  private Verdict answerArp(LocalPort from, Frame frame, long at) {
    MemorySegment s = frame.memory();
    if (ArpPacket.operation(s, at) != ArpPacket.REQUEST
        || ArpPacket.isProbe(s, at)
        || ArpPacket.isGratuitous(s, at)) {
      return Verdict.PASS;
    }
    int asked = ArpPacket.targetIp(s, at);
    Network network = from.network();
    int record = neighbours.answerable(network, 0, IpAddress.ipv4Low(asked));
    if (record == NeighbourTable.NONE) {
      return unanswered(network, 0, IpAddress.ipv4Low(asked));
    }
    if (isAt(record, from)) {
      return Verdict.PASS;
    }
    Frame reply = next(ArpFrame.SIZE_BYTES);
    ArpFrame.reply(reply.memory(), reply.start(), table.mac(record), asked);
    ArpFrame.answer(
        reply.memory(), reply.start(), ArpPacket.senderMac(s, at), ArpPacket.senderIp(s, at));
    return send(from, reply, record);
  }

  private Verdict answerSolicitation(LocalPort from, Frame frame, FlowKey key) {
    MemorySegment s = frame.memory();
    long at = frame.start() + key.transportOffset();
    long high = NeighbourDiscovery.targetHigh(s, at);
    long low = NeighbourDiscovery.targetLow(s, at);
    if (high == key.sourceHigh() && low == key.sourceLow()) {
      return Verdict.PASS; // who asks for his own address announces it
    }
    Network network = from.network();
    int record = neighbours.answerable(network, high, low);
    if (record == NeighbourTable.NONE) {
      return unanswered(network, high, low);
    }
    if (isAt(record, from) || (table.flags(record) & NeighbourTable.FLAGS_KNOWN) == 0) {
      return Verdict.PASS;
    }
    Frame reply = next(NeighbourFrame.SIZE_BYTES);
    MemorySegment r = reply.memory();
    NeighbourFrame.beginAdvertisement(r, reply.start(), Announcer.flags(table.flags(record)));
    NeighbourFrame.owner(r, reply.start(), table.mac(record), high, low);
    long asking = EthernetHeader.source(s, frame.start());
    NeighbourFrame.answer(r, reply.start(), asking, key.sourceHigh(), key.sourceLow());
    NeighbourFrame.finish(r, reply.start());
    return send(from, reply, record);
  }

  private boolean isAt(int record, LocalPort port) {
    return neighbours.placeOf(record) == StationEntry.atPort(port.index());
  }

  /** Whoever is known but silent or contested is asked; who is unknown, if the network wants it. */
  private Verdict unanswered(Network network, long high, long low) {
    boolean drops =
        network.config().settings().neighbours().unknown() == Unknown.DROP
            && !neighbours.isKnown(network, high, low);
    return drops ? UNKNOWN_DROPPED : Verdict.PASS;
  }

  private Frame next(int lengthBytes) {
    Frame reply = originator.next(Direction.EGRESS);
    reply.lengthBytes(lengthBytes);
    return reply;
  }

  private Verdict send(LocalPort to, Frame reply, int record) {
    if (tally.trail().isOn()) {
      String mac = MacAddress.format(table.mac(record));
      tally.trail().note("answer", "here, for " + mac + ", who has the address");
    } else {
      tally.noted(TrafficCounter.NEIGHBOURS_ANSWERED, to.network().counters());
    }
    originator.toPort(Direction.EGRESS, to, reply);
    return Verdict.CONSUMED;
  }
}
