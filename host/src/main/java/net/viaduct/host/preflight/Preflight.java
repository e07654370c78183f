package net.viaduct.host.preflight;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.config.NetworkConfig;
import net.viaduct.host.config.PortConfig;
import net.viaduct.host.configfile.ConfigError;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.host.configfile.ConfigFile;
import net.viaduct.host.configfile.NearestKey;
import net.viaduct.host.devices.DeviceFacts;
import net.viaduct.host.devices.HostDevices;
import net.viaduct.host.devices.HostDevices.LocalAddress;

/**
 * Compares what a configuration says with what this machine has, before anything is touched. Used
 * by one thread.
 */
public final class Preflight {
  private final ConfigFile file;
  private final Optional<HostConfig> running;
  private final HostDevices devices;
  private final List<DeviceFacts> facts;
  private final List<LocalAddress> addresses;
  private final List<ConfigError> errors = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private Preflight(ConfigFile file, Optional<HostConfig> running, HostDevices devices) {
    this.file = file;
    this.running = running;
    this.devices = devices;
    this.facts = devices.devices();
    this.addresses = devices.addresses();
  }

  /**
   * Checks a configuration.
   *
   * @param running the configuration of the host that runs, whose devices and ports are its own
   * @throws ConfigException with everything that this machine does not have
   */
  public static Clearance check(
      ConfigFile file, Optional<HostConfig> running, HostDevices devices) {
    return new Preflight(file, running, devices).check();
  }

  private Clearance check() {
    UnderlayCheck underlay = new UnderlayCheck(file, running, devices, facts, addresses);
    Optional<DeviceFacts> device = underlay.check();
    errors.addAll(underlay.errors());
    warnings.addAll(underlay.warnings());
    int largestMtuBytes = device.isPresent() ? underlay.largestMtuBytes() : 0;
    for (NetworkConfig network : file.config().networks()) {
      for (int i = 0; i < network.ports().size(); i++) {
        checkPort(
            "networks." + network.name() + ".ports[" + i + "]",
            network.ports().get(i),
            device,
            largestMtuBytes);
      }
    }
    if (!errors.isEmpty()) {
      throw new ConfigException(errors);
    }
    return new Clearance(device.orElseThrow(), largestMtuBytes, warnings);
  }

  private void checkPort(
      String key, PortConfig port, Optional<DeviceFacts> underlay, int largestMtuBytes) {
    switch (port) {
      case PortConfig.Tap tap -> checkTap(key, tap, largestMtuBytes);
      case PortConfig.Device device -> checkDevice(key, device, underlay, largestMtuBytes);
    }
  }

  private void checkTap(String key, PortConfig.Tap tap, int largestMtuBytes) {
    Optional<DeviceFacts> there = device(tap.device());
    if (there.isPresent() && !isOurTap(tap.device())) {
      wrong(
          key + ".tap",
          "'"
              + tap.device()
              + "' exists already, and a tap is created; to attach a device that"
              + " exists, write { device: "
              + tap.device()
              + " }");
    }
    if (tap.mtuBytes().isPresent()
        && largestMtuBytes > 0
        && tap.mtuBytes().getAsInt() > largestMtuBytes) {
      warn(tooLarge(tap.device(), tap.mtuBytes().getAsInt(), largestMtuBytes));
    }
  }

  private void checkDevice(
      String key, PortConfig.Device port, Optional<DeviceFacts> underlay, int largestMtuBytes) {
    String name = port.device();
    Optional<DeviceFacts> there = device(name);
    if (there.isEmpty()) {
      wrong(key + ".device", missing(name));
    } else if (isOurTap(name)) {
      wrong(
          key + ".device",
          "'" + name + "' is a tap of this host, which goes when the tap is not listed any more");
    } else if (underlay.isPresent() && underlay.get().name().equals(name)) {
      wrong(key + ".device", "'" + name + "' carries the underlay, so it cannot be a port too");
    } else if (!there.get().ethernet()) {
      wrong(key + ".device", "'" + name + "' does not carry Ethernet frames");
    } else if (there.get().master().isPresent()) {
      String master = there.get().master().get();
      wrong(
          key + ".device",
          "'"
              + name
              + "' is a port of '"
              + master
              + "' already; take it out (ip link set "
              + name
              + " nomaster), or attach another device");
    } else {
      warn(there.get(), largestMtuBytes);
    }
  }

  private void warn(DeviceFacts device, int largestMtuBytes) {
    if (!device.up()) {
      warn("port " + device.name() + " is down: ip link set " + device.name() + " up");
    }
    if (largestMtuBytes > 0 && device.mtuBytes() > largestMtuBytes) {
      warn(tooLarge(device.name(), device.mtuBytes(), largestMtuBytes));
    }
  }

  private static String tooLarge(String name, int mtuBytes, int largestMtuBytes) {
    return "port "
        + name
        + " has an MTU of "
        + mtuBytes
        + ", of which the underlay carries only "
        + largestMtuBytes
        + "; larger frames for remotes are dropped. Give the machine behind it an"
        + " MTU of "
        + largestMtuBytes
        + ", or raise that of the underlay by "
        + (mtuBytes - largestMtuBytes);
  }

  private boolean isOurTap(String name) {
    return running.stream()
        .flatMap(config -> config.networks().stream())
        .flatMap(network -> network.ports().stream())
        .anyMatch(port -> port instanceof PortConfig.Tap tap && tap.device().equals(name));
  }

  private Optional<DeviceFacts> device(String name) {
    return facts.stream().filter(fact -> fact.name().equals(name)).findFirst();
  }

  private String missing(String name) {
    List<String> names = facts.stream().map(DeviceFacts::name).toList();
    return "there is no device '"
        + name
        + "' here"
        + NearestKey.of(name, names).map(n -> "; did you mean '" + n + "'?").orElse("");
  }

  /** Ports that share a device give cause to the same warnings. */
  private void warn(String warning) {
    if (!warnings.contains(warning)) {
      warnings.add(warning);
    }
  }

  private void wrong(String key, String problem) {
    errors.add(file.error(key, problem));
  }
}
