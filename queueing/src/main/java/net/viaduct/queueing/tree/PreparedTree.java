package net.viaduct.queueing.tree;

/**
 * A tree for a new configuration, ready to be put in the place of the one in use. Made by any
 * thread, used once by the queues' owner.
 */
public final class PreparedTree {
  private final BuiltTree tree;

  PreparedTree(BuiltTree tree) {
    this.tree = tree;
  }

  BuiltTree tree() {
    return tree;
  }
}
