package net.viaduct.cli.trace;

import java.util.List;
import java.util.Map;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.Json;
import net.viaduct.cli.LocalHost;
import net.viaduct.cli.Refusal;
import net.viaduct.host.client.ApiSilent;
import net.viaduct.wire.MacAddress;
import org.jspecify.annotations.Nullable;

/** Finds a station that could have sent a frame. Owned by the command's thread. */
final class UsualSource {
  /** A locally administered address that nobody has by chance. */
  private static final long NOBODY = 0x0256_4941_4455L;

  private static final int MOST_PAGES = 10;

  private final LocalHost host;

  UsualSource(LocalHost host) {
    this.host = host;
  }

  /** A station behind the port, if one is found soon; else an address that nobody has. */
  long of(@Nullable String port) {
    String cursor = "";
    try {
      for (int page = 0; port != null && page < MOST_PAGES; page++) {
        Map<String, Object> answer =
            Json.parse(host.json("/v1/stations?limit=10000&cursor=" + cursor));
        if (answer.get("stations") instanceof List<?> stations) {
          for (Object station : stations) {
            if (station instanceof Map<?, ?> map && port.equals(map.get("port"))) {
              return MacAddress.parse(String.valueOf(map.get("mac")));
            }
          }
        }
        if (answer.get("next") == null) {
          break;
        }
        cursor = String.valueOf(answer.get("next"));
      }
    } catch (ApiSilent silent) {
      throw new Refusal(ExitCode.of(silent), String.valueOf(silent.getMessage()));
    }
    return NOBODY;
  }
}
