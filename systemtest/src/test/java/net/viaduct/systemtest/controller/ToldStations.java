package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.viaduct.systemtest.ViaductHost;

/** Behind which host each station of a {@link StationWriter} is, as others tell it. */
final class ToldStations {
  private static final int TRIES = 2_400;
  private static final long TRY_NS = 25_000_000;

  private ToldStations() {}

  /** What a controller tells. */
  static Map<String, Integer> by(ControllerProcess controller) throws Exception {
    String page = controller.api().ask("GET", "/stations?network=blue&limit=10000", "");
    assertThat(page).doesNotContain("\"cursor\"");
    return found(page, "\"mac\":\"(02:01:[0-9a-f:]*)\"[^}]*?\"behind\":\"h([0-9])\"");
  }

  private static Map<String, Integer> found(String text, String regex) {
    Map<String, Integer> found = new TreeMap<>();
    Matcher each = Pattern.compile(regex).matcher(text);
    while (each.find()) {
      found.put(each.group(1), Integer.parseInt(each.group(2)) - 1);
    }
    return found;
  }

  /**
   * Waits until a host knows what is behind other hosts, and nothing else.
   *
   * @param host the number of it, from 0
   */
  static void awaitAt(ViaductHost told, int host, Map<String, Integer> all) throws Exception {
    Map<String, Integer> wanted = new TreeMap<>(all);
    wanted.values().removeIf(behind -> behind == host);
    Map<String, Integer> known = Map.of();
    for (int i = 0; i < TRIES && !known.equals(wanted); i++) {
      LockSupport.parkNanos(TRY_NS);
      String page = told.get("/v1/stations?network=blue&limit=10000");
      known = found(page, "\"mac\":\"(02:01:[0-9a-f:]*)\"[^}]*?\"remote\":\"10\\.77\\.0\\.([0-9])");
    }
    assertThat(known).as("at h%d", host + 1).isEqualTo(wanted);
  }
}
