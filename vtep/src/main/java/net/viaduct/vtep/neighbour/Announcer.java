package net.viaduct.vtep.neighbour;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import net.viaduct.io.Frame;
import net.viaduct.vtep.control.Chore;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.counting.TrafficCounter;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.forward.FloodScope;
import net.viaduct.vtep.forward.Originator;
import net.viaduct.vtep.tables.Fdb;
import net.viaduct.vtep.tables.FdbWalk;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.StationEntry;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.vtep.tables.TunnelTarget;
import net.viaduct.wire.neighbour.ArpFrame;
import net.viaduct.wire.neighbour.NeighbourDiscovery;
import net.viaduct.wire.neighbour.NeighbourFrame;
import org.jspecify.annotations.Nullable;

/**
 * Tells everybody where stations of this host are, in their name, as a machine that was moved says
 * nothing by itself: by gratuitous ARP and unsolicited neighbour advertisements for the addresses
 * that are known, else by a reverse ARP. Some in each tenth of a second, so that many do not make a
 * storm. Owned by the data-path thread.
 */
public final class Announcer implements Chore {
  private static final int STATIONS_PER_CHORE = 64;
  private static final int SLOTS_PER_CHORE = 8192;
  private static final int MOST_WAITING = 4096;
  private static final int NETWORK_SHIFT = 48;
  private static final long MAC_MASK = (1L << NETWORK_SHIFT) - 1;

  private final Tables tables;
  private final NeighbourTable neighbours;
  private final Originator originator;
  private final CycleClock clock;
  private final Tally tally;
  private final FloodScope scope = new FloodScope();
  private final ArrayDeque<Long> stations = new ArrayDeque<>();
  private final ArrayDeque<Round> rounds = new ArrayDeque<>();

  /** All stations of this host that are asked for, met one after the other. */
  private static final class Round {
    final @Nullable Network network;
    final @Nullable LocalPort port;
    final CompletableFuture<Integer> done;
    final FdbWalk walk;
    int announced;

    Round(
        @Nullable Network network,
        @Nullable LocalPort port,
        CompletableFuture<Integer> done,
        FdbWalk walk) {
      this.network = network;
      this.port = port;
      this.done = done;
      this.walk = walk;
    }

    boolean wants(int destination) {
      return StationEntry.isPort(destination)
          && (port == null || destination == StationEntry.atPort(port.index()))
          && (network == null || walk.network() == network.index());
    }
  }

  /** Nobody is to be announced yet. */
  public Announcer(
      Tables tables,
      NeighbourTable neighbours,
      Originator originator,
      CycleClock clock,
      Tally tally) {
    this.tables = tables;
    this.neighbours = neighbours;
    this.originator = originator;
    this.clock = clock;
    this.tally = tally;
  }

  /** A station of this host is to be announced soon; one of too many is not. */
  public void offer(Network network, long mac) {
    if (stations.size() < MOST_WAITING) {
      stations.add((long) network.index() << NETWORK_SHIFT | mac);
    }
  }

  /**
   * All stations of this host are to be announced, or those of a network or of a port.
   *
   * @param done completes with their number when all are
   */
  public void announceAll(
      @Nullable Network network, @Nullable LocalPort port, CompletableFuture<Integer> done) {
    rounds.add(new Round(network, port, done, tables.fdb().walk()));
  }

  @Override
  public void doWork(long nowNs) {
    int left = STATIONS_PER_CHORE;
    while (left > 0 && !stations.isEmpty()) {
      long key = stations.remove();
      announce((int) (key >>> NETWORK_SHIFT), key & MAC_MASK);
      left--;
    }
    while (left > 0 && !rounds.isEmpty()) {
      Round round = rounds.getFirst();
      left = goOn(round, left);
      if (left > 0) {
        rounds.removeFirst();
        round.walk.close();
        round.done.complete(round.announced);
      }
    }
  }

  /** Goes on until so many are announced; returns how many were left when the round ended. */
  private int goOn(Round round, int most) {
    int left = most;
    for (int i = 0; i < SLOTS_PER_CHORE && left > 0; i++) {
      if (!round.walk.next(clock.seconds())) {
        return left;
      }
      if (round.wants(StationEntry.destination(round.walk.entry()))) {
        announce(round.walk.network(), round.walk.mac());
        round.announced++;
        left--;
      }
    }
    return 0;
  }

  private void announce(int networkIndex, long mac) {
    Network network = tables.networks().get(networkIndex);
    long entry = tables.fdb().find(networkIndex, mac, clock.seconds());
    if (network == null || entry == Fdb.NOWHERE) {
      return;
    }
    int destination = StationEntry.destination(entry);
    if (!StationEntry.isPort(destination)) {
      return;
    }
    chooseAllBut(network, destination);
    int record = neighbours.firstOf(networkIndex, mac);
    if (record == NeighbourTable.NONE) {
      Frame frame = next(ArpFrame.SIZE_BYTES);
      ArpFrame.reverse(frame.memory(), frame.start(), mac);
      send(network, frame);
    }
    for (; record != NeighbourTable.NONE; record = neighbours.nextOf(record)) {
      if ((neighbours.flags(record) & NeighbourTable.CONTESTED) == 0) {
        announceAddress(network, mac, record);
      }
    }
  }

  private void announceAddress(Network network, long mac, int record) {
    if (neighbours.isIpv4(record)) {
      Frame frame = next(ArpFrame.SIZE_BYTES);
      ArpFrame.announcement(frame.memory(), frame.start(), mac, (int) neighbours.low(record));
      send(network, frame);
      return;
    }
    boolean told = (neighbours.flags(record) & NeighbourTable.FLAGS_KNOWN) != 0;
    if (!told) { // whether it is a router is not known, and who hears that it is none, forgets it
      Frame frame = next(ArpFrame.SIZE_BYTES);
      ArpFrame.reverse(frame.memory(), frame.start(), mac);
      send(network, frame);
      return;
    }
    Frame frame = next(NeighbourFrame.SIZE_BYTES);
    int flags = flags(neighbours.flags(record)) | NeighbourDiscovery.OVERRIDE_FLAG;
    NeighbourFrame.beginAdvertisement(frame.memory(), frame.start(), flags);
    NeighbourFrame.owner(
        frame.memory(), frame.start(), mac, neighbours.high(record), neighbours.low(record));
    NeighbourFrame.finish(frame.memory(), frame.start());
    send(network, frame);
  }

  /** The flags of a neighbour advertisement that a station would send. */
  static int flags(int known) {
    return ((known & NeighbourTable.ROUTER) != 0 ? NeighbourDiscovery.ROUTER_FLAG : 0)
        | ((known & NeighbourTable.OVERRIDE) != 0 ? NeighbourDiscovery.OVERRIDE_FLAG : 0);
  }

  private void chooseAllBut(Network network, int place) {
    scope.clear();
    for (LocalPort port : network.ports()) {
      if (StationEntry.atPort(port.index()) != place) {
        scope.add(port);
      }
    }
    for (TunnelTarget target : network.floodTargets()) {
      scope.add(target);
    }
  }

  private Frame next(int lengthBytes) {
    Frame frame = originator.next(Direction.EGRESS);
    frame.lengthBytes(lengthBytes);
    return frame;
  }

  private void send(Network network, Frame frame) {
    if (originator.to(Direction.EGRESS, network, scope, frame)) {
      tally.noted(TrafficCounter.STATIONS_ANNOUNCED, network.counters());
    }
  }
}
