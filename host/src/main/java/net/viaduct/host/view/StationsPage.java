package net.viaduct.host.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of the stations.
 *
 * @param stations in no particular order
 * @param next the cursor of the next page; none if this is the last
 */
public record StationsPage(List<StationView> stations, @Nullable String next) {
  /** Copies the list. */
  public StationsPage {
    stations = List.copyOf(stations);
  }
}
