/** The controller: what should be, where it is kept, and the API for it. */
@org.jspecify.annotations.NullMarked
module net.viaduct.controller {
  requires static transitive org.jspecify;
  requires transitive net.viaduct.runtime;
  requires transitive java.sql;
  requires java.naming;
  requires org.eclipse.jetty.server;
  requires org.eclipse.jetty.unixdomain.server;
  requires net.viaduct.etcd;
  requires transitive net.viaduct.protocol;
  requires transitive net.viaduct.trust;
  requires transitive net.viaduct.wire;
  requires org.slf4j;
  requires org.xerial.sqlitejdbc;
  requires transitive tools.jackson.databind;

  exports net.viaduct.controller;
  exports net.viaduct.controller.access;
  exports net.viaduct.controller.api;
  exports net.viaduct.controller.etcd;
  exports net.viaduct.controller.json;
  exports net.viaduct.controller.membership;
  exports net.viaduct.controller.meters;
  exports net.viaduct.controller.model;
  exports net.viaduct.controller.moving;
  exports net.viaduct.controller.page;
  exports net.viaduct.controller.registry;
  exports net.viaduct.controller.sqlite;
  exports net.viaduct.controller.store;
  exports net.viaduct.controller.subscription;
  exports net.viaduct.controller.tracing;
  exports net.viaduct.controller.transfer;
  exports net.viaduct.controller.view;
  exports net.viaduct.controller.watching;
}
