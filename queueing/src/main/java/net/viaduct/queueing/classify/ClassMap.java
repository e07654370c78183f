package net.viaduct.queueing.classify;

import java.util.List;
import java.util.function.ToIntFunction;

/** Finds the class of a packet: the first rule that matches. Immutable; nothing is allocated. */
public final class ClassMap {
  private final FieldMatch[][][] rules;
  private final int[] leaves;
  private final int defaultLeaf;

  /**
   * A map.
   *
   * @param leafOf the number of a leaf by its name
   * @param defaultLeaf for packets of no rule
   */
  public ClassMap(List<ClassRule> rules, ToIntFunction<String> leafOf, int defaultLeaf) {
    this.rules = rules.stream().map(ClassRule::compile).toArray(FieldMatch[][][]::new);
    this.leaves = rules.stream().mapToInt(rule -> leafOf.applyAsInt(rule.queue())).toArray();
    this.defaultLeaf = defaultLeaf;
  }

  /** The number of the leaf that a packet is for. */
  public int leafOf(PacketFields packet) {
    for (int i = 0; i < rules.length; i++) {
      if (matches(rules[i], packet)) {
        return leaves[i];
      }
    }
    return defaultLeaf;
  }

  private static boolean matches(FieldMatch[][] rule, PacketFields packet) {
    for (FieldMatch[] choice : rule) {
      if (!matchesAny(choice, packet)) {
        return false;
      }
    }
    return true;
  }

  private static boolean matchesAny(FieldMatch[] choice, PacketFields packet) {
    for (FieldMatch match : choice) {
      if (match.matches(packet)) {
        return true;
      }
    }
    return false;
  }
}
