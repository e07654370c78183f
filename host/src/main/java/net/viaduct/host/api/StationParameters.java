package net.viaduct.host.api;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import net.viaduct.host.view.StationFilter;
import net.viaduct.vtep.Origin;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;

/** Reads which stations are meant out of the parameters of a request. Stateless: any thread. */
final class StationParameters {
  static final Set<String> NAMES = Set.of("network", "port", "remote", "mac", "origin");

  /** The same, of a request that is answered page by page. */
  static final Set<String> OF_PAGES = withPages();

  private StationParameters() {}

  private static Set<String> withPages() {
    Set<String> names = new HashSet<>(NAMES);
    names.addAll(List.of("limit", "cursor"));
    return Set.copyOf(names);
  }

  /** The filter; refused if a value is none of its kind. */
  static StationFilter filter(Map<String, String> parameters) {
    try {
      String remote = parameters.getOrDefault("remote", "");
      String mac = parameters.getOrDefault("mac", "");
      return new StationFilter(
          parameters.getOrDefault("network", ""),
          parameters.getOrDefault("port", ""),
          remote.isEmpty() ? "" : IpAddress.parse(remote).toString(),
          mac.isEmpty() ? "" : MacAddress.format(MacAddress.parse(mac)),
          origin(parameters.getOrDefault("origin", "")));
    } catch (IllegalArgumentException e) {
      throw new RequestRefused(400, String.valueOf(e.getMessage()));
    }
  }

  private static String origin(String text) {
    List<String> labels = Arrays.stream(Origin.values()).map(Origin::label).toList();
    String origin = text.toLowerCase(Locale.ROOT);
    if (!origin.isEmpty() && !labels.contains(origin)) {
      throw new IllegalArgumentException(
          "origin: '" + text + "' is none; there are: " + String.join(", ", labels));
    }
    return origin;
  }
}
