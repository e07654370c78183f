package net.viaduct.controller.api;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import net.viaduct.controller.access.Identity;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.registry.Actor;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request that was let in. Immutable, apart from its body, which is read once.
 *
 * @param identity who asks
 * @param via where from
 * @param path what stood at the places of the route's path
 * @param query parameters
 * @param ifMatch the header of that name; empty if there is none
 * @param text reads the body
 */
record Call(
    Identity identity,
    String via,
    Map<String, String> path,
    Map<String, String> query,
    String ifMatch,
    Supplier<String> text) {

  Actor actor() {
    return new Actor(identity.name(), identity.role().word(), via);
  }

  String path(String name) {
    return path.getOrDefault(name, "");
  }

  String query(String name) {
    return query.getOrDefault(name, "");
  }

  /** The body, which has to be an object. */
  ObjectNode body() {
    return Documents.parseObject(text.get());
  }

  boolean flag(String name) {
    String value = query.get(name);
    if (value != null && !value.equals("true") && !value.equals("false")) {
      throw new ApiProblem(400, name + ": '" + value + "' should be true or false");
    }
    return "true".equals(value);
  }

  int whole(String name, int usual, int most) {
    String value = query.get(name);
    if (value == null) {
      return usual;
    }
    int number = value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : 0;
    if (number < 1 || number > most) {
      throw new ApiProblem(400, name + ": '" + value + "' is out of range; it is 1 to " + most);
    }
    return number;
  }

  Optional<Long> revision(String name) {
    String value = query.get(name);
    if (value != null && !value.matches("[0-9]{1,18}")) {
      throw new ApiProblem(400, name + ": '" + value + "' is not a revision");
    }
    return Optional.ofNullable(value).map(Long::parseLong);
  }

  /** The revision that the caller has, by the header If-Match. */
  OptionalLong expected() {
    if (ifMatch.isEmpty() || ifMatch.equals("*")) {
      return OptionalLong.empty();
    }
    if (!ifMatch.matches("\"[0-9]{1,18}\"")) {
      throw new ApiProblem(400, "If-Match: should be a revision in quotes, as ETag has it");
    }
    return OptionalLong.of(Long.parseLong(ifMatch.substring(1, ifMatch.length() - 1)));
  }
}
