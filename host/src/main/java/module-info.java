/** The daemon of a host: configuration, wiring, life cycle, local API. */
@org.jspecify.annotations.NullMarked
module net.viaduct.host {
  requires static transitive org.jspecify;
  requires transitive net.viaduct.io;
  requires org.snakeyaml.engine;

  exports net.viaduct.host.config;
  exports net.viaduct.host.configfile;
}
