package net.viaduct.host.reconcile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import net.viaduct.host.config.PortConfig;
import net.viaduct.host.devices.HostDevices;
import net.viaduct.io.Port;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.vtep.VtepControl;
import net.viaduct.vtep.settings.PortSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a VTEP to a desired state, all or nothing: what can fail because of the world outside is
 * opened first; then the steps are done, and taken back if one is refused; only then what is not
 * needed any more is closed. Owned by one control thread at a time.
 */
public final class Reconciler {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

  private final VtepControl control;
  private final HostDevices devices;
  private final DistinctErrors errors;
  private final int readers;
  private final Map<String, Port> open;
  private DesiredState current = DesiredState.EMPTY;

  /**
   * A reconciler of a VTEP that has nothing yet.
   *
   * @param readers how many threads may read a port
   * @param open what is open already, by the device's name; it is used, or closed, by the first
   *     state
   */
  public Reconciler(
      VtepControl control,
      HostDevices devices,
      DistinctErrors errors,
      int readers,
      Map<String, Port> open) {
    this.control = control;
    this.devices = devices;
    this.errors = errors;
    this.readers = readers;
    this.open = new LinkedHashMap<>(open);
  }

  /** What is in force. */
  public DesiredState current() {
    return current;
  }

  /**
   * Makes a state the one in force.
   *
   * @return the steps that were done; none if it was in force already
   * @throws NotApplied if it is not; the one before still is
   */
  public List<Change> apply(DesiredState target) {
    Map<String, Port> opened = openNew(target);
    List<Change> changes = Difference.between(current, target);
    open.putAll(opened);
    int done = 0;
    try {
      for (; done < changes.size(); done++) {
        carryOut(changes.get(done));
      }
    } catch (RuntimeException e) {
      takeBack(changes.subList(0, done));
      open.keySet().removeAll(opened.keySet());
      PortClosing.close(opened.values());
      throw new NotApplied(List.of(cause(changes.get(done), e)));
    }
    current = target;
    closeUnused();
    return changes;
  }

  /**
   * Takes all ports out of the VTEP, which is to be ended, and gives them to the caller.
   *
   * @return what is open, by the device's name; without what the VTEP did not give back in time
   */
  public Map<String, Port> release() {
    Map<String, CompletableFuture<Optional<Port>>> leaving = new LinkedHashMap<>();
    current.ports().keySet().forEach(name -> leaving.put(name, control.detachPort(name)));
    Map<String, Port> released = new LinkedHashMap<>(open);
    leaving.forEach((name, command) -> {
      try {
        Awaiting.result(command);
      } catch (RuntimeException e) {
        LOG.warn("port {} was not given back: {}", name, e.getMessage());
        DesiredPort port = current.ports().get(name);
        released.remove(port == null ? name : port.device()); // the VTEP closes it at its end
      }
    });
    open.clear();
    current = DesiredState.EMPTY;
    return released;
  }

  private static NotApplied.Cause cause(Change change, RuntimeException e) {
    return change instanceof Change.AttachPort attach
        ? NotApplied.Cause.of(attach.port(), e)
        : NotApplied.Cause.of(e);
  }

  private Map<String, Port> openNew(DesiredState target) {
    Map<String, Port> opened = new LinkedHashMap<>();
    List<NotApplied.Cause> failures = new ArrayList<>();
    for (DesiredPort port : target.ports().values()) {
      if (!open.containsKey(port.device()) && !opened.containsKey(port.device())) {
        try {
          opened.put(port.device(), open(port));
        } catch (RuntimeException e) {
          failures.add(NotApplied.Cause.of(port, e));
        }
      }
    }
    if (!failures.isEmpty()) {
      PortClosing.close(opened.values());
      throw new NotApplied(failures);
    }
    return opened;
  }

  private Port open(DesiredPort port) {
    return switch (port.config()) {
      case PortConfig.Tap tap -> devices.openTap(tap.device(), port.tapMtuBytes(), errors, readers);
      case PortConfig.Device device -> devices.openDevice(device.device(), errors, readers);
    };
  }

  private void takeBack(List<Change> done) {
    for (Change change : done.reversed()) {
      try {
        carryOut(change.inverse());
      } catch (RuntimeException e) {
        LOG.error("could not take back that {}: {}", change.sentence(), e.getMessage());
      }
    }
  }

  private void closeUnused() {
    List<Port> unused = new ArrayList<>();
    Set<String> used =
        current.ports().values().stream().map(DesiredPort::device).collect(Collectors.toSet());
    open.entrySet()
        .removeIf(entry -> {
          boolean goes = !used.contains(entry.getKey());
          if (goes) {
            unused.add(entry.getValue());
          }
          return goes;
        });
    PortClosing.close(unused);
  }

  private void carryOut(Change change) {
    switch (change) {
      case Change.Listen it -> listen(it.after());
      case Change.ChangeUnderlayQueue it ->
          Awaiting.result(control.changeUnderlayQueue(it.after()));
      case Change.AddNetwork it -> Awaiting.result(control.addNetwork(it.config()));
      case Change.RemoveNetwork it -> Awaiting.result(control.removeNetwork(it.config().vni()));
      case Change.ChangeNetwork it -> Awaiting.result(control.changeNetwork(it.after()));
      case Change.AttachPort it -> attach(it.port());
      case Change.DetachPort it -> detach(it.port());
      case Change.ChangePort it ->
          Awaiting.result(control.changePort(it.after().name(), it.after().config().settings()));
      case Change.ChangeMtu it -> devices.changeMtu(it.tap(), it.afterBytes());
      case Change.AddRemote it -> Awaiting.result(control.addRemote(it.endpoint()));
      case Change.RemoveRemote it -> Awaiting.result(control.removeRemote(it.endpoint().address()));
      case Change.AddStation it -> place(it.station(), it.place());
      case Change.MoveStation it -> place(it.station(), it.after());
      case Change.BeginMove it ->
          Awaiting.result(control.move(it.station().vni(), it.station().mac(), it.part()));
      case Change.EndMove it ->
          Awaiting.result(control.settle(it.station().vni(), it.station().mac()));
      case Change.RemoveStation it ->
          Awaiting.result(
              control.removeStation(it.station().vni(), it.station().mac(), it.place().origin()));
    }
  }

  private void place(StationKey station, StationPlace place) {
    Awaiting.result(
        control.addStation(station.vni(), station.mac(), place.location(), place.origin()));
  }

  private void listen(Listening listening) {
    if (!listening.equals(Listening.UNSAID)) {
      Awaiting.result(control.listen(listening.usualPort(), listening.doors()));
    }
  }

  private void attach(DesiredPort desired) {
    Port port = open.get(desired.device());
    if (port == null) {
      throw new IllegalStateException("device " + desired.device() + " is not open");
    }
    if (desired.config() instanceof PortConfig.Tap && port.mtuBytes() != desired.tapMtuBytes()) {
      // it was opened for another underlay
      devices.changeMtu(desired.device(), desired.tapMtuBytes());
    }
    PortSettings settings = desired.config().settings();
    Awaiting.result(control.attachPort(desired.vni(), desired.name(), port, settings));
  }

  private void detach(DesiredPort desired) {
    Optional<Port> port = Awaiting.result(control.detachPort(desired.name()));
    if (port.isEmpty()) {
      LOG.warn("port {} was not attached", desired.name());
    }
  }
}
