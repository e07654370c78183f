package net.viaduct.controller.subscription;

import java.util.List;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Ip;
import net.viaduct.controller.model.Mac;
import net.viaduct.controller.model.Port;
import net.viaduct.controller.model.Station;
import org.jspecify.annotations.Nullable;

/**
 * Something that lives on a host, or on the wire. Immutable.
 *
 * @param key of its definition
 * @param host where it is; {@link #WIRE} if it is on the wire
 * @param device that is its port; empty if it has none
 * @param group of its port; empty if it is in none
 */
record Resident(
    String key, String network, Mac mac, List<Ip> ips, String host, String device, String group) {
  /** Where direct stations are: at no host. */
  static final String WIRE = "";

  /** What lives somewhere by a definition; null if nothing does. */
  static @Nullable Resident of(@Nullable Definition definition) {
    return switch (definition) {
      case Port port when port.up() && port.host().isPresent() ->
          new Resident(
              port.key(),
              port.network(),
              port.mac(),
              port.ips(),
              port.host().get(),
              port.deviceName(),
              port.group().orElse(""));
      case Station station when station.place() instanceof Station.Place.Behind behind ->
          of(station, behind.host());
      case Station station -> of(station, WIRE);
      case null, default -> null;
    };
  }

  private static Resident of(Station station, String host) {
    return new Resident(
        station.key(), station.network(), station.mac(), station.ips(), host, "", "");
  }
}
