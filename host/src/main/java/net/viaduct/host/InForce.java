package net.viaduct.host;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.config.PortConfig;
import net.viaduct.host.configfile.ConfigFile;
import net.viaduct.host.devices.DeviceFacts;
import net.viaduct.host.preflight.Clearance;
import net.viaduct.host.reconcile.DesiredState;
import net.viaduct.host.subscription.Merged;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.vtep.show.NetworkStatus;
import org.jspecify.annotations.Nullable;

/**
 * What a host does now. Immutable; replaced as a whole.
 *
 * @param file where it is written down
 * @param merged what that says together with the controller
 * @param clearance what this machine had to say to it
 * @param desired what the data path is to be, all devices being there and opening
 * @param dataPath that does it
 * @param since when it was applied
 * @param reloadError why the last reload changed nothing, if it did not
 */
record InForce(
    ConfigFile file,
    Merged merged,
    Clearance clearance,
    DesiredState desired,
    DataPath dataPath,
    Instant since,
    @Nullable String reloadError) {
  HostConfig config() {
    return merged.config();
  }

  /** The same after the underlay's device has changed, with what follows for ports. */
  InForce with(DeviceFacts underlay) {
    Clearance changed = clearance.with(config().underlay().addresses(), underlay);
    DesiredState follows = desiredBy(merged, changed);
    return new InForce(file, merged, changed, follows, dataPath, since, reloadError);
  }

  /** The same after the controller has told something else. */
  InForce with(Merged other, DesiredState follows) {
    return new InForce(file, other, clearance, follows, dataPath, since, reloadError);
  }

  /** The same with a data path that was started anew. */
  InForce with(DataPath started) {
    return new InForce(file, merged, clearance, desired, started, since, reloadError);
  }

  /** The names of the ports that the file has: it outranks the controller. */
  Set<String> filePorts() {
    return file.config().networks().stream()
        .flatMap(network -> network.ports().stream())
        .map(PortConfig::name)
        .collect(Collectors.toSet());
  }

  /**
   * The names of the networks that learn from frames what is told otherwise: as the data path has
   * it, for what is wanted may not be done yet, or be impossible.
   */
  List<String> fallenBack() {
    return dataPath.view().networks().stream()
        .map(NetworkStatus::config)
        .filter(network -> hasFallenBack(network.stations()))
        .map(network -> network.name())
        .toList();
  }

  /**
   * Whether a network is to flood what is unknown, and to learn from frames also what is told
   * otherwise, as no controller is there for long.
   */
  boolean hasFallenBack(int vni) {
    return merged.config().networks().stream()
        .filter(network -> network.vni() == vni)
        .map(network -> network.settings().stations())
        .anyMatch(InForce::hasFallenBack);
  }

  /** Whether a network that knows stations this way does so. */
  static boolean hasFallenBack(StationPolicy policy) {
    return policy.outranksTold() && policy.sources() != StationPolicy.Sources.NOTHING;
  }

  static DesiredState desiredBy(Merged merged, Clearance clearance) {
    return DesiredState.of(
        merged.config(), merged.stations(), merged.moves(), clearance.largestMtuBytes());
  }

  InForce refused(String why) {
    return new InForce(file, merged, clearance, desired, dataPath, since, why);
  }
}
