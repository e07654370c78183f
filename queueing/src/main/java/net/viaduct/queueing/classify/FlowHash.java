package net.viaduct.queueing.classify;

import java.util.Set;

/**
 * Makes one number of the fields that tell a flow. Immutable.
 *
 * <p>Equal for equal fields and seed, on each host and JVM (R30); of 64 bits, so that two flows
 * that meet by chance are not seen in a lifetime. Not meant to withstand somebody who chooses
 * addresses so that they collide and knows the seed.
 */
public final class FlowHash {
  private static final long MULTIPLIER = 0x6a09_e667_f3bc_c909L;
  private static final long FIRST_FINISH = 0xff51_afd7_ed55_8ccdL;
  private static final long SECOND_FINISH = 0xc4ce_b9fe_1a85_ec53L;
  private static final int WORD_BITS = 32;

  private final FlowField[] addresses;
  private final FlowField[] numbers;
  private final long seed;

  /**
   * A hash.
   *
   * @param fields that tell a flow; others have no part in it
   */
  public FlowHash(Set<FlowField> fields, long seed) {
    this.addresses = ofKind(fields, FlowField.Kind.ADDRESS);
    this.numbers = ofKind(fields, FlowField.Kind.NUMBER);
    this.seed = seed;
  }

  private static FlowField[] ofKind(Set<FlowField> fields, FlowField.Kind kind) {
    return fields.stream().filter(f -> f.kind() == kind).sorted().toArray(FlowField[]::new);
  }

  /** The flow that a packet belongs to. */
  public long of(PacketFields packet) {
    long h = seed;
    for (FlowField field : addresses) {
      h = mix(h, packet.high(field));
      h = mix(h, packet.low(field));
    }
    int i = 0;
    for (; i + 1 < numbers.length; i += 2) {
      long upper = (long) packet.number(numbers[i]) << WORD_BITS;
      h = mix(h, upper | Integer.toUnsignedLong(packet.number(numbers[i + 1])));
    }
    if (i < numbers.length) {
      h = mix(h, Integer.toUnsignedLong(packet.number(numbers[i])));
    }
    h = (h ^ (h >>> 33)) * FIRST_FINISH;
    h = (h ^ (h >>> 33)) * SECOND_FINISH;
    return h ^ (h >>> 33);
  }

  // Both steps can be undone, so that no two words fall together here.
  private static long mix(long h, long word) {
    long product = (h ^ word) * MULTIPLIER;
    return product ^ (product >>> 32);
  }

  /** One of a number of queues for a flow, the same for the same flow. */
  public static int queue(long flow, int queues) {
    return (int) Long.remainderUnsigned(flow >>> 1, queues);
  }
}
