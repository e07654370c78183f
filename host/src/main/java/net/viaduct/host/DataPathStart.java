package net.viaduct.host;

import java.util.Map;
import java.util.function.Consumer;
import net.viaduct.host.configfile.ConfigFile;
import net.viaduct.host.devices.HostDevices;
import net.viaduct.host.preflight.Clearance;
import net.viaduct.io.IoFailure;
import net.viaduct.io.Port;
import net.viaduct.runtime.Counters;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.runtime.NanoClock;

/**
 * Starts the data paths of a host, one after another. Immutable.
 *
 * @param devices where they open their ports and underlay
 * @param clock for ages
 * @param counters where they count
 * @param errors where they note what fails
 */
record DataPathStart(
    HostDevices devices, NanoClock clock, Counters counters, DistinctErrors errors) {
  /**
   * One without networks.
   *
   * @param ports that are open already, by name
   * @throws net.viaduct.host.configfile.ConfigException if the underlay cannot be opened, or there
   *     is no memory or thread for so many workers
   * @throws NotPermitted if the kernel does not let this process do it
   */
  DataPath start(ConfigFile file, Clearance clearance, Map<String, Port> ports) {
    try {
      return DataPath.start(
          file.config(),
          clearance,
          new DataPath.Surroundings(devices, clock, counters, errors),
          ports);
    } catch (IoFailure e) {
      throw Explanation.of(e, file);
    } catch (OutOfMemoryError e) {
      throw Explanation.of(e, file);
    }
  }

  /** One that something is done to at once; if that fails it ends, and its ports stay open. */
  DataPath start(
      ConfigFile file, Clearance clearance, Map<String, Port> ports, Consumer<DataPath> first) {
    DataPath started = start(file, clearance, ports);
    try {
      first.accept(started);
      return started;
    } catch (RuntimeException e) {
      started.release();
      throw e;
    }
  }
}
