package net.viaduct.controller.registry;

import java.util.List;

/**
 * Some objects of a list. Immutable.
 *
 * @param revision as of when they are
 * @param objects them
 * @param cursor asks for what follows; empty if nothing does
 */
public record Listing(long revision, List<Stored> objects, String cursor) {
  /** Copies the objects. */
  public Listing {
    objects = List.copyOf(objects);
  }
}
