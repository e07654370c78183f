package net.viaduct.host.reconcile;

import net.viaduct.vtep.Location;
import net.viaduct.vtep.Origin;

/**
 * Where a station is to be. Immutable.
 *
 * @param location behind which port or remote
 * @param origin who says so
 */
public record StationPlace(Location location, Origin origin) {
  @Override
  public String toString() {
    return location.toString();
  }
}
