package net.viaduct.host;

import java.util.List;
import java.util.Set;
import net.viaduct.host.config.NetworkConfig;
import net.viaduct.host.config.PortConfig;
import net.viaduct.host.configfile.ConfigError;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.host.configfile.ConfigFile;
import net.viaduct.host.reconcile.DesiredPort;
import net.viaduct.host.reconcile.NotApplied;
import net.viaduct.io.IoFailure;

/** Turns what the kernel or the VTEP refused into what is wrong with which line of the file. */
final class Explanation {
  private static final Set<String> NOT_PERMITTED = Set.of("EPERM", "EACCES");

  private Explanation() {}

  /** What the steps to a new state failed with. */
  static RuntimeException of(NotApplied failure, ConfigFile file) {
    List<NotApplied.Cause> forbidden =
        failure.causes().stream()
            .filter(cause -> cause.errno().filter(NOT_PERMITTED::contains).isPresent())
            .toList();
    if (!forbidden.isEmpty()) {
      return new NotPermitted(forbidden.getFirst().message());
    }
    return new ConfigException(
        failure.causes().stream()
            .map(cause ->
                file.error(cause.port().map(p -> key(p, file)).orElse("networks"), cause.message()))
            .toList());
  }

  /** What opening the underlay failed with. */
  static RuntimeException of(IoFailure failure, ConfigFile file) {
    String message = String.valueOf(failure.getMessage());
    if (NOT_PERMITTED.contains(failure.errno())) {
      return new NotPermitted(message);
    }
    String key = failure.errno().equals("EADDRINUSE") ? "underlay.port" : "underlay.address";
    return new ConfigException(List.of(file.error(key, message)));
  }

  /** What starting the threads of the data path failed with. */
  static RuntimeException of(OutOfMemoryError failure, ConfigFile file) {
    String problem =
        "cannot start %d workers: there is no memory or thread left for them (%s)"
            .formatted(file.config().workers(), failure.getMessage());
    return new ConfigException(List.of(file.error("workers", problem)));
  }

  private static String key(DesiredPort port, ConfigFile file) {
    for (NetworkConfig network : file.config().networks()) {
      int index = network.ports().indexOf(port.config());
      if (index >= 0) {
        String kind = port.config() instanceof PortConfig.Tap ? "tap" : "device";
        return "networks." + network.name() + ".ports[" + index + "]." + kind;
      }
    }
    return "networks";
  }

  /** An error about a key that cannot take another value now. */
  static ConfigError unchangeable(ConfigFile file, String key, Object before, Object after) {
    return file.error(
        key,
        "cannot become "
            + after
            + " while the host is up, "
            + before
            + " is in force; stop the host and start it again");
  }
}
