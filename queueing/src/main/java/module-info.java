/** Queues that see inside tunnels: flow classifier, and disciplines as a tree. */
@org.jspecify.annotations.NullMarked
module net.viaduct.queueing {
  requires static transitive org.jspecify;
  requires transitive net.viaduct.wire;
  requires transitive net.viaduct.runtime;

  exports net.viaduct.queueing;
  exports net.viaduct.queueing.classify;
  exports net.viaduct.queueing.config;
  exports net.viaduct.queueing.discipline;
  exports net.viaduct.queueing.tree;
}
