package net.viaduct.host.api;

import java.io.OutputStream;
import net.viaduct.host.view.HostView;
import net.viaduct.host.view.StationFilter;
import net.viaduct.host.view.StationView;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * The answer about stations, a {@link net.viaduct.host.view.StationsPage}, written while they are
 * walked over: of a million only a buffer is in memory. Immutable.
 *
 * @param filter which stations are meant
 * @param limit how many at most
 * @param cursor where to go on; empty for the first
 */
record StationsAnswer(HostView host, StationFilter filter, int limit, String cursor) {
  /**
   * Writes it; nothing is closed.
   *
   * @throws RequestRefused if there is no such cursor, before anything is written
   */
  void write(JsonMapper json, OutputStream out) {
    JsonGenerator generator = json.createGenerator(out); // not closed: that would close the stream
    generator.writeStartObject();
    generator.writeName("stations");
    generator.writeStartArray();
    String next;
    try {
      next = host.stations(filter, limit, cursor, station -> write(generator, station));
    } catch (IllegalArgumentException e) {
      throw new RequestRefused(400, (cursor.isEmpty() ? "" : "cursor: ") + e.getMessage());
    }
    generator.writeEndArray();
    write(generator, "next", next);
    generator.writeEndObject();
    generator.flush();
  }

  private static void write(JsonGenerator generator, StationView station) {
    generator.writeStartObject();
    generator.writeStringProperty("network", station.network());
    generator.writeNumberProperty("vni", station.vni());
    generator.writeStringProperty("mac", station.mac());
    write(generator, "port", station.port());
    write(generator, "remote", station.remote());
    generator.writeStringProperty("origin", station.origin());
    Long ageSeconds = station.ageSeconds();
    if (ageSeconds == null) {
      generator.writeNullProperty("ageSeconds");
    } else {
      generator.writeNumberProperty("ageSeconds", ageSeconds);
    }
    write(generator, "told", station.told());
    generator.writeEndObject();
  }

  private static void write(JsonGenerator generator, String name, @Nullable String text) {
    if (text == null) {
      generator.writeNullProperty(name);
    } else {
      generator.writeStringProperty(name, text);
    }
  }
}
