package net.viaduct.queueing.classify;

import java.util.List;
import net.viaduct.queueing.classify.FieldMatch.Range;
import net.viaduct.queueing.classify.FieldMatch.Within;
import net.viaduct.wire.IpPrefix;

/**
 * Which packets belong to a class: those of which each field named is one of what is said of it.
 * Immutable.
 *
 * @param queue the name of the leaf
 * @param choices of fields, each with at least one value
 */
public record ClassRule(String queue, List<Choice> choices) {
  /**
   * What a field may be.
   *
   * @param anyOf matches of one field
   */
  public record Choice(List<FieldMatch> anyOf) {
    /** Copies the matches. */
    public Choice {
      anyOf = List.copyOf(anyOf);
      if (anyOf.stream().map(FieldMatch::field).distinct().count() != 1) {
        throw new IllegalArgumentException("a choice is between values of one field");
      }
    }
  }

  /** Copies the choices. */
  public ClassRule {
    choices = List.copyOf(choices);
  }

  /** A rule compiled into arrays: no iterator is made for each packet. */
  static FieldMatch[][] compile(ClassRule rule) {
    return rule.choices().stream()
        .map(choice -> choice.anyOf().toArray(FieldMatch[]::new))
        .toArray(FieldMatch[][]::new);
  }

  /** A rule for packets with a number in a range. */
  public static Choice range(FlowField field, long from, long to) {
    return new Choice(List.of(new Range(field, from, to)));
  }

  /** A rule for packets with a number. */
  public static Choice number(FlowField field, long value) {
    return range(field, value, value);
  }

  /** A rule for packets with an address in a prefix. */
  public static Choice within(FlowField field, IpPrefix prefix) {
    return new Choice(List.of(new Within(field, prefix)));
  }
}
