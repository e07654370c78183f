package net.viaduct.host;

import java.util.ArrayList;
import java.util.List;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.configfile.ConfigError;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.host.configfile.ConfigFile;

/** What of a configuration needs a restart to be changed. Stateless. */
final class Unchangeable {
  private record Fixed(String key, Object before, Object after) {}

  private Unchangeable() {}

  /**
   * Lets pass what leaves these as they are.
   *
   * @throws ConfigException with all that it would change of them
   */
  static void require(HostConfig before, ConfigFile next) {
    HostConfig after = next.config();
    List<ConfigError> wrong = new ArrayList<>();
    List.of(
            new Fixed("host", before.host(), after.host()),
            new Fixed("api.socket", before.apiSocket(), after.apiSocket()),
            new Fixed(
                "api.group",
                before.apiGroup().orElse("no group"),
                after.apiGroup().orElse("no group")),
            new Fixed("counters.file", before.countersFile(), after.countersFile()),
            new Fixed("controller", controller(before), controller(after)))
        .forEach(it -> {
          if (!it.before().equals(it.after())) {
            wrong.add(Explanation.unchangeable(next, it.key(), it.before(), it.after()));
          }
        });
    if (!wrong.isEmpty()) {
      throw new ConfigException(wrong);
    }
  }

  private static String controller(HostConfig config) {
    return config.controller().map(it -> it.state().toString()).orElse("none");
  }
}
