/** Emulated hosts and links in network namespaces. */
@org.jspecify.annotations.NullMarked
@SuppressWarnings("module") // the modules that see the laboratory are compiled after this one
module net.viaduct.lab {
  requires static transitive org.jspecify;
  requires transitive net.viaduct.wire;
  requires transitive net.viaduct.runtime;
  requires transitive net.viaduct.io;
  requires transitive net.viaduct.queueing;

  exports net.viaduct.lab to
      net.viaduct.cli,
      net.viaduct.bench;
  exports net.viaduct.lab.link to
      net.viaduct.cli,
      net.viaduct.bench;
  exports net.viaduct.lab.topology to
      net.viaduct.cli,
      net.viaduct.bench;
  exports net.viaduct.lab.ping to
      net.viaduct.cli,
      net.viaduct.bench;
}
