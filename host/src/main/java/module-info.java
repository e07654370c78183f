/** The daemon of a host: configuration, wiring, life cycle, local API. */
@org.jspecify.annotations.NullMarked
module net.viaduct.host {
  requires static transitive org.jspecify;
  requires transitive net.viaduct.io;
  requires transitive net.viaduct.queueing;
  requires transitive net.viaduct.runtime;
  requires transitive net.viaduct.vtep;
  requires transitive net.viaduct.protocol;
  requires transitive net.viaduct.trust;
  requires ch.qos.logback.classic;
  requires ch.qos.logback.core;
  requires com.fasterxml.jackson.annotation;
  requires org.eclipse.jetty.server;
  requires org.eclipse.jetty.unixdomain.server;
  requires org.slf4j;
  requires org.snakeyaml.engine;
  requires tools.jackson.databind;

  exports net.viaduct.host;
  exports net.viaduct.host.api;
  exports net.viaduct.host.client;
  exports net.viaduct.host.config;
  exports net.viaduct.host.configfile;
  exports net.viaduct.host.devices;
  exports net.viaduct.host.diagnosis;
  exports net.viaduct.host.shape;
  exports net.viaduct.host.shapefile;
  exports net.viaduct.host.subscription;
  exports net.viaduct.host.view;

  opens net.viaduct.host.api to
      tools.jackson.databind;

  provides ch.qos.logback.classic.spi.Configurator with
      net.viaduct.host.logging.LogSetup;
}
