/** The data plane of a tunnel end point: ingress, egress, tables, flooding, and its control. */
@org.jspecify.annotations.NullMarked
module net.viaduct.vtep {
  requires static transitive org.jspecify;
  requires transitive net.viaduct.wire;
  requires transitive net.viaduct.runtime;
  requires transitive net.viaduct.io;
  requires transitive net.viaduct.queueing;

  exports net.viaduct.vtep;
  exports net.viaduct.vtep.encapsulation;
  exports net.viaduct.vtep.learning;
  exports net.viaduct.vtep.capture;
  exports net.viaduct.vtep.queue;
  exports net.viaduct.vtep.settings;
  exports net.viaduct.vtep.show;
  exports net.viaduct.vtep.tables;
  exports net.viaduct.vtep.trace;
  exports net.viaduct.vtep.idle;
  exports net.viaduct.vtep.watch;
}
