package net.viaduct.host.reconcile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.MovePart;
import net.viaduct.vtep.NetworkConfig;

/** Finds the steps from one state to another, in an order in which each is possible. */
public final class Difference {
  private final DesiredState from;
  private final DesiredState to;

  /** Ports that go out of their network, to nowhere or to another. */
  private final Set<String> leaving = new HashSet<>();

  /** Stations that have gone to another host already. */
  private final Set<StationKey> gone = new HashSet<>();

  /** Taps that get another MTU, each once. */
  private final Set<String> resized = new HashSet<>();

  private final List<Change> changes = new ArrayList<>();

  private Difference(DesiredState from, DesiredState to) {
    this.from = from;
    this.to = to;
  }

  /** The steps; none if the states are the same. */
  public static List<Change> between(DesiredState from, DesiredState to) {
    Difference difference = new Difference(from, to);
    difference.find();
    return List.copyOf(difference.changes);
  }

  /** First what makes room, then what needs it. */
  private void find() {
    // new doors first and old ones last: a remote may change from one to the other in between
    Listening both = from.listening().onTheWayTo(to.listening());
    addIf(!both.equals(from.listening()), new Change.Listen(from.listening(), both));
    from.ports().values().stream()
        .filter(port -> !staysInItsNetwork(port))
        .forEach(port -> leaving.add(port.name()));
    from.stations().forEach(this::sendAfter);
    from.moves()
        .forEach((key, part) -> addIf(!staysMoving(key, part), new Change.EndMove(key, part)));
    from.stations()
        .forEach((key, at) ->
            addIf(
                !stays(key, at) && !moves(key, at) && !gone.contains(key),
                new Change.RemoveStation(key, at)));
    from.ports().values().stream()
        .filter(port -> leaving.contains(port.name()))
        .forEach(port -> changes.add(new Change.DetachPort(port, name(from, port))));
    addMissing(from.networks(), to.networks(), (vni, it) -> new Change.RemoveNetwork(it));
    from.remotes()
        .forEach((address, it) ->
            addIf(!it.equals(to.remotes().get(address)), new Change.RemoveRemote(it)));
    to.networks().forEach(this::changeNetwork);
    addMissing(to.networks(), from.networks(), (vni, it) -> new Change.AddNetwork(it));
    to.remotes()
        .forEach((address, it) ->
            addIf(!it.equals(from.remotes().get(address)), new Change.AddRemote(it)));
    to.ports().values().forEach(this::bringPort);
    to.stations().forEach(this::bringStation);
    to.moves()
        .forEach((key, part) ->
            addIf(
                !part.equals(from.moves().get(key)) || !staysMoving(key, part),
                new Change.BeginMove(key, part)));
    addIf(
        !from.underlayQueue().equals(to.underlayQueue()),
        new Change.ChangeUnderlayQueue(from.underlayQueue(), to.underlayQueue()));
    addIf(!both.equals(to.listening()), new Change.Listen(both, to.listening()));
  }

  /**
   * A station that moves to another host is there before its port here goes: in between it must not
   * be nowhere, as what is for it comes here.
   */
  private void sendAfter(StationKey key, StationPlace at) {
    StationPlace after = to.stations().get(key);
    if (after != null
        && after.origin() == at.origin()
        && at.location() instanceof Location.AtPort
        && after.location() instanceof Location.AtRemote remote
        && from.remotes().containsKey(remote.remote())
        && Objects.equals(from.remotes().get(remote.remote()), to.remotes().get(remote.remote()))
        && to.networks().containsKey(key.vni())) {
      changes.add(new Change.MoveStation(key, at, after));
      gone.add(key);
    }
  }

  /** Whether it is the same move, and the port that it is to stays. */
  private boolean staysMoving(StationKey key, MovePart part) {
    return part.equals(to.moves().get(key))
        && to.networks().containsKey(key.vni())
        && !(part instanceof MovePart.Arriving at && leaving.contains(at.port()));
  }

  private void addIf(boolean condition, Change change) {
    if (condition) {
      changes.add(change);
    }
  }

  private <K, V> void addMissing(Map<K, V> these, Map<K, V> those, BiFunction<K, V, Change> how) {
    these.forEach((key, value) -> {
      if (!those.containsKey(key)) {
        changes.add(how.apply(key, value));
      }
    });
  }

  private void changeNetwork(int vni, NetworkConfig after) {
    NetworkConfig before = from.networks().get(vni);
    if (before != null && !before.equals(after)) {
      changes.add(new Change.ChangeNetwork(before, after));
    }
  }

  private void bringPort(DesiredPort port) {
    DesiredPort before = from.ports().get(port.name());
    if (before != null
        && before.isSameDevice(port)
        && before.tapMtuBytes() != port.tapMtuBytes()
        && resized.add(port.device())) {
      changes.add(new Change.ChangeMtu(port.device(), before.tapMtuBytes(), port.tapMtuBytes()));
    }
    if (before == null || leaving.contains(port.name())) {
      changes.add(new Change.AttachPort(port, name(to, port)));
    } else if (!before.config().settings().equals(port.config().settings())) {
      changes.add(new Change.ChangePort(before, port));
    }
  }

  private void bringStation(StationKey key, StationPlace at) {
    StationPlace before = from.stations().get(key);
    if (gone.contains(key)) {
      return;
    }
    if (before != null && moves(key, before)) {
      changes.add(new Change.MoveStation(key, before, at));
    } else {
      addIf(!isThere(key, at), new Change.AddStation(key, at));
    }
  }

  private boolean staysInItsNetwork(DesiredPort port) {
    DesiredPort after = to.ports().get(port.name());
    return after != null && after.isSameDevice(port) && after.vni() == port.vni();
  }

  /** A station behind a port that leaves is forgotten with it. */
  private boolean stays(StationKey key, StationPlace at) {
    return at.equals(to.stations().get(key)) && isKept(key, at);
  }

  /** Whether it goes from one place to another that the same origin tells: in one step. */
  private boolean moves(StationKey key, StationPlace at) {
    StationPlace after = to.stations().get(key);
    return after != null && !after.equals(at) && after.origin() == at.origin() && isKept(key, at);
  }

  private boolean isKept(StationKey key, StationPlace at) {
    return to.networks().containsKey(key.vni())
        && !(at.location() instanceof Location.AtPort port && leaving.contains(port.port()));
  }

  private boolean isThere(StationKey key, StationPlace at) {
    return at.equals(from.stations().get(key)) && stays(key, at);
  }

  private static String name(DesiredState state, DesiredPort port) {
    NetworkConfig network = state.networks().get(port.vni());
    return network == null ? "?" : network.name();
  }
}
