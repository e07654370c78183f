package net.viaduct.controller.store;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Changes that take place together, or not at all. Immutable.
 *
 * @param conditions all of which must be true before
 * @param operations at least one; a key at most once
 */
public record Transaction(List<Condition> conditions, List<Operation> operations) {
  /** Copies the lists. */
  public Transaction {
    conditions = List.copyOf(conditions);
    operations = List.copyOf(operations);
    if (operations.isEmpty()) {
      throw new IllegalArgumentException("a transaction changes something");
    }
    Set<String> keys = new HashSet<>();
    for (Operation operation : operations) {
      if (!keys.add(operation.key())) {
        throw new IllegalArgumentException("a transaction changes " + operation.key() + " twice");
      }
    }
  }
}
