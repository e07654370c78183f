package net.viaduct.cli.transition;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import net.viaduct.cli.Row;

/**
 * A move off the wire or onto it, as a controller tells it. Immutable.
 *
 * @param values by name
 */
record ToldMove(Map<String, Object> values) {
  /** One of a list of them. */
  static ToldMove of(Row row) {
    Map<String, Object> values = new LinkedHashMap<>();
    row.values().forEach((name, value) -> values.put(String.valueOf(name), value));
    return new ToldMove(values);
  }

  /** The same, which tells its network too: a command that is run by it is told that. */
  ToldMove in(String network) {
    Map<String, Object> all = new LinkedHashMap<>(values);
    all.put("network", network);
    return new ToldMove(all);
  }

  String text(String field) {
    return String.valueOf(values.get(field));
  }

  /** Off the wire, and not onto it. */
  boolean isOff() {
    return text("kind").equals("off-wire");
  }

  /** Not both hosts are ready. */
  boolean isPreparing() {
    return text("step").equals("preparing");
  }

  /** It took place. */
  boolean isMoved() {
    return text("step").equals("moved");
  }

  /** The machine is heard at its new place. */
  boolean isHere() {
    return isTrue("here");
  }

  /** The machine has answered: after it moved, from its new place. */
  boolean isAnswered() {
    return isTrue("answered");
  }

  /** For how long it was not heard, if that is known. */
  OptionalDouble blackoutMs() {
    return values.get("blackoutMs") instanceof Number ms
        ? OptionalDouble.of(ms.doubleValue())
        : OptionalDouble.empty();
  }

  private boolean isTrue(String field) {
    return Boolean.TRUE.equals(values.get(field));
  }
}
