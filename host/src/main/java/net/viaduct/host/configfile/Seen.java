package net.viaduct.host.configfile;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Remembers what may come only once in a file. Owned by the thread that reads. */
final class Seen {
  private final Map<Object, String> first = new HashMap<>();

  /**
   * Notes that something is used.
   *
   * @param by who uses it, for a person
   * @return who used it first, if somebody did
   */
  Optional<String> use(Object thing, String by, Value value) {
    String place = by + " in line " + Position.of(value.node()).line();
    return Optional.ofNullable(first.putIfAbsent(thing, place));
  }
}
