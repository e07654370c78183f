package net.viaduct.host.reconcile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.NetworkConfig;

/** Finds the steps from one state to another, in an order in which each is possible. */
public final class Difference {
  private final DesiredState from;
  private final DesiredState to;

  /** Ports that go out of their network, to nowhere or to another. */
  private final Set<String> leaving = new HashSet<>();

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
    from.stations().forEach((key, at) -> addIf(!stays(key, at), new Change.RemoveStation(key, at)));
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
    to.stations().forEach((key, at) -> addIf(!isThere(key, at), new Change.AddStation(key, at)));
    addIf(
        !from.underlayQueue().equals(to.underlayQueue()),
        new Change.ChangeUnderlayQueue(from.underlayQueue(), to.underlayQueue()));
    addIf(!both.equals(to.listening()), new Change.Listen(both, to.listening()));
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

  private boolean staysInItsNetwork(DesiredPort port) {
    DesiredPort after = to.ports().get(port.name());
    return after != null && after.isSameDevice(port) && after.vni() == port.vni();
  }

  /** A station behind a port that leaves is forgotten with it. */
  private boolean stays(StationKey key, Location at) {
    return at.equals(to.stations().get(key))
        && to.networks().containsKey(key.vni())
        && !(at instanceof Location.AtPort port && leaving.contains(port.port()));
  }

  private boolean isThere(StationKey key, Location at) {
    return at.equals(from.stations().get(key)) && stays(key, at);
  }

  private static String name(DesiredState state, DesiredPort port) {
    NetworkConfig network = state.networks().get(port.vni());
    return network == null ? "?" : network.name();
  }
}
