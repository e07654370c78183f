/** The program {@code viaduct}: one class per command. */
@org.jspecify.annotations.NullMarked
module net.viaduct.cli {
  requires static transitive org.jspecify;
  requires info.picocli;
  requires jdk.unsupported;
  requires net.viaduct.experiment;
  requires net.viaduct.host;
  requires net.viaduct.io;
  requires net.viaduct.lab;
  requires net.viaduct.queueing;
  requires net.viaduct.runtime;
  requires net.viaduct.wire;
  requires tools.jackson.core;
  requires tools.jackson.databind;

  opens net.viaduct.cli to
      info.picocli;
  opens net.viaduct.cli.demo to
      info.picocli,
      tools.jackson.databind;
  opens net.viaduct.cli.capture to
      info.picocli;
  opens net.viaduct.cli.experiment to
      info.picocli;
  opens net.viaduct.cli.lab to
      info.picocli;
  opens net.viaduct.cli.trace to
      info.picocli;
}
