package net.viaduct.host;

import java.time.Instant;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.configfile.ConfigFile;
import net.viaduct.host.devices.DeviceFacts;
import net.viaduct.host.preflight.Clearance;
import net.viaduct.host.reconcile.DesiredState;
import org.jspecify.annotations.Nullable;

/**
 * What a host does now. Immutable; replaced as a whole.
 *
 * @param file where it is written down
 * @param clearance what this machine had to say to it
 * @param desired what the data path is to be, all devices being there
 * @param dataPath that does it
 * @param since when it was applied
 * @param reloadError why the last reload changed nothing, if it did not
 */
record InForce(
    ConfigFile file,
    Clearance clearance,
    DesiredState desired,
    DataPath dataPath,
    Instant since,
    @Nullable String reloadError) {
  HostConfig config() {
    return file.config();
  }

  /** The same after the underlay's device has changed, with what follows for ports. */
  InForce with(DeviceFacts underlay) {
    Clearance changed = clearance.with(config().underlay().addresses(), underlay);
    DesiredState follows = DesiredState.of(config(), changed.largestMtuBytes());
    return new InForce(file, changed, follows, dataPath, since, reloadError);
  }

  InForce refused(String why) {
    return new InForce(file, clearance, desired, dataPath, since, why);
  }
}
