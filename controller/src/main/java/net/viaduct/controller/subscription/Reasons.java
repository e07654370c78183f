package net.viaduct.controller.subscription;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What there is as long as there is a reason for it, which several may be. In the order of names,
 * so that every controller has it so. Owned by the desk.
 */
final class Reasons {
  private final Map<String, Set<String>> reasons = new TreeMap<>();

  /** Gives something a reason; true if it had none. */
  boolean add(String what, String reason) {
    Set<String> all = reasons.computeIfAbsent(what, _ -> new HashSet<>());
    return all.add(reason) && all.size() == 1;
  }

  /** Takes a reason away; true if it was the last one. */
  boolean remove(String what, String reason) {
    Set<String> all = reasons.get(what);
    if (all == null || !all.remove(reason) || !all.isEmpty()) {
      return false;
    }
    reasons.remove(what);
    return true;
  }

  /** Whether something has a reason. */
  boolean has(String what) {
    return reasons.containsKey(what);
  }

  /** All that have. */
  Set<String> all() {
    return reasons.keySet();
  }
}
