package net.viaduct.vtep.moving;

import net.viaduct.io.Frame;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.counting.TrafficCounter;
import net.viaduct.vtep.output.PortOutput;
import net.viaduct.vtep.output.TunnelOutput;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.MacAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is done with frames of stations that move, and for them. Owned by the thread that works at
 * the frames.
 *
 * <p>The machine itself says nothing about when exactly it changes over, and nobody could hear it
 * in time. So before, the old host gives copies to the new one, and the new one those of its own
 * machines to the port that is ready; after, the old host sends on what comes late. Nothing is ever
 * sent back to where it came from.
 */
public final class MoveStep {
  private final MovingStations stations = new MovingStations();
  private final TunnelOutput tunnels;
  private final Tally tally;

  /** A step with nobody moving. */
  public MoveStep(TunnelOutput tunnels, Tally tally) {
    this.tunnels = tunnels;
    this.tally = tally;
  }

  /** Who moves. */
  public MovingStations stations() {
    return stations;
  }

  /** A frame came from a port with a station that moves. */
  public void heard(LocalPort from, long mac, long nowNs) {
    MovingStation station = stations.find(from.network(), mac);
    if (station != null && station.port() == from && !tally.trail().isOn()) {
      station.heard(nowNs);
    }
  }

  /**
   * A frame goes to a port with a station that moves: if it leaves, the new host gets a copy.
   *
   * @param from where the frame came from, which gets none; null if it came from a port
   * @param roomBytes in front of the frame
   */
  public void copy(
      Network network, @Nullable Remote from, Frame frame, int flowHash, int roomBytes) {
    MovingStation station = find(network, frame);
    Remote next = station == null ? null : station.next();
    if (next != null && next != from && fits(network, next, roomBytes)) {
      if (tally.trail().isOn()) {
        tally.trail().note("copy", "its destination is about to move to " + next.address());
      }
      tally.noted(TrafficCounter.MOVES_COPIED_FRAMES, network.counters());
      send(network, next, frame, flowHash);
    }
  }

  /**
   * The same for a frame from a port here. A host that is on the wire that the frame came from gets
   * none, as it has it.
   */
  public void copy(LocalPort from, Frame frame, int flowHash) {
    MovingStation station = find(from.network(), frame);
    Remote next = station == null ? null : station.next();
    if (next != null && goes(from, next)) {
      copy(from.network(), null, frame, flowHash, Frame.HEADROOM_BYTES);
    }
  }

  private static boolean goes(LocalPort from, Remote next) {
    return !from.isLeg() || from.network().floodsTo(next.index());
  }

  /**
   * A frame from a wire is for a station that is said to be there. If that moves it may have left
   * already, and a switch shows the frame to everybody.
   *
   * @return false if it does not move, or the other host hears the wire too
   */
  public boolean offWire(LocalPort from, Frame frame, int flowHash, PortOutput ports) {
    Network network = from.network();
    MovingStation station = find(network, frame);
    if (station == null) {
      return false;
    }
    Remote next = station.next();
    LocalPort port = station.port();
    if (next == null && (port == null || port == from || port.isGone())) {
      return false;
    }
    if (next != null && !goes(from, next)) {
      return false;
    }
    if (!tally.trail().isOn()) {
      tally.consumed(Direction.EGRESS, network.counters());
    }
    if (next == null) {
      copyToAwaited(from, null, frame, ports);
    } else {
      copy(network, null, frame, flowHash, Frame.HEADROOM_BYTES);
    }
    return true;
  }

  /**
   * A frame from a port leaves: if its destination is about to come here, its port gets a copy.
   *
   * @param to the port by which it leaves; null if that is a tunnel
   */
  public void copyToAwaited(LocalPort from, @Nullable LocalPort to, Frame frame, PortOutput ports) {
    Network network = from.network();
    LocalPort port = awaitedAt(network, frame);
    if (port != null && port != from && port != to && !port.isBlocked()) {
      tally.noted(TrafficCounter.MOVES_COPIED_FRAMES, network.counters());
      tally.originated(Direction.EGRESS, network.counters());
      tally.unicast(Direction.EGRESS, network.counters());
      ports.offer(Direction.EGRESS, port, frame);
    }
  }

  /**
   * A frame from a tunnel is for a port here: if its destination is about to leave it for another.
   */
  public void copyToAwaited(Network network, LocalPort port, Frame frame, PortOutput ports) {
    if (!port.isBlocked()) {
      tally.noted(TrafficCounter.MOVES_COPIED_FRAMES, network.counters());
      tally.originated(Direction.INGRESS, network.counters());
      tally.unicast(Direction.INGRESS, network.counters());
      ports.offer(Direction.INGRESS, port, frame);
    }
  }

  /** The port here at which a station is awaited that is still elsewhere; null if it is not. */
  public @Nullable LocalPort awaitedAt(Network network, Frame frame) {
    MovingStation station = find(network, frame);
    if (station == null || !station.comesHere()) {
      return null;
    }
    LocalPort port = station.port();
    if (port != null && tally.trail().isOn()) {
      tally.trail().note("await", "its destination is about to come to port " + port.name());
    }
    return port == null || port.isGone() ? null : port;
  }

  /**
   * Whether the tunnel that a frame came by may tell nothing about its sender: its destination is
   * awaited here, so it may be a copy from the old host, or sent on by it.
   */
  public boolean mayBePassedOn(Network network, Frame frame) {
    MovingStation station = find(network, frame);
    boolean mayBe = station != null && station.comesHere();
    if (mayBe && tally.trail().isOn()) {
      tally.trail().note("learn", "nothing: it may have been sent on by another host");
    }
    return mayBe;
  }

  /**
   * Sends a frame from a tunnel after its destination, if that has moved from here.
   *
   * @param from where the frame came from, which does not get it back
   * @param place where its destination is now
   * @param roomBytes in front of the frame
   * @return false if its destination has not moved from here to there
   */
  public boolean redirect(
      Network network,
      Remote from,
      @Nullable Remote place,
      Frame frame,
      int flowHash,
      int roomBytes) {
    MovingStation station = find(network, frame);
    if (station == null || place == null || station.next() != place || from == place) {
      return false;
    }
    if (!fits(network, place, roomBytes)) {
      return false;
    }
    if (tally.trail().isOn()) {
      tally.trail().note("redirect", "its destination has moved to " + place.address());
    } else {
      tally.consumed(Direction.INGRESS, network.counters());
    }
    tally.noted(TrafficCounter.MOVES_REDIRECTED_FRAMES, network.counters());
    send(network, place, frame, flowHash);
    return true;
  }

  private @Nullable MovingStation find(Network network, Frame frame) {
    long mac = EthernetHeader.destination(frame.memory(), frame.start());
    return MacAddress.isGroup(mac) ? null : stations.find(network, mac);
  }

  private static boolean fits(Network network, Remote next, int roomBytes) {
    return network.typeFor(next).encapsulation().headerBytes() <= roomBytes;
  }

  private void send(Network network, Remote next, Frame frame, int flowHash) {
    tally.originated(Direction.EGRESS, network.counters());
    tally.unicast(Direction.EGRESS, network.counters());
    tunnels.offer(network, next, frame, flowHash);
    tunnels.takeLargestRefused(); // who sent the frame is not to make it smaller for our copy
  }
}
