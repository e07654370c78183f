/** Batch-shaped ways in and out of a host, on Linux and in memory. */
@org.jspecify.annotations.NullMarked
@SuppressWarnings("module") // the modules that see Linux are compiled after this one
module net.viaduct.io {
  requires static transitive org.jspecify;
  requires transitive net.viaduct.wire;
  requires transitive net.viaduct.runtime;

  exports net.viaduct.io;
  exports net.viaduct.io.memory;
  exports net.viaduct.io.netlink;
  exports net.viaduct.io.nftables;
  exports net.viaduct.io.rtnetlink;
  exports net.viaduct.io.linux to
      net.viaduct.host,
      net.viaduct.lab,
      net.viaduct.experiment,
      net.viaduct.cli,
      net.viaduct.bench;
}
