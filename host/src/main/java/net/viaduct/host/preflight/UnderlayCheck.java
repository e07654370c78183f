package net.viaduct.host.preflight;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.config.UnderlayConfig;
import net.viaduct.host.configfile.ConfigError;
import net.viaduct.host.configfile.ConfigFile;
import net.viaduct.host.configfile.NearestKey;
import net.viaduct.host.devices.DeviceFacts;
import net.viaduct.host.devices.HostDevices;
import net.viaduct.host.devices.HostDevices.LocalAddress;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.wire.IpAddress;

/** Compares the section {@code underlay} with what this machine has. Used by one thread. */
final class UnderlayCheck {
  private static final int MOST_ADDRESSES_TOLD = 8;

  private final ConfigFile file;
  private final UnderlayConfig underlay;
  private final Optional<UnderlayConfig> running;
  private final HostDevices devices;
  private final List<DeviceFacts> facts;
  private final List<LocalAddress> addresses;
  private final List<ConfigError> errors = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private int largestMtuBytes = Integer.MAX_VALUE;

  /**
   * A check.
   *
   * @param running the configuration of the host that runs, whose UDP ports are its own
   * @param facts all devices
   * @param addresses all addresses
   */
  UnderlayCheck(
      ConfigFile file,
      Optional<HostConfig> running,
      HostDevices devices,
      List<DeviceFacts> facts,
      List<LocalAddress> addresses) {
    this.file = file;
    this.underlay = file.config().underlay();
    this.running = running.map(HostConfig::underlay);
    this.devices = devices;
    this.facts = facts;
    this.addresses = addresses;
  }

  /** The device of the first address, if all is right. */
  Optional<DeviceFacts> check() {
    List<Optional<DeviceFacts>> found = underlay.addresses().stream().map(this::deviceOf).toList();
    if (found.stream().anyMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    for (IpAddress address : underlay.addresses()) {
      for (Door door : underlay.doors()) {
        checkFree(new Endpoint(address, door.port()));
      }
    }
    found.stream()
        .flatMap(Optional::stream)
        .distinct()
        .filter(device -> !device.up())
        .forEach(device ->
            warnings.add(
                "underlay device "
                    + device.name()
                    + " is down: ip link set "
                    + device.name()
                    + " up"));
    return found.getFirst();
  }

  /** What is wrong. */
  List<ConfigError> errors() {
    return errors;
  }

  /** What works, but perhaps not as it is meant. */
  List<String> warnings() {
    return warnings;
  }

  /** The largest MTU of a port whose frames fit through every address's device. */
  int largestMtuBytes() {
    return largestMtuBytes;
  }

  private Optional<DeviceFacts> deviceOf(IpAddress address) {
    List<String> having =
        addresses.stream()
            .filter(a -> a.address().equals(address))
            .map(LocalAddress::device)
            .toList();
    if (underlay.device().isPresent() && device(underlay.device().get()).isEmpty()) {
      wrong("underlay.device", missing(underlay.device().get()));
      return Optional.empty();
    }
    if (having.isEmpty()) {
      wrong(
          "underlay.address",
          address + " is not an address of this host; it has " + told(address.isIpv4()));
      return Optional.empty();
    }
    String name = underlay.device().orElse(having.getFirst());
    // an address of the host itself, on the loopback device, is reached by any other (P18)
    boolean ofTheHost = having.stream().allMatch(this::isLoopback);
    if (!having.contains(name) && !ofTheHost) {
      wrong(
          "underlay.device",
          "'"
              + name
              + "' does not have the address "
              + address
              + "; '"
              + String.join("' and '", having)
              + "' has");
      return Optional.empty();
    }
    if (isLoopback(name) && !isOfLoopbackNet(address)) {
      warnings.add(
          address
              + " is on "
              + name
              + ", so that the MTU of the way out is not known, and no group is joined there:"
              + " name the device of the uplink with underlay.device");
    }
    if (ofTheHost && address.isIpv4() && !isOfLoopbackNet(address)) {
      checkReversePath(address);
    }
    Optional<DeviceFacts> device = device(name);
    device.ifPresent(d ->
        largestMtuBytes =
            Math.min(largestMtuBytes, Clearance.largestMtuBytes(address, d.mtuBytes())));
    return device;
  }

  /** With several uplinks, packets may come by another than the way back (P18). */
  private void checkReversePath(IpAddress address) {
    List<String> uplinks =
        facts.stream()
            .filter(device -> device.ethernet() && device.up())
            .map(DeviceFacts::name)
            .filter(name ->
                addresses.stream().anyMatch(a -> a.address().isIpv4() && a.device().equals(name)))
            .toList();
    List<String> strict = uplinks.stream().filter(devices::isReversePathStrict).toList();
    if (uplinks.size() > 1 && !strict.isEmpty()) {
      warnings.add(
          "rp_filter of "
              + String.join(" and ", strict)
              + " is 1: what comes for "
              + address
              + " by another uplink than the way back, the kernel drops in silence;"
              + " sysctl -w net.ipv4.conf.all.rp_filter=2");
    }
  }

  private boolean isLoopback(String name) {
    return device(name).filter(DeviceFacts::ethernet).isEmpty();
  }

  private static boolean isOfLoopbackNet(IpAddress address) {
    return address.isIpv4()
        ? address.ipv4Bits() >>> 24 == 127
        : address.high() == 0 && address.low() == 1;
  }

  private String told(boolean ipv4) {
    List<String> own =
        addresses.stream()
            .filter(a -> a.address().isIpv4() == ipv4)
            .map(a -> a.address() + " (" + a.device() + ")")
            .toList();
    if (own.isEmpty()) {
      return ipv4 ? "no IPv4 address" : "no IPv6 address";
    }
    String some = own.stream().limit(MOST_ADDRESSES_TOLD).collect(Collectors.joining(", "));
    return own.size() > MOST_ADDRESSES_TOLD ? some + ", ..." : some;
  }

  private void checkFree(Endpoint endpoint) {
    int port = endpoint.port();
    boolean ours =
        running
            .filter(it -> it.addresses().contains(endpoint.address()))
            .filter(it -> it.doors().contains(Door.udp(port)))
            .isPresent();
    if (!ours && !devices.isFree(endpoint)) {
      wrong(
          port == underlay.port() ? "underlay.port" : "underlay.accept-ports",
          port
              + " is held by another program or a VXLAN device of the kernel on "
              + endpoint.address()
              + "; see 'ss -ulnp sport = :"
              + port
              + "' and 'ip -d link show type vxlan'");
    }
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

  private void wrong(String key, String problem) {
    ConfigError error = file.error(key, problem);
    if (!errors.contains(error)) {
      errors.add(error);
    }
  }
}
