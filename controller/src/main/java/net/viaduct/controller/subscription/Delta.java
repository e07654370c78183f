package net.viaduct.controller.subscription;

import net.viaduct.protocol.Fact;
import net.viaduct.protocol.FactKey;

/** A change of what is said about a network. Immutable. */
sealed interface Delta {
  /** The network that it is about. */
  int vni();

  /** Something is said, or said anew. */
  record Said(int vni, Fact fact) implements Delta {}

  /** Something is not true any more. */
  record Gone(int vni, FactKey key) implements Delta {}
}
