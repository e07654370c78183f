/** Batch-shaped ways in and out of a host, on Linux and in memory. */
@org.jspecify.annotations.NullMarked
module net.viaduct.io {
  requires static transitive org.jspecify;
  requires transitive net.viaduct.wire;
  requires transitive net.viaduct.runtime;

  exports net.viaduct.io;
}
