package net.viaduct.queueing.classify;

import net.viaduct.wire.IpPrefix;

/** What a field must be. Immutable. */
public sealed interface FieldMatch {
  /** Which field it is. */
  FlowField field();

  /** Whether a packet's field is so. */
  boolean matches(PacketFields packet);

  /**
   * A number within a range.
   *
   * @param from the least, without sign
   * @param to the largest
   */
  record Range(FlowField field, long from, long to) implements FieldMatch {
    /** Checks that there is a number in the range. */
    public Range {
      if (field.kind() != FlowField.Kind.NUMBER) {
        throw new IllegalArgumentException("'" + field.label() + "' is an address");
      }
      if (from > to) {
        throw new IllegalArgumentException("there is no number from " + from + " to " + to);
      }
    }

    @Override
    public boolean matches(PacketFields packet) {
      long value = packet.low(field);
      return value >= from && value <= to;
    }
  }

  /** An address within a prefix. */
  record Within(FlowField field, IpPrefix prefix) implements FieldMatch {
    /** Checks that the field is an address. */
    public Within {
      if (field.kind() != FlowField.Kind.ADDRESS) {
        throw new IllegalArgumentException("'" + field.label() + "' is a number");
      }
    }

    @Override
    public boolean matches(PacketFields packet) {
      return prefix.contains(packet.high(field), packet.low(field));
    }
  }
}
