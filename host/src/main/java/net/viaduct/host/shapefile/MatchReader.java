package net.viaduct.host.shapefile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.viaduct.host.configfile.Section;
import net.viaduct.host.configfile.Value;
import net.viaduct.queueing.classify.ClassRule;
import net.viaduct.queueing.classify.FieldMatch;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.wire.IpPrefix;
import net.viaduct.wire.IpProtocol;

/** Reads which packets a class is for. Owned by the thread that reads. */
final class MatchReader {
  private static final Pattern RANGE = Pattern.compile("([^-]+)-([^-]+)");
  private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,10}");
  private static final Pattern HEXADECIMAL = Pattern.compile("0x[0-9a-fA-F]{1,8}");
  private static final Pattern ASSURED = Pattern.compile("af([1-4])([1-3])");
  private static final Pattern SELECTOR = Pattern.compile("cs([0-7])");
  private static final long LARGEST = 0xffff_ffffL;
  private static final Map<String, Long> PROTOCOLS =
      Map.of(
          "icmp", (long) IpProtocol.ICMPV4,
          "icmpv6", (long) IpProtocol.ICMPV6,
          "tcp", (long) IpProtocol.TCP,
          "udp", (long) IpProtocol.UDP,
          "gre", (long) IpProtocol.GRE,
          "esp", (long) IpProtocol.ESP,
          "sctp", (long) IpProtocol.SCTP);

  private final FieldWords words;
  private final String queue;

  MatchReader(FieldWords words, String queue) {
    this.words = words;
    this.queue = queue;
  }

  /** One rule, or a list of such. */
  List<ClassRule> read(Value match) {
    List<ClassRule> rules = new ArrayList<>();
    List<Value> each = match.isList() ? match.items() : List.of(match);
    for (Value one : each) {
      one.section().map(this::rule).ifPresent(rules::add);
    }
    return rules;
  }

  private ClassRule rule(Section section) {
    List<ClassRule.Choice> choices = new ArrayList<>();
    for (FlowField field : words.fields()) {
      section.get(field.label()).flatMap(value -> choice(field, value)).ifPresent(choices::add);
    }
    section.noMore();
    boolean says = words.fields().stream().anyMatch(field -> section.has(field.label()));
    if (!says) {
      section.wrong("matches nothing; { proto: udp, proto-dst: 5060-5061 }");
    }
    return new ClassRule(queue, choices);
  }

  private Optional<ClassRule.Choice> choice(FlowField field, Value value) {
    List<FieldMatch> matches = new ArrayList<>();
    List<Value> each = value.isList() ? value.items() : List.of(value);
    for (Value one : each) {
      one.as(text -> match(field, text)).ifPresent(matches::add);
    }
    return matches.isEmpty() ? Optional.empty() : Optional.of(new ClassRule.Choice(matches));
  }

  private FieldMatch match(FlowField field, String text) {
    if (field.kind() == FlowField.Kind.ADDRESS) {
      return new FieldMatch.Within(field, IpPrefix.parse(text));
    }
    OptionalLong named = isNumber(text) ? OptionalLong.empty() : words.number(field, text);
    if (named.isPresent()) {
      return new FieldMatch.Range(field, named.getAsLong(), named.getAsLong());
    }
    Matcher range = RANGE.matcher(text);
    if (range.matches()) {
      return new FieldMatch.Range(
          field, number(field, range.group(1)), number(field, range.group(2)));
    }
    long value = number(field, text);
    return new FieldMatch.Range(field, value, value);
  }

  private static boolean isNumber(String text) {
    return DECIMAL.matcher(text).matches() || HEXADECIMAL.matcher(text).matches();
  }

  private static long number(FlowField field, String text) {
    Optional<Long> named =
        switch (field) {
          case PROTO, TUNNEL_PROTO -> Optional.ofNullable(PROTOCOLS.get(text));
          case PRIORITY -> serviceClass(text);
          default -> Optional.empty();
        };
    return named.orElseGet(() -> plain(text));
  }

  /** The names of RFC 2474, RFC 2597 and RFC 3246. */
  private static Optional<Long> serviceClass(String text) {
    Matcher assured = ASSURED.matcher(text);
    if (assured.matches()) {
      return Optional.of(
          Long.parseLong(assured.group(1)) * 8 + Long.parseLong(assured.group(2)) * 2);
    }
    Matcher selector = SELECTOR.matcher(text);
    if (selector.matches()) {
      return Optional.of(Long.parseLong(selector.group(1)) * 8);
    }
    return text.equals("ef") ? Optional.of(46L) : Optional.empty();
  }

  private static long plain(String text) {
    long value = -1;
    if (DECIMAL.matcher(text).matches()) {
      value = Long.parseLong(text);
    } else if (HEXADECIMAL.matcher(text).matches()) {
      value = Long.parseLong(text.substring(2), 16);
    }
    if (value < 0 || value > LARGEST) {
      throw new IllegalArgumentException(
          "'" + text + "' is no number, such as 46, 0x2e or 5060-5061");
    }
    return value;
  }
}
