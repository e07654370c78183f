package net.viaduct.rules;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import net.viaduct.wire.IpAddress;

/** What components of records are, as pages show it. Stateless. */
final class RecordValues {
  private RecordValues() {}

  /** The words of an enum, if a component is one. */
  static String choices(Class<?> type, String component) {
    for (RecordComponent each : type.getRecordComponents()) {
      if (each.getName().equals(component) && each.getType().isEnum()) {
        return Arrays.stream(each.getType().getEnumConstants())
            .map(RecordValues::formatted)
            .collect(Collectors.joining(", ", ": ", ""));
      }
    }
    return "";
  }

  /** A component of the first record of a type in a tree of records. */
  static Optional<String> in(Object tree, Class<?> type, String component) {
    return instance(tree, type).map(found -> formatted(value(found, component)));
  }

  /** The first record of a type in a tree of them. */
  private static Optional<Object> instance(Object at, Class<?> type) {
    if (type.isInstance(at)) {
      return Optional.of(at);
    }
    List<Object> inside = new ArrayList<>();
    if (at instanceof Collection<?> all) {
      inside.addAll(all);
    } else if (at instanceof Optional<?> optional) {
      optional.ifPresent(inside::add);
    } else if (at.getClass().isRecord() && at.getClass().getName().startsWith("net.viaduct")) {
      for (RecordComponent each : at.getClass().getRecordComponents()) {
        inside.add(value(at, each.getName()));
      }
    }
    return inside.stream().flatMap(each -> instance(each, type).stream()).findFirst();
  }

  private static Object value(Object record, String component) {
    try {
      return record.getClass().getMethod(component).invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static String formatted(Object value) {
    return switch (value) {
      case Optional<?> optional -> optional.map(RecordValues::formatted).orElse("");
      case OptionalInt optional -> optional.isPresent() ? "`" + optional.getAsInt() + "`" : "";
      case Duration time when time.toMillis() % 1_000 != 0 -> "`" + time.toMillis() + "ms`";
      case Duration time -> "`" + time.toSeconds() + "s`";
      case IpAddress address -> "`" + address + "`";
      case Enum<?> word -> "`" + word.name().toLowerCase(Locale.ROOT).replace('_', '-') + "`";
      case Collection<?> all ->
          all.stream().map(RecordValues::formatted).collect(Collectors.joining(" "));
      case Boolean truth -> "`" + truth + "`";
      case Number number -> "`" + number + "`";
      default -> "";
    };
  }
}
