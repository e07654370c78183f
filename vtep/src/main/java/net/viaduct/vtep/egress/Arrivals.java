package net.viaduct.vtep.egress;

import net.viaduct.io.Frame;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.forward.FloodScope;
import net.viaduct.vtep.forward.Originator;
import net.viaduct.vtep.tables.FloodGroup;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.StationEntry;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.vtep.tables.TunnelTarget;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.neighbour.ArpFrame;

/**
 * Lets the other hosts hear of a station that is new here or moved here: the first frame of it goes
 * to all of them, even if its destination is known, so that they learn at once where it is. Owned
 * by the thread that works at the frames.
 */
final class Arrivals {
  private final Tables tables;
  private final Originator originator;
  private final FloodScope beyond = new FloodScope();

  Arrivals(Tables tables, Originator originator) {
    this.tables = tables;
    this.originator = originator;
  }

  /**
   * Enters all hosts that the network floods to, and the destination of the frame, into an empty
   * scope.
   *
   * @param destination as of {@link StationEntry}
   * @return false if the frame is to go its usual way: there is nobody else, or nobody knows
   *     whether the destination listens to the network's group, and the others are told by a frame
   *     of ours
   */
  boolean choose(LocalPort from, Frame frame, int destination, FloodScope scope) {
    Network network = from.network();
    if (!network.announcesNew() || network.floodTargets().length == 0) {
      return false;
    }
    if (!StationEntry.isPort(destination)) {
      return chooseForRemote(network, frame, StationEntry.index(destination), scope);
    }
    LocalPort to = tables.ports().get(StationEntry.index(destination));
    if (to == null || to == from) {
      return false;
    }
    scope.add(to);
    addAll(network, scope);
    return true;
  }

  private boolean chooseForRemote(Network network, Frame frame, int remote, FloodScope scope) {
    TunnelTarget to = tables.remotes().get(remote);
    if (to == null) {
      return false;
    }
    boolean flooded = false;
    for (TunnelTarget target : network.floodTargets()) {
      if (target instanceof FloodGroup) {
        announce(network, EthernetHeader.source(frame.memory(), frame.start()));
        return false;
      }
      flooded |= target == to;
    }
    addAll(network, scope);
    if (!flooded) {
      scope.add(to);
    }
    return true;
  }

  private static void addAll(Network network, FloodScope scope) {
    for (TunnelTarget target : network.floodTargets()) {
      scope.add(target);
    }
  }

  /** Tells the others where a station is by a frame of ours, as its own one went no further. */
  void announce(Network network, long mac) {
    if (!network.announcesNew() || network.floodTargets().length == 0) {
      return;
    }
    Frame frame = originator.next(Direction.EGRESS);
    frame.lengthBytes(ArpFrame.SIZE_BYTES);
    ArpFrame.reverse(frame.memory(), frame.start(), mac);
    beyond.clear();
    addAll(network, beyond);
    originator.to(Direction.EGRESS, network, beyond, frame);
  }
}
