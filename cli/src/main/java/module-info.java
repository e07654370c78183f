/** The program {@code viaduct}: one class per command. */
@org.jspecify.annotations.NullMarked
module net.viaduct.cli {
  requires static transitive org.jspecify;
  requires info.picocli;
  requires jdk.unsupported;
  requires static net.viaduct.controller;
  requires net.viaduct.experiment;
  requires net.viaduct.host;
  requires net.viaduct.io;
  requires net.viaduct.lab;
  requires net.viaduct.queueing;
  requires net.viaduct.runtime;
  requires net.viaduct.trust;
  requires net.viaduct.wire;
  requires org.snakeyaml.engine;
  requires tools.jackson.core;
  requires tools.jackson.databind;

  opens net.viaduct.cli to
      info.picocli;
  opens net.viaduct.cli.controller to
      info.picocli;
  opens net.viaduct.cli.demo to
      info.picocli,
      tools.jackson.databind;
  opens net.viaduct.cli.demo.controller to
      tools.jackson.databind;
  opens net.viaduct.cli.demo.stage to
      tools.jackson.databind;
  opens net.viaduct.cli.capture to
      info.picocli;
  opens net.viaduct.cli.experiment to
      info.picocli;
  opens net.viaduct.cli.lab to
      info.picocli;
  opens net.viaduct.cli.trace to
      info.picocli;
  opens net.viaduct.cli.transition to
      info.picocli;
}
