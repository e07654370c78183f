package net.viaduct.host.configfile;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.viaduct.host.config.IntRange;
import net.viaduct.io.Endpoint;
import net.viaduct.wire.IpAddress;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A value of the file on its way to a type. What does not fit is told once and comes back empty, so
 * that reading goes on and all errors of a file are told together. Immutable.
 */
public final class Value {
  private static final Pattern WHOLE_NUMBER = Pattern.compile("[+-]?[0-9]{1,18}");
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
  private static final Pattern ENDPOINT = Pattern.compile("\\[(.*)]:(.*)|([^:]*):([^:]*)");

  private final String key;
  private final Node node;
  private final Findings findings;

  /**
   * A value.
   *
   * @param key the way to it
   * @param node what the file has there
   * @param findings where errors go
   */
  Value(String key, Node node, Findings findings) {
    this.key = key;
    this.node = node;
    this.findings = findings;
  }

  /** The way to it. */
  String key() {
    return key;
  }

  /** What the file has there. */
  Node node() {
    return node;
  }

  /** Tells that the value is wrong. */
  public void wrong(String problem) {
    findings.wrong(Position.of(node), key, problem);
  }

  /** A scalar as it is written. */
  public Optional<String> text() {
    if (node instanceof ScalarNode scalar) {
      if (scalar.getTag().equals(Tag.NULL) || scalar.getValue().isEmpty()) {
        wrong("has no value");
        return Optional.empty();
      }
      return Optional.of(scalar.getValue());
    }
    wrong("is a " + kind() + ", and should be one value");
    return Optional.empty();
  }

  /** What a function that throws an IllegalArgumentException with a sentence makes of the text. */
  public <T> Optional<T> as(Function<String, T> parser) {
    return text().flatMap(t -> told(() -> parser.apply(t)));
  }

  /** What a source makes that throws an IllegalArgumentException with a sentence if it cannot. */
  public <T> Optional<T> told(Supplier<T> source) {
    try {
      return Optional.of(source.get());
    } catch (IllegalArgumentException e) {
      wrong(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** A whole number. */
  public Optional<Integer> integer(IntRange range) {
    return as(text -> {
      if (!WHOLE_NUMBER.matcher(text).matches()) {
        throw new IllegalArgumentException(
            "'" + text + "' is not a whole number; " + range.right());
      }
      long value = Long.parseLong(text);
      if (!range.contains(value)) {
        throw new IllegalArgumentException(value + " is out of range; " + range.right());
      }
      return (int) value;
    });
  }

  /** True or false. */
  public Optional<Boolean> bool() {
    return as(text ->
        switch (text) {
          case "true" -> true;
          case "false" -> false;
          default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
        });
  }

  /** One of the constants, in small letters with hyphens. */
  public <E extends Enum<E>> Optional<E> oneOf(Class<E> type) {
    return as(text -> {
      for (E constant : type.getEnumConstants()) {
        if (word(constant).equals(text)) {
          return constant;
        }
      }
      String right =
          Arrays.stream(type.getEnumConstants())
              .map(Value::word)
              .collect(Collectors.joining(" or "));
      throw new IllegalArgumentException("'" + text + "' is unknown; it is " + right);
    });
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A time with its unit. */
  public Optional<Duration> duration() {
    return as(text -> {
      Matcher parts = DURATION.matcher(text);
      if (!parts.matches()) {
        throw new IllegalArgumentException(
            "'" + text + "' is not a time with its unit, such as 300s, 5m or 1h");
      }
      long amount = Long.parseLong(parts.group(1));
      return switch (parts.group(2)) {
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        case "m" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        default -> Duration.ofDays(amount);
      };
    });
  }

  /** An address of IPv4 or IPv6. */
  public Optional<IpAddress> address() {
    return as(IpAddress::parse);
  }

  /** An address, with a UDP port behind it if it is not the usual one. */
  Optional<Endpoint> endpoint(int usualPort) {
    return as(text -> endpoint(text, usualPort));
  }

  private static Endpoint endpoint(String text, int usualPort) {
    Matcher parts = ENDPOINT.matcher(text);
    if (!parts.matches()) {
      return new Endpoint(IpAddress.parse(text), usualPort);
    }
    boolean bracketed = parts.group(1) != null;
    String port = bracketed ? parts.group(2) : parts.group(4);
    if (!WHOLE_NUMBER.matcher(port).matches()) {
      throw new IllegalArgumentException(
          "'" + port + "' is not a whole number; " + IntRange.UDP_PORT.right());
    }
    long number = Long.parseLong(port);
    if (!IntRange.UDP_PORT.contains(number)) {
      throw new IllegalArgumentException(number + " is out of range; " + IntRange.UDP_PORT.right());
    }
    return new Endpoint(IpAddress.parse(bracketed ? parts.group(1) : parts.group(3)), (int) number);
  }

  /** Whether it is a list. */
  public boolean isList() {
    return node instanceof SequenceNode;
  }

  /** Whether it has keys of its own. */
  public boolean isSection() {
    return node instanceof MappingNode;
  }

  /** The values of a list. */
  public List<Value> items() {
    if (node instanceof SequenceNode list) {
      List<Value> items = new ArrayList<>();
      for (Node item : list.getValue()) {
        String itemKey = key + "[" + items.size() + "]";
        findings.found(itemKey, Position.of(item));
        items.add(new Value(itemKey, item, findings));
      }
      return items;
    }
    wrong("is a " + kind() + ", and should be a list");
    return List.of();
  }

  /** The keys of a mapping. */
  public Optional<Section> section() {
    if (node instanceof MappingNode mapping) {
      return Optional.of(new Section(key, mapping, findings));
    }
    wrong("is a " + kind() + ", and should have keys of its own");
    return Optional.empty();
  }

  private String kind() {
    if (node instanceof ScalarNode scalar) {
      return scalar.getTag().equals(Tag.NULL) ? "key without a value" : "single value";
    }
    return node instanceof SequenceNode ? "list" : "section with keys";
  }
}
